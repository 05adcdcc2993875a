"""Issues in a row, each knowing what those before it told. Pure.

What `digest send` would do week after week, without a ledger: an issue that goes out is
remembered, one that does not leaves its articles to the next.
"""

import enum
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from digest.articles.article import Article
from digest.articles.contents import Contents
from digest.record import Record, replace
from digest.selection.decisions import Decisions
from digest.selection.eligible import Memory, Request, late_from
from digest.selection.rules import Rules, TooFew, WindowKind
from digest.selection.select import select
from digest.selection.selection import LeftOut, Reason, Selection
from digest.selection.slot import Slot
from digest.selection.window import Window


class Fate(enum.Enum):
    """What becomes of a slot. Values stand in JSON: add, never rename."""

    GOES = "goes out"
    HELD = "held"  #: too few articles, and a person decides
    SKIPPED = "skipped"  #: too few articles
    RESTS = "no issue"  #: a free day, or a pause


class Turn(Record, kw_only=True):
    """One slot's turn."""

    slot: Slot
    #: Before it; where the last issue counts, the first issue's.
    window: Window
    decisions: Decisions = Decisions()
    #: Why nothing goes out, whatever there is; or "".
    rests: str = ""
    #: Of a slot that rests: its articles are not told later.
    drops: bool = False


class Recalled(Record, kw_only=True):
    """What an issue knows of those before it."""

    memory: Memory = Memory()
    #: What the next issue is numbered.
    number: int = 1
    #: End of the window of the last issue; None: there was none.
    last_window_end: datetime | None = None


class Turnout(Record, kw_only=True):
    """What became of a turn."""

    slot: Slot
    window: Window
    fate: Fate
    #: Why it rests, or is skipped or held; or "".
    reason: str = ""
    #: None: it has not gone out.
    number: int | None = None
    #: None: it rests, and nothing was chosen.
    selection: Selection | None = None
    #: Articles that would have been told again.
    repeats: tuple[LeftOut, ...] = ()

    @property
    def is_issue(self) -> bool:
        """Whether there is an issue, or will be when a person says so."""
        return self.fate in {Fate.GOES, Fate.HELD}


#: Given a span and the paths an editor named: what reading for it would have brought.
Reader = Callable[[tuple[datetime, datetime], frozenset[str]], Contents]


def run_series(  # noqa: PLR0913  all that counts, by name
    newsletter: str,
    turns: Iterable[Turn],
    *,
    read: Reader,
    rules: Rules,
    recalled: Recalled,
    phrases: tuple[str, ...] = (),
) -> Iterator[Turnout]:
    """Yield what becomes of each turn, in order.

    Args:
        newsletter: its name.
        turns: in order of their moments.
        read: gives the articles around a window.
        rules: of the newsletter.
        recalled: what the first one knows.
        phrases: furniture of the site, from `[content] boilerplate`.
    """
    for turn in turns:
        window = _since_last(turn.window, rules, recalled)
        memory = recalled.memory
        if turn.rests:
            yield Turnout(slot=turn.slot, window=window, fate=Fate.RESTS, reason=turn.rests)
            recalled = _left_over(recalled, window, drops=turn.drops)
            continue
        earliest = window.start
        if memory.considered is not None:
            earliest = late_from(window, memory, rules)
        decided = turn.decisions
        named = frozenset({*decided.pin, *decided.exclude, *decided.move, *decided.blurb})
        request = Request(window=window, as_of=turn.slot.moment, decisions=decided, memory=memory)
        selection = select(read((earliest, window.end), named), request, rules, phrases)
        fate = _fate(selection)
        turnout = Turnout(
            slot=turn.slot,
            window=window,
            fate=fate,
            reason=_few(selection, rules) if fate is not Fate.GOES else "",
            number=recalled.number if fate is not Fate.SKIPPED else None,
            selection=selection,
            repeats=tuple(_repeats(selection, request, rules)),
        )
        yield turnout
        if turnout.is_issue:
            recalled = _remembering(recalled, f"{newsletter}/{turn.slot.name}", turnout)
        else:
            recalled = _left_over(recalled, window)


def candidates_of(selection: Selection) -> tuple[Article, ...]:
    """Return every article that may have been in the issue: chosen, or kept out by others."""
    chosen = tuple(one.article for one in selection.chosen)
    others = tuple(
        one.article for one in selection.left_out if one.has_competed and one.article is not None
    )
    return chosen + others


def _fate(selection: Selection) -> Fate:
    if selection.lead is None or selection.too_few is TooFew.SKIP:
        return Fate.SKIPPED
    return Fate.HELD if selection.too_few is TooFew.HOLD else Fate.GOES


def _few(selection: Selection, rules: Rules) -> str:
    return f"{len(selection.chosen)} of at least {rules.min_articles} articles"


def _since_last(window: Window, rules: Rules, recalled: Recalled) -> Window:
    """Return the window that begins where the last issue's ended, where that is the rule."""
    end = recalled.last_window_end
    if rules.window.kind is not WindowKind.SINCE_LAST or end is None:
        return window
    if end.timestamp() >= window.end.timestamp():
        return window
    return Window(end.astimezone(window.end.tzinfo), window.end)


def _repeats(selection: Selection, request: Request, rules: Rules) -> Iterator[LeftOut]:
    """Yield what was kept out because it was told, and would have been told again."""
    window, considered = request.window, request.memory.considered
    late = late_from(window, request.memory, rules).timestamp()
    for one in selection.left_out:
        if one.reason is not Reason.ALREADY_SENT or one.article is None:
            continue
        published = one.article.published_at
        is_late = (
            considered is not None
            and one.article.identity not in considered
            and late <= published.timestamp() < window.start.timestamp()
        )
        if published in window or is_late:
            yield one


def _remembering(recalled: Recalled, name: str, turnout: Turnout) -> Recalled:
    """Return what the next issue knows after one that tells something."""
    selection, memory = turnout.selection, recalled.memory
    assert selection is not None  # noqa: S101  an issue has one
    told = [each for one in selection.chosen for each in (one.article, *one.also)]
    looked_at = [one.article for one in selection.left_out if one.is_considered]
    return Recalled(
        memory=replace(
            memory,
            sent={**memory.sent, **{one.identity: name for one in told}},
            sent_bodies={
                **memory.sent_bodies,
                **{one.fingerprint: name for one in told if one.fingerprint},
            },
            considered=(memory.considered or frozenset())
            | {one.identity for one in (*told, *looked_at) if one is not None},
            left_over_from=None,
            dropped_until=None,
        ),
        number=recalled.number + 1,
        last_window_end=turnout.window.end,
    )


def _left_over(recalled: Recalled, window: Window, *, drops: bool = False) -> Recalled:
    """Return what the next issue knows after a slot without one."""
    memory = recalled.memory
    if drops:
        memory = replace(memory, left_over_from=None, dropped_until=window.end)
        return replace(recalled, memory=memory, last_window_end=window.end)
    begins = memory.left_over_from or window.start
    if begins.timestamp() > window.start.timestamp():
        begins = window.start
    return replace(recalled, memory=replace(memory, left_over_from=begins))
