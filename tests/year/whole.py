"""One simulated year from its seed to its verdict."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from fake_sendgrid import FakeSendGrid
from year.checker import Count, broken, count
from year.clock import in_ms
from year.history import History, read_history
from year.plan import draw
from year.simulate import Year
from year.site import Site


class Verdict(NamedTuple):
    """What a year came to."""

    figures: Count
    faults: list[str]
    history: History


def live(folder: Path, seed: int, start: str, weeks: int, *, readers: int = 10) -> Verdict:
    """Live through so many weeks from a Monday on; the same seed brings the same weeks.

    Args:
        folder: where the publisher's folder is made.
        seed: of everything that happens.
        start: `2026-01-05`.
        weeks: three at least.
        readers: subscribers.
    """
    rng = random.Random(seed)
    begins = in_ms(datetime.fromisoformat(start).replace(tzinfo=UTC))
    plan = draw(rng, begins, weeks)
    site = Site(folder, readers)
    years: list[Year] = []

    def now() -> float:
        return (years[0].now if years else begins) / 1000

    with FakeSendGrid(now=now) as fake:
        years.append(year := Year(plan, site, fake, rng))
        year.run()
        history = read_history(site.store, fake, plan, year.happened, year.due())
    return Verdict(count(history), broken(history), history)
