"""Whether the windows of a newsletter leave days out, or hold some twice. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from digest.record import Record
from digest.selection.rules import WindowKind
from digest.selection.slot import Slot, window_before
from digest.selection.timetable import Timetable


class Coverage(Record, kw_only=True):
    """How the windows of slots in a row meet."""

    #: Longest time between two windows, which lies in none; zero: there is none.
    hole: timedelta = timedelta()
    #: Longest time that lies in two windows.
    overlap: timedelta = timedelta()


def coverage_of(timetable: Timetable, slots: Sequence[Slot]) -> Coverage:
    """Return how the windows of these slots meet, whether or not something goes out."""
    if timetable.window.kind is WindowKind.SINCE_LAST:
        return Coverage()
    hole = overlap = timedelta()
    for one, other in pairwise(window_before(slot, timetable) for slot in slots):
        # On the wall: the hour of a clock change is neither a hole nor told twice.
        between = other.start.replace(tzinfo=None) - one.end.replace(tzinfo=None)
        hole, overlap = max(hole, between), max(overlap, -between)
    return Coverage(hole=hole, overlap=overlap)
