"""The slots of newsletters in a row, all out of one reading of the folder. Reads the folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.articles.nearby import nearby
from digest.config.issue_file import IssueFile, issue_file_path, read_issue_file
from digest.config.matching import match_articles
from digest.config.newsletters import rules
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.errors import Problem
from digest.runs.choose import Tick, recognised
from digest.selection.decisions import Decisions
from digest.selection.rules import Rules
from digest.selection.series import Recalled, Turn, Turnout, run_series
from digest.selection.slot import Slot, window_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The slots of one newsletter that are to be played."""

    newsletter: str
    slots: tuple[Slot, ...]
    recalled: Recalled
    #: Name of a slot → why nothing goes out then, and whether its articles are told later.
    rests: Mapping[str, tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of the slots of one newsletter."""

    newsletter: str
    turnouts: tuple[Turnout, ...]
    #: About what editors decided, and what is not there.
    warnings: tuple[Problem, ...]


def play(
    config: Config,
    rows: Sequence[Row],
    *,
    tick: Tick | None = None,
    chosen: Tick | None = None,
) -> tuple[list[Played], Contents]:
    """Return what becomes of the slots, and everything that was read for them.

    Args:
        config: the publisher's settings.
        rows: of each newsletter at most one.
        tick: told how many files of how many have been read.
        chosen: told how many slots of how many have been chosen for.

    Raises:
        NotFoundError: there is no content folder.
        ConfigError: an issue file is wrong.
    """
    files = {
        (row.newsletter, slot.name): read_issue_file(
            issue_file_path(config.folder, row.newsletter, slot.name)
        )
        for row in rows
        for slot in row.slots
    }
    reading_as, _ = recognised(config)
    span = _span(config, rows)
    reading = begin_reading(config.content.path, reading_as, span)
    contents = reading.contents(tuple(_named(files.values())), tick)
    decided = _decided(config, files, contents)
    if any(warnings for _, warnings in decided.values()):
        # As in `choose`: what fits nothing may be the identity or address of an old article.
        contents = begin_reading(config.content.path, reading_as, None).contents(tick=tick)
        decided = _decided(config, files, contents)
    shelf = _Shelf(contents, ZoneInfo(config.site.timezone), len(files), chosen)
    return [_played(config, row, decided, shelf) for row in rows], contents


def _span(config: Config, rows: Sequence[Row]) -> tuple[datetime, datetime]:
    """Return the first moment and the end of all that may be told."""
    moments: list[datetime] = []
    for row in rows:
        timetable = timetable_of(config, row.newsletter)
        starts = [row.recalled.last_window_end, row.recalled.memory.left_over_from]
        for slot in row.slots:
            window = window_before(slot, timetable)
            starts.append(window.start - timetable.window.grace)
            moments.append(window.end)
        moments += [moment for moment in starts if moment is not None]
    by_instant = sorted(moments, key=datetime.timestamp)
    return by_instant[0], max(by_instant[-1], by_instant[0] + timedelta(days=1))


def _named(files: Iterable[IssueFile]) -> set[str]:
    return {name for file in files for name in (*file.pin, *file.exclude, *file.move, *file.blurb)}


_Decided = dict[tuple[str, str], tuple[Decisions, tuple[Problem, ...]]]


def _decided(
    config: Config, files: Mapping[tuple[str, str], IssueFile], contents: Contents
) -> _Decided:
    """Return what editors decided for each slot, in terms of articles that exist."""
    return {
        key: match_articles(
            file,
            contents.articles,
            [section.title for section in config.newsletters[key[0]].sections],
        )
        for key, file in files.items()
    }


class _Shelf:
    """Gives each slot what reading for it alone would have brought, and says how far it is."""

    def __init__(
        self, contents: Contents, zone: ZoneInfo, total: int, chosen: Tick | None
    ) -> None:
        self._contents = contents
        self._zone = zone
        self._total = total
        self._chosen = chosen
        self._done = 0

    def read(self, span: tuple[datetime, datetime], named: frozenset[str]) -> Contents:
        """Return what there is around a window."""
        self._done += 1
        if self._chosen:
            self._chosen(self._done, self._total)
        start, end = span
        return nearby(
            self._contents, (start.astimezone(self._zone), end.astimezone(self._zone)), named
        )


def _played(config: Config, row: Row, decided: _Decided, shelf: _Shelf) -> Played:
    name, timetable = row.newsletter, timetable_of(config, row.newsletter)
    its_rules: Rules = rules(config.newsletters[name])
    turns = []
    for slot in row.slots:
        reason, drops = row.rests.get(slot.name, (slot.skipped, False))
        turns.append(
            Turn(
                slot=slot,
                window=window_before(slot, timetable),
                decisions=decided[name, slot.name][0],
                rests=reason,
                drops=drops,
            )
        )

    turnouts = run_series(
        name,
        turns,
        read=shelf.read,
        rules=its_rules,
        recalled=row.recalled,
        phrases=config.content.boilerplate,
    )
    warnings = [each for slot in row.slots for each in decided[name, slot.name][1]]
    return Played(newsletter=name, turnouts=tuple(turnouts), warnings=tuple(warnings))
