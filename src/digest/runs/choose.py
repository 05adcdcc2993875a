"""From the folder to the selection of one issue. Reads the content folder and the issue file."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.articles.contents import Contents
from digest.articles.excerpts_apart import excerpts_apart
from digest.articles.folder import begin_reading
from digest.articles.generators import Recognition, recognise
from digest.articles.settings import Generator, ReadingRules
from digest.articles.wall_clock import resolve
from digest.config.issue_file import IssueFile, issue_file_path, read_issue_file
from digest.config.matching import match_articles
from digest.config.newsletters import Newsletter, rules
from digest.config.settings import Config, reading_rules
from digest.config.timetables import timetable_of
from digest.errors import NotFoundError, Problem, did_you_mean
from digest.runs.memory import Past, recall
from digest.selection.decisions import Decisions
from digest.selection.eligible import Request, late_from
from digest.selection.rules import WindowKind
from digest.selection.select import select
from digest.selection.selection import Selection
from digest.selection.slot import (
    Slot,
    next_slot,
    slot_after_week,
    slot_named,
    week_of,
    window_before,
)
from digest.selection.timetable import Timetable
from digest.selection.window import Window

#: Told how many files of how many have been read.
Tick = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Which issue a person asks for; empty fields: the next one of the first newsletter."""

    newsletter: str = ""
    #: Name of a slot: `2026-W34`.
    slot: str = ""
    #: Week of content: `2026-W33`.
    week: str = ""
    #: Day or moment to look from: `2026-08-16`, `2026-08-16T18:00`.
    as_of: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The issue asked for: its newsletter, slot and window, and the moment it is judged at."""

    name: str
    newsletter: Newsletter
    slot: Slot
    window: Window
    #: What is dated later is not public yet.
    as_of: datetime
    #: The window is still open.
    so_far: bool
    timetable: Timetable

    @property
    def zone(self) -> ZoneInfo:
        """The newsletter's zone: its slots and windows are in it."""
        return self.timetable.zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an issue will hold, and all that led to it."""

    occasion: Occasion
    recognition: Recognition | None
    contents: Contents
    issue_file: IssueFile
    selection: Selection
    #: The issue file's, in terms of articles that exist.
    decisions: Decisions
    #: About the issue file, and about decisions that change nothing.
    warnings: tuple[Problem, ...]
    #: Sent issues of the newsletter + 1; None without a ledger.
    number: int | None = None


def choose(  # noqa: PLR0913  what a caller may want besides, by name
    config: Config,
    ask: Ask,
    now: datetime,
    *,
    also: tuple[str, ...] = (),
    whole: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
    tick: Tick | None = None,
) -> Choice:
    """Return the selection of the issue asked for.

    Args:
        config: the publisher's settings.
        ask: which issue.
        now: the present moment, aware.
        also: names of articles that are read wherever they are dated.
        whole: read every file whole, wherever it is dated: finds every bad one.
        meanwhile: what the caller has to do anyway while the folder is looked at.
        tick: told how many files of how many have been read.

    Raises:
        NotFoundError: no such newsletter, slot, week or folder.
        ConfigError: the issue file is wrong.
    """
    occasion = find_occasion(config, ask, now)
    issue_file = read_issue_file(issue_file_path(config.folder, occasion.name, occasion.slot.name))
    reading_as, recognition = recognised(config)
    past = recall(config, occasion.name, occasion.slot)
    occasion = _since_last(occasion, past)
    window = occasion.window
    span = None if whole else (_earliest(occasion, past), window.end)
    reading = begin_reading(config.content.path, reading_as, span)
    meanwhile()
    named = (*issue_file.pin, *issue_file.exclude, *issue_file.move, *issue_file.blurb)
    contents = reading.contents((*named, *also), tick)
    titles = [section.title for section in occasion.newsletter.sections]
    decisions, warnings = match_articles(issue_file, contents.articles, titles)
    if warnings and span:
        # What fits no file read so far may be the identity or address of an old article, or a
        # slip whose "did you mean" is an old one.
        contents = begin_reading(config.content.path, reading_as, None).contents(tick=tick)
        decisions, warnings = match_articles(issue_file, contents.articles, titles)
    request = Request(
        window=window,
        as_of=occasion.as_of,
        decisions=decisions,
        memory=past.memory,
        only=frozenset(category.casefold() for category in ask.categories),
    )
    phrases = config.content.boilerplate
    selection = select(contents, request, rules(occasion.newsletter), phrases, excerpts_apart)
    choice = Choice(
        occasion=occasion,
        recognition=recognition,
        contents=contents,
        issue_file=issue_file,
        selection=selection,
        decisions=decisions,
        warnings=warnings,
        number=past.number,
    )
    return replace(choice, warnings=(*warnings, *_without_effect(choice)))


def _since_last(occasion: Occasion, past: Past) -> Occasion:
    """Return the occasion with the window that begins where the last issue's ended."""
    rule, end = rules(occasion.newsletter).window, past.last_window_end
    if rule.kind is not WindowKind.SINCE_LAST or end is None or end >= occasion.window.end:
        return occasion
    window = Window(end.astimezone(occasion.zone), occasion.window.end)
    return replace(occasion, window=window)


