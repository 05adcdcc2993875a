"""What the last issues of a newsletter would have been under today's rules. Reads the folder.

Each is chosen with the memory of the ones before it, in the order of their slots. The ledger is
neither read nor written: other newsletters and breaking stories told nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.articles.article import Article
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.errors import NotFoundError, Problem
from digest.runs.choose import Tick, find_newsletter, parse_as_of
from digest.runs.series import Row, play
from digest.selection.rank import source_of
from digest.selection.selection import Chosen, Reason
from digest.selection.series import Fate, Recalled, Turnout, candidates_of
from digest.selection.slot import slots_between

_OVER = frozenset({Reason.OVER_SECTION_LIMIT, Reason.OVER_ISSUE_LIMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of the stories, and of what could have been one, is of a kind."""

    #: A category, a source or an author; "" for none.
    name: str
    stories: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What the last issues would have been."""

    newsletter: str
    title: str
    #: In the newsletter's zone.
    as_of: datetime
    turnouts: tuple[Turnout, ...]
    #: Most stories first.
    categories: tuple[Share, ...]
    sources: tuple[Share, ...]
    authors: tuple[Share, ...]
    warnings: tuple[Problem, ...]

    @property
    def issues(self) -> tuple[Turnout, ...]:
        """Those that would have gone out, or been held."""
        return tuple(one for one in self.turnouts if one.is_issue)

    @property
    def skipped(self) -> tuple[Turnout, ...]:
        """Those with too few articles that nobody would have decided about."""
        return tuple(one for one in self.turnouts if one.fate is Fate.SKIPPED)


def backtest(  # noqa: PLR0913  what a person may ask for, by name
    config: Config,
    name: str,
    now: datetime,
    *,
    weeks: int,
    as_of: str = "",
    tick: Tick | None = None,
    chosen: Tick | None = None,
) -> Backtest:
    """Return what the issues of the last weeks would have been.

    Args:
        config: the publisher's settings.
        name: of the newsletter; "": the first.
        now: the present moment, aware.
        weeks: how far back.
        as_of: day or moment to look back from; "": now.
        tick: told how many files of how many have been read.
        chosen: told how many slots of how many have been chosen for.

    Raises:
        NotFoundError: no such newsletter, day or folder, or no slot in these weeks.
        ConfigError: an issue file is wrong.
    """
    name, newsletter = find_newsletter(config.newsletters, name)
    timetable = timetable_of(config, name)
    until = parse_as_of(as_of, timetable.zone) if as_of else now.astimezone(timetable.zone)
    try:
        slots = tuple(slots_between(timetable, until - timedelta(weeks=weeks), until))
    except (OverflowError, ValueError) as error:
        raise NotFoundError(
            f"{as_of!r} is at the end of time",
            where="--as-of",
            remedy="Name a day between the years 1000 and 2199.",
        ) from error
    if not slots:
        raise NotFoundError(
            f"{name} had no slot in the {weeks} weeks up to {until:%Y-%m-%d}",
            where="--weeks",
            remedy="Look back further: --weeks 52",
        )
    row = Row(newsletter=name, slots=slots, recalled=Recalled(), rests={})
    (played,), _ = play(config, [row], tick=tick, chosen=chosen)
    stories = [one.article for each in played.turnouts for one in stories_of(each)]
    candidates = _candidates(played.turnouts)
    return Backtest(
        newsletter=name,
        title=newsletter.title,
        as_of=until,
        turnouts=played.turnouts,
        categories=_shares(stories, candidates, lambda one: (one.category,)),
        sources=_shares(stories, candidates, lambda one: (source_of(one),)),
        authors=_shares(stories, candidates, lambda one: one.authors or ("",)),
        warnings=played.warnings,
    )


def stories_of(turnout: Turnout) -> tuple[Chosen, ...]:
    """Return what readers would have been told; nothing where no issue would have been."""
    return turnout.selection.chosen if turnout.selection and turnout.is_issue else ()


def over_limit(turnout: Turnout) -> int:
    """Return how many stories there was no room for."""
    left_out = turnout.selection.left_out if turnout.selection else ()
    return sum(one.reason in _OVER for one in left_out)


def carried_over(turnout: Turnout) -> int:
    """Return how many stories had come too late for the issue before."""
    return sum(one.carried_over for one in stories_of(turnout))


def _candidates(turnouts: Iterable[Turnout]) -> list[Article]:
    """Return what could have been a story; once, for what is left over comes again."""
    found = {
        article.path: article
        for turnout in turnouts
        if turnout.selection
        for article in candidates_of(turnout.selection)
    }
    return list(found.values())


def _shares(
    stories: Iterable[Article],
    candidates: Iterable[Article],
    names_of: Callable[[Article], Iterable[str]],
) -> tuple[Share, ...]:
    """Return the kinds of articles, most stories first; upper case makes no difference."""
    spelled: dict[str, str] = {}

    def count(articles: Iterable[Article]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for article in articles:
            for name in names_of(article):
                counts[name.casefold()] += 1
                spelled.setdefault(name.casefold(), name)
        return counts

    told, there = count(stories), count(candidates)
    shares = (
        Share(name=spelled[name], stories=told[name], candidates=there[name])
        for name in {*told, *there}
    )
    return tuple(sorted(shares, key=lambda one: (-one.stories, -one.candidates, one.name)))
