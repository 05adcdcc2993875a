"""What config.toml may say: the classes are its schema, their fields' defaults its defaults.

The types carry the checks (`values.py`); `check.py` fills the classes from a file. Keys of the
file are the fields' names. At the end: the settings of the stages, made from these. Pure.

"""

from collections.abc import Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from digest.articles.settings import CoverRules, Generator, LinkTo, ReadingRules
from digest.config.appearance import Font, IssuePattern
from digest.config.images import Images
from digest.config.newsletters import Breaking, Newsletter, check_newsletters
from digest.config.operating import Notices, Schedule
from digest.config.sending import Delivery, Store, Subscribers, Web
from digest.config.table import NO_ENTRIES, Table
from digest.config.values import (
    BaseUrl,
    Colour,
    EmailOrEmpty,
    Language,
    Line,
    LineOrEmpty,
    NewsletterName,
    Path,
    Phrase,
    Prose,
    TimeZone,
    Url,
    UrlOrEmpty,
    UrlPattern,
    between,
    check_distinct_keys,
)
from digest.config.wording import parse_quiet_hours, parse_span, sound
from digest.record import all_values

if TYPE_CHECKING:
    from digest.rendering.rendered import Look

#: Key of `[content.default_covers]` that serves every category.
EVERY_CATEGORY = "*"


class Colours(Table, kw_only=True):
    """`[site.colours]`: the publisher's colours, each `#rrggbb`.

    A mail darkens or lightens what could not be read; dark screens get colours made from these
    (`rendering/theme.py`, which knows the same defaults).
    """

    #: The line at the top, links, buttons.
    accent: Colour = "#1d4f7c"
    #: Titles and running text.
    text: Colour = "#1c1f24"
    #: Dates, names of authors, the footer.
    muted: Colour = "#565c65"
    #: Behind the stories.
    paper: Colour = "#ffffff"
    #: Around the letter.
    background: Colour = "#f1f2f4"


class Site(Table, kw_only=True):
    """`[site]`: who publishes."""

    _needs = MappingProxyType({"logo_dark": "logo"})

    #: Name readers know, one line.
    name: Line
    #: Absolute http(s) URL of the site; relative links and covers begin with it.
    base_url: BaseUrl
    #: IANA name; every date without a zone and every window is in it.
    timezone: TimeZone
    #: BCP 47 tag of the language the site is written in.
    language: Language = "en"
    #: Street, town and country in the footer; required by law before anything is sent.
    postal_address: Prose = ""
    #: Absolute http(s) URL of a PNG or JPEG; empty: the name in letters.
    logo: UrlOrEmpty = ""
    #: The same for dark screens; empty: `logo` on both.
    logo_dark: UrlOrEmpty = ""
    #: Shown width of the logo in pixels, 16 to 600.
    logo_width: Annotated[int, between(16, 600)] = 160
    #: Letters of running text: a stack of `rendering/fonts.py`, or names of fonts.
    font: Font = "system"
    #: Letters of titles, likewise.
    heading_font: Font = "serif"
    #: Rounding of pictures and of the button, 0 to 24 pixels.
    radius: Annotated[int, between(0, 24)] = 6
    #: Pattern of the address of an issue in a browser; empty: there is none.
    web_view: IssuePattern = ""
    colours: Colours = Colours()


class Content(Table, kw_only=True):
    """`[content]`: where the articles are and how they are read."""

    #: Folder of the articles; relative to config.toml in the file, absolute after loading.
    path: Path
    #: Site generator whose conventions the files follow; AUTO: recognised from the folder.
    generator: Generator = Generator.AUTO
    #: Pattern of the articles' addresses, `{base}/posts/{slug}`; empty: the generator's.
    url_pattern: UrlPattern = ""
    #: Where a story's link leads.
    link: LinkTo = LinkTo.SITE
    #: Category → absolute http(s) URL of a picture for its articles without cover; key `*`:
    #: every category.
    default_covers: Annotated[Mapping[Line, Url], check_distinct_keys] = NO_ENTRIES
    #: Phrases that are not part of any article; cut from excerpts wherever they stand.
    boilerplate: tuple[Phrase, ...] = ()


class Sender(Table, kw_only=True):
    """`[sender]`: who the mail comes from."""

    #: Name in the From line; empty: the site's name.
    name: LineOrEmpty = ""
    #: Address in the From line; empty: none yet, preview only.
    email: EmailOrEmpty = ""
    #: Where answers go; empty: to `email`.
    reply_to: EmailOrEmpty = ""


class Config(Table, kw_only=True):
    """The whole of config.toml, checked."""

    site: Site
    content: Content
    #: By name, in the order of the file; at least one.
    newsletters: Annotated[Mapping[NewsletterName, Newsletter], check_newsletters]
    breaking: Breaking = Breaking()
    sender: Sender = Sender()
    images: Images = Images()
    delivery: Delivery = Delivery()
    subscribers: Subscribers = Subscribers()
    store: Store = Store()
    web: Web = Web()
    schedule: Schedule = Schedule()
    notices: Notices = Notices()
    #: Absolute folder config.toml stands in; not a key of the file.
    folder: str
    #: config.toml as the user named it, for messages; not a key of the file.
    path: str


def reading_rules(config: Config, generator: Generator) -> ReadingRules:
    """Return how files become articles.

    Args:
        config: the publisher's settings.
        generator: what `[content] generator` says, or what was recognised for AUTO.
    """
    return ReadingRules(
        zone=ZoneInfo(config.site.timezone),
        base_url=config.site.base_url.rstrip("/"),
        generator=generator,
        url_pattern=config.content.url_pattern,
        link=config.content.link,
    )


def cover_rules(config: Config) -> CoverRules:
    """Return which picture stands in for a missing cover."""
    defaults = {
        "" if category == EVERY_CATEGORY else category.casefold(): url
        for category, url in config.content.default_covers.items()
    }
    return CoverRules(defaults=defaults)


def max_lateness(config: Config) -> timedelta:
    """Return how late an issue may go out by itself."""
    return sound(parse_span(config.schedule.max_lateness))


def min_gap(config: Config) -> timedelta | None:
    """Return how near two issues of a newsletter may be; None: half the time between two slots."""
    return sound(parse_span(config.schedule.min_gap)) if config.schedule.min_gap else None


def quiet_hours(config: Config) -> tuple[time, time] | None:
    """Return the hours in which no breaking story leaves by itself; None: there are none."""
    return sound(parse_quiet_hours(config.breaking.quiet_hours))


def look(config: Config) -> "Look":
    """Return the publisher's identity in a mail."""
    from digest.rendering.rendered import Look  # noqa: PLC0415  most commands render nothing

    return Look(
        site_name=config.site.name,
        base_url=config.site.base_url.rstrip("/"),
        postal_address=config.site.postal_address.strip(),
        logo=config.site.logo,
        logo_dark=config.site.logo_dark,
        logo_width=config.site.logo_width,
        font=config.site.font,
        heading_font=config.site.heading_font,
        radius=config.site.radius,
        web_view=config.site.web_view,
        colours=all_values(config.site.colours),
    )
