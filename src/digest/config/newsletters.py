"""What a newsletter and breaking news may say in config.toml, and how an issue is chosen by it.

Schema and defaults as in `settings.py`. Pure.

"""

import enum
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated

from digest.config.appearance import Cards, Utm
from digest.config.mistake import Wrong
from digest.config.operating import (
    Addresses,
    Approval,
    CutOffOrEmpty,
    HandOverOrEmpty,
    QuietHoursOrEmpty,
)
from digest.config.sections import Section, check_sections
from digest.config.table import Table
from digest.config.values import (
    FreeDates,
    Grace,
    HolidaysOrEmpty,
    LanguageOrEmpty,
    Line,
    NewsletterName,
    ScheduleOrEmpty,
    Template,
    TemplateName,
    TimeZoneOrEmpty,
    WeekStart,
    WindowText,
    between,
    check_distinct,
)
from digest.config.wording import parse_grace, parse_span, parse_week_start, parse_window, sound
from digest.errors import did_you_mean
from digest.selection.rules import Order, Rules, SectionRule, TooFew, WindowRule

#: What a frozen issue needs at least before it is handed over: checks, a word of an editor.
_BEFORE_HAND_OVER = timedelta(minutes=10)

_SUBJECT = "{{ lead.title }}"
# The lead's title is the subject already; what follows it fills the line beside the subject.
_PREHEADER = "{{ stories[1:4] | map(attribute='title') | join(' · ') }}"


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
        return sound(parse_span(newsletter.cut_off))
    return timedelta(hours=4) if newsletter.editors else timedelta(minutes=30)


def hand_over(newsletter: Newsletter) -> timedelta:
    """Return how long before its slot an issue is handed over; zero: at its slot."""
    return sound(parse_span(newsletter.hand_over)) if newsletter.hand_over else timedelta()


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


def rules(newsletter: Newsletter) -> Rules:
    """Return how an issue of `newsletter` is chosen."""
    kind, days = sound(parse_window(newsletter.window))
    starts_on, starts_at = sound(parse_week_start(newsletter.week_start))
    return Rules(
        window=WindowRule(
            kind=kind,
            days=days,
            starts_on=starts_on,
            starts_at=starts_at,
            grace=timedelta(days=sound(parse_grace(newsletter.grace))),
        ),
        sections=tuple(map(_section_rule, newsletter.sections)),
        min_articles=newsletter.min_articles,
        max_articles=newsletter.max_articles,
        min_words=newsletter.min_words,
        order=newsletter.order,
        too_few=newsletter.too_few,
    )


def _section_rule(section: Section) -> SectionRule:
    return SectionRule(
        title=section.title,
        categories=tuple(category.casefold() for category in section.categories),
        tags=tuple(tag.casefold() for tag in section.tags),
        limit=section.limit,
    )
