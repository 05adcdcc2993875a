"""What config.toml may say: the classes are its schema, their fields' defaults its defaults.

The types carry the checks (`values.py`); `check.py` fills the classes from a file. Keys of the
file are the fields' names. At the end: the settings of the stages, made from these. Pure.

"""

import enum
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo

from digest.articles.settings import CoverRules, Generator, LinkTo, ReadingRules
from digest.config.appearance import Cards, Font, IssuePattern, Utm
from digest.config.images import Images
from digest.config.mistake import Wrong
from digest.config.operating import (
    Addresses,
    Approval,
    CutOffOrEmpty,
    HandOverOrEmpty,
    Notices,
    QuietHoursOrEmpty,
    Schedule,
)
from digest.config.sections import Section, check_sections
from digest.config.sending import Delivery, Store, Subscribers, Web
from digest.config.table import NO_ENTRIES, Table
from digest.config.values import (
    BaseUrl,
    Colour,
    EmailOrEmpty,
    FreeDates,
    Grace,
    HolidaysOrEmpty,
    Language,
    LanguageOrEmpty,
    Line,
    LineOrEmpty,
    NewsletterName,
    Path,
    Phrase,
    Prose,
    ScheduleOrEmpty,
    Template,
    TemplateName,
    TimeZone,
    TimeZoneOrEmpty,
    Url,
    UrlOrEmpty,
    UrlPattern,
    WeekStart,
    WindowText,
    between,
    check_distinct,
    check_distinct_keys,
)
from digest.config.wording import (
    parse_grace,
    parse_quiet_hours,
    parse_span,
    parse_week_start,
    parse_window,
)
from digest.errors import did_you_mean
from digest.record import all_values
from digest.selection.rules import Order, Rules, SectionRule, TooFew, WindowRule

if TYPE_CHECKING:
    from digest.rendering.rendered import Look

_T = TypeVar("_T")

#: What a frozen issue needs at least before it is handed over: checks, a word of an editor.
_BEFORE_HAND_OVER = timedelta(minutes=10)

#: Key of `[content.default_covers]` that serves every category.
EVERY_CATEGORY = "*"

_SUBJECT = "{{ lead.title }}"
# The lead's title is the subject already; what follows it fills the line beside the subject.
_PREHEADER = "{{ stories[1:4] | map(attribute='title') | join(' · ') }}"


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


class Newsletter(Table, kw_only=True):
    """`[newsletters.NAME]`: one recurring publication."""

    _at_least = MappingProxyType({"max_articles": "min_articles"})

    #: Name readers know, one line.
    title: Line
    #: Template of the subject; variables: docs/configuration.md.
    subject: Template = _SUBJECT
    #: Template of the line many inboxes show behind the subject.
    preheader: Template = _PREHEADER
    #: Name of the template in `templates/`, without ending.
    template: TemplateName = "weekly"
    #: When it goes out: `mon 09:00`; empty: only by hand, when a window has closed.
    schedule: ScheduleOrEmpty = ""
    #: IANA name of the zone its slots and windows are in; empty: the site's.
    timezone: TimeZoneOrEmpty = ""
    #: Days on which it does not go out: `2026-12-24`, or `12-24` for every year.
    skip_dates: FreeDates = ()
    #: Country (`DE`) or part of one (`DE-BE`) on whose public holidays it does not go out.
    holidays: HolidaysOrEmpty = ""
    #: Span of publication dates: `week`, `N days`, `since last issue`.
    window: WindowText = "week"
    #: Day and wall-clock time at which a week of content begins.
    week_start: WeekStart = "mon 00:00"
    #: How long before the window a late article may be dated and still come in.
    grace: Grace = "7 days"
    #: In the order of the mail; empty: one untitled section with everything.
    sections: Annotated[tuple[Section, ...], check_sections] = ()
    #: Fewer are too few, 1 to 100.
    min_articles: Annotated[int, between(1, 100)] = 3
    #: Most articles in an issue, 1 to 100, not below `min_articles`.
    max_articles: Annotated[int, between(1, 100)] = 10
    #: Shorter bodies are too short for an article, 0 to 10000 words.
    min_words: Annotated[int, between(0, 10_000)] = 30
    #: Which articles come first.
    order: Order = Order.RANKED
    #: What becomes of an issue with too few articles.
    too_few: TooFew = TooFew.SKIP
    #: Titles listed as "more stories" for what did not fit, 0 to 100.
    more: Annotated[int, between(0, 100)] = 8
    #: BCP 47 tag of the issue's language; empty: the site's.
    language: LanguageOrEmpty = ""
    #: Other newsletters of this file whose articles are not told again here.
    no_repeat_with: Annotated[tuple[NewsletterName, ...], check_distinct] = ()
    #: Who gets a preview when an issue is frozen, and is asked.
    editors: Addresses = ()
    #: Who lets a frozen issue leave.
    approval: Approval = Approval.NONE
    #: How long before its slot an issue is frozen; empty: 30 minutes, with editors 4 hours.
    cut_off: CutOffOrEmpty = ""
    #: How long before its slot an issue is handed over to SendGrid, which keeps it till then;
    #: empty: at its slot.
    hand_over: HandOverOrEmpty = ""
    #: Where stories have their pictures.
    cards: Cards = Cards.LEFT
    utm: Utm = Utm()