def _earliest(occasion: Occasion, past: Past) -> datetime:
    """Return the date of the oldest article that may be in the issue: a late one is older."""
    if past.memory.considered is None:
        return occasion.window.start
    return late_from(occasion.window, past.memory, rules(occasion.newsletter))


def issue_holding(occasion: Occasion, moment: datetime) -> str:
    """Return the options that ask for the issue of this newsletter whose window holds `moment`.

    Where none holds it, those of the issue that may tell it late.
    """
    timetable, after = occasion.timetable, moment + timedelta(microseconds=1)
    rule = timetable.window
    if rule.kind is WindowKind.WEEK or (rule.days == 7 and not timetable.schedule):
        week = week_of(timetable, moment)
        with contextlib.suppress(NotFoundError):  # every two weeks, a week is no issue's
            slot_after_week(timetable, week)
            return f"--week {week}"
        after += timedelta(days=7)
    return f"--slot {next_slot(timetable, after).name}"


def _without_effect(choice: Choice) -> Iterator[Problem]:
    """Yield a warning for every decision that changes nothing, with the reason."""
    selection, where = choice.selection, choice.issue_file.path
    there = {one.article.path for one in selection.chosen}
    reasons = {one.path: str(one) for one in selection.left_out}
    decided = (
        ("pin", choice.decisions.pin),
        ("move", choice.decisions.move),
        ("blurb", choice.decisions.blurb),
    )
    for key, paths in decided:
        for path in paths:
            if path not in there:
                yield Problem(
                    f"{where}, {key}",
                    f"{path} is not in the issue: {reasons.get(path, 'outside window')}",
                    f"Take it out of {key}, or see: digest why {path}",
                )
    titles = [section.title for section in choice.occasion.newsletter.sections]
    known = {title.casefold() for title in titles}
    for one in selection.chosen:
        wish = one.article.wishes.section
        if wish and wish.casefold() not in known:
            yield Problem(
                one.article.path,
                f"its front matter asks for a section {wish!r} that is not there",
                f"{did_you_mean(wish, titles)}Sections are set in config.toml.",
            )


def recognised(config: Config) -> tuple[ReadingRules, Recognition | None]:
    """Return how files are read; with what was recognised where `generator = "auto"`."""
    if config.content.generator is not Generator.AUTO:
        return reading_rules(config, config.content.generator), None
    recognition = recognise(config.content.path)
    return reading_rules(config, recognition.generator), recognition


def find_occasion(config: Config, ask: Ask, now: datetime) -> Occasion:
    """Return which issue is asked for.

    Raises:
        NotFoundError: no such newsletter, slot, week or day.
    """
    name, newsletter = find_newsletter(config.newsletters, ask.newsletter)
    timetable = timetable_of(config, name)
    as_of = parse_as_of(ask.as_of, timetable.zone) if ask.as_of else None
    try:
        slot, window = _slot_and_window(ask, timetable, as_of or now)
    except (OverflowError, ValueError) as error:
        raise NotFoundError(
            f"{ask.week or ask.slot or ask.as_of!r} is at the end of time",
            where="--week" if ask.week else "--slot" if ask.slot else "--as-of",
            remedy="Name one between the years 1000 and 2199.",
        ) from error
    # A slot named by a person is judged as at its own moment; the next one as at this moment.
    named = slot.moment if ask.slot or ask.week else now
    return Occasion(
        name=name,
        newsletter=newsletter,
        slot=slot,
        window=window,
        as_of=as_of or named,
        so_far=(as_of or now).timestamp() < window.end.timestamp(),
        timetable=timetable,
    )


def find_newsletter(newsletters: Mapping[str, Newsletter], name: str) -> tuple[str, Newsletter]:
    """Return the newsletter of that name, or the first one.

    Raises:
        NotFoundError: there is none of that name.
    """
    name = name or next(iter(newsletters))
    if name in newsletters:
        return name, newsletters[name]
    raise NotFoundError(
        f"there is no newsletter {name!r}",
        where="config.toml, [newsletters]",
        remedy=f"{did_you_mean(name, newsletters)}There is: {', '.join(newsletters)}.",
    )


def parse_as_of(text: str, zone: ZoneInfo, where: str = "--as-of") -> datetime:
    """Return the moment a person means: a day means its end, a time is in the publisher's zone.

    Args:
        text: what was written.
        zone: the publisher's.
        where: the option it stands in, for the message.

    Raises:
        NotFoundError: `text` is no date.
    """
    try:
        if len(text) == len("2026-08-16"):
            day_after = date.fromisoformat(text) + timedelta(days=1)
            return resolve(datetime.combine(day_after, time(0)), zone) - timedelta(seconds=1)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else resolve(moment, zone)
    except (ValueError, OverflowError) as error:
        raise NotFoundError(
            f"{text!r} is not a date",
            where=where,
            remedy="Write it like 2026-08-16 or 2026-08-16T18:00.",
        ) from error


def _slot_and_window(ask: Ask, timetable: Timetable, now: datetime) -> tuple[Slot, Window]:
    if ask.week:
        return slot_after_week(timetable, ask.week)
    slot = slot_named(timetable, ask.slot) if ask.slot else next_slot(timetable, now)
    return slot, window_before(slot, timetable)
