"""Issues handed over ahead of their time, killed at each point; then called back, likewise.

What must hold besides I1 to I9: all of an issue is kept under the name and until the moment that
stand in the ledger; and what counts as called back is discarded, all of it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

from crash.history import Mailed
from crash.invariants import broken, count
from crash.scenarios import MOST_STARTS, Range, Verdict, note, settled_history
from crash.senders import Ended, Order

Kill = Callable[[Range, int, Mapping[int, str]], Verdict]

_STOPPED = "/v3/user/scheduled_sends"
_NAMES = "/v3/mail/batch"
#: Exit codes after which the same command goes on.
_AGAIN = {-9, 8, 9}


def hand_over_killed(at: Range, point: int, faults: Mapping[int, str]) -> Verdict:
    """Kill a hand-over of three batches at its n-th point, go on until it is done, look."""
    order, verdict = _order(at), Verdict()
    _fault(at, faults)
    ended = at.senders.run(order, fatal=point)
    note(verdict, ended)
    _go_on(at, order, verdict, ended)
    _judge(at, order, verdict)
    at.clear(order)
    return verdict


def call_back_killed(at: Range, point: int, faults: Mapping[int, str]) -> Verdict:
    """Hand over three batches, kill the cancelling at its n-th point, cancel again, look."""
    order, verdict = _order(at), Verdict()
    _go_on(at, order, verdict, Ended(None))
    _fault(at, faults)
    ended = at.senders.run(order, cancel=True, fatal=point)
    kills = int(ended.is_killed)
    for _ in range(MOST_STARTS):
        if not ended.is_killed and ended.code != 9:
            break
        ended = at.senders.run(order, cancel=True)
    verdict.kills, name = kills, _row(order)[0]
    if (ended.code, ended.state) != (0, "certain"):
        verdict.faults.append(f"not called back: {ended}")
    if not _row(order)[2] or at.fake.fates() != {"discarded"}:
        verdict.faults.append(f"called back, and at SendGrid {at.fake.fates()}")
    at.fake.release(name)
    _judge(at, order, verdict)
    at.clear(order)
    return verdict


def each_point(at: Range, kill: Kill, faults: Mapping[int, str], step: int) -> Iterator[Verdict]:
    """Kill at each `step`th point until there is none any more."""
    for point in range(1, MOST_STARTS, step):
        verdict = kill(at, point, faults)
        yield verdict
        if not verdict.kills:
            break


def _order(at: Range) -> Order:
    # A moment on which the clock of a test never falls.
    return at.order(12, batch=4, hurry=50, leaves_at=int(time.time()) + 3600)


def _fault(at: Range, faults: Mapping[int, str]) -> None:
    for number, kind in faults.items():
        for path in ("/v3/mail/send", _NAMES, _STOPPED):
            at.fake.fault(kind=kind, at=[number], path=path)


def _go_on(at: Range, order: Order, verdict: Verdict, ended: Ended) -> None:
    """Send until there is nothing left to hand over; a held issue is let go on."""
    for _ in range(MOST_STARTS):
        if ended.code == 0 or (ended.code == 8 and not _left(order)):
            return
        ended = at.senders.run(order, **({"resume": True} if _row(order)[3] == "held" else {}))
        note(verdict, ended)
        if ended.code not in {0, *_AGAIN, 1}:
            break
    verdict.faults.append(f"not done: {ended}")


def _judge(at: Range, order: Order, verdict: Verdict) -> None:
    history = settled_history(at, order)
    if history is None:
        verdict.faults.append("I7: there is no issue")
        return
    verdict.faults += broken(history)
    verdict.faults += _together(history.mailed, order)
    verdict.count = count(history)


def _together(mailed: tuple[Mailed, ...], order: Order) -> Iterator[str]:
    name, leaves_at, _, state = _row(order)
    if state == "sent":
        yield "sent before its moment"
    for found in {(one.provider_batch, one.send_at) for one in mailed} - {
        (name, leaves_at // 1000)
    }:
        yield f"handed over as {found}, written down as {name, leaves_at}"


def _row(order: Order) -> tuple[str, int, int | None, str]:
    with closing(sqlite3.connect(order.store)) as connection:
        row = connection.execute(
            "SELECT provider_batch, coalesce(leaves_at, 0), called_back_at, state FROM issue"
            " WHERE slot = ?",
            (order.slot,),
        ).fetchone()
    return row or ("", 0, None, "")


def _left(order: Order) -> int:
    with closing(sqlite3.connect(order.store)) as connection:
        (left,) = connection.execute(
            "SELECT count(*) FROM batch WHERE state IN ('planned', 'refused', 'sending')"
        ).fetchone()
    return int(left)