def check_newsletters(newsletters: Mapping[str, Newsletter]) -> Iterator[Wrong]:
    """Yield what newsletters owe each other, and what one key of a newsletter owes another."""
    for name, newsletter in newsletters.items():
        yield from check_stages(name, newsletter)
        for position, other in enumerate(newsletter.no_repeat_with):
            if other == name or other not in newsletters:
                known = [each for each in newsletters if each != name]
                listed = ", ".join(known) or "there is none"
                yield Wrong(
                    "is not another newsletter of this file",
                    f"{did_you_mean(other, known)}Others: {listed}. A newsletter never repeats "
                    "itself or a breaking story anyway.",
                    (name, "no_repeat_with", position),
                )


def cut_off(newsletter: Newsletter) -> timedelta:
    """Return how long before its slot an issue is frozen."""
    if newsletter.cut_off:
        return _sound(parse_span(newsletter.cut_off))
    return timedelta(hours=4) if newsletter.editors else timedelta(minutes=30)


def hand_over(newsletter: Newsletter) -> timedelta:
    """Return how long before its slot an issue is handed over; zero: at its slot."""
    return _sound(parse_span(newsletter.hand_over)) if newsletter.hand_over else timedelta()


def check_stages(name: str, newsletter: Newsletter) -> Iterator[Wrong]:
    """Yield stages that cannot follow each other, and questions that nobody is asked."""
    if newsletter.hand_over and cut_off(newsletter) < hand_over(newsletter) + _BEFORE_HAND_OVER:
        yield Wrong(
            "is too near to the cut-off",
            "The issue is frozen first: set cut_off to 10 minutes more than hand_over, or more.",
            (name, "hand_over"),
        )
    if newsletter.approval is not Approval.NONE and not newsletter.editors:
        yield Wrong(
            "asks nobody",
            'Name them: editors = ["editor@example.org"], or write approval = "none".',
            (name, "approval"),
        )


class BreakingAudience(enum.Enum):
    """Who gets a breaking story."""

    ALL = "all"  #: every active reader
    CATEGORY = "category"  #: those who want the story's category, or named none


class InWeekly(enum.Enum):
    """What newsletters do with a story that went out as breaking news."""

    LEAVE = "leave"  #: leave it out: readers have it
    MARK = "mark"  #: tell it again where it ranks, marked as told before


class Breaking(Table, kw_only=True):
    """`[breaking]`: stories sent by hand, at once."""

    #: Name readers know, one line.
    title: Line = "Breaking news"
    #: Template of the subject; variables: docs/configuration.md.
    subject: Template = _SUBJECT
    #: Template of the line many inboxes show behind the subject.
    preheader: Template = "{{ site.name }}: {{ newsletter.title }}"
    #: Name of the template in `templates/`, without ending.
    template: TemplateName = "breaking"
    #: Who gets it.
    audience: BreakingAudience = BreakingAudience.ALL
    #: Most breaking issues in one day, 1 to 20.
    per_day: Annotated[int, between(1, 20)] = 3
    #: Wall-clock hours in which none leaves by itself, `22:00-07:00`; empty: none.
    quiet_hours: QuietHoursOrEmpty = ""
    #: What newsletters do with it afterwards.
    in_weekly: InWeekly = InWeekly.LEAVE
    utm: Utm = Utm()


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


def rules(newsletter: Newsletter) -> Rules:
    """Return how an issue of `newsletter` is chosen."""
    kind, days = _sound(parse_window(newsletter.window))
    starts_on, starts_at = _sound(parse_week_start(newsletter.week_start))
    return Rules(
        window=WindowRule(
            kind=kind,
            days=days,
            starts_on=starts_on,
            starts_at=starts_at,
            grace=timedelta(days=_sound(parse_grace(newsletter.grace))),
        ),
        sections=tuple(map(_section_rule, newsletter.sections)),
        min_articles=newsletter.min_articles,
        max_articles=newsletter.max_articles,
        min_words=newsletter.min_words,
        order=newsletter.order,
        too_few=newsletter.too_few,
    )


def max_lateness(config: Config) -> timedelta:
    """Return how late an issue may go out by itself."""
    return _sound(parse_span(config.schedule.max_lateness))


def min_gap(config: Config) -> timedelta | None:
    """Return how near two issues of a newsletter may be; None: half the time between two slots."""
    return _sound(parse_span(config.schedule.min_gap)) if config.schedule.min_gap else None


def quiet_hours(config: Config) -> tuple[time, time] | None:
    """Return the hours in which no breaking story leaves by itself; None: there are none."""
    return _sound(parse_quiet_hours(config.breaking.quiet_hours))


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


def _section_rule(section: Section) -> SectionRule:
    return SectionRule(
        title=section.title,
        categories=tuple(category.casefold() for category in section.categories),
        tags=tuple(tag.casefold() for tag in section.tags),
        limit=section.limit,
    )


def _sound(parsed: _T | Wrong) -> _T:
    if isinstance(parsed, Wrong):
        msg = f"{parsed.what}: a setting that was never checked"
        raise ValueError(msg)  # noqa: TRY004  the type is right, the text in it was not
    return parsed
