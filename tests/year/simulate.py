"""The year itself: time goes from event to event, and the machine does what it does."""

import heapq
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from fake_sendgrid import FakeSendGrid
from year.clock import moment
from year.computer import Machine, machine_on
from year.oracle import Due, Rest, Times, Version, slots
from year.people import People
from year.plan import DAY, HOUR, MINUTE, Plan, Story
from year.site import PAPERS, TWICE, Site

#: Where nobody listens.
_NOBODY = "http://127.0.0.1:9"
_SECOND = 1000
#: A child that failed rests for so long, doubled each time, as `schedule/workers.py` has it.
_REST = 30 * _SECOND
_LONGEST_REST = 600 * _SECOND
#: Exit codes that say how it is, and no bug.
_CODES = frozenset({0, 1, 5, 7, 8, 9, 10, -9})


@dataclass(slots=True, kw_only=True)
class Happened:
    """What happened besides what store and provider remember."""

    ticks: int = 0
    rounds: int = 0
    kills: list[int] = field(default_factory=list)
    service_kills: int = 0
    commands: int = 0
    rests: list[Rest] = field(default_factory=list)
    #: What no process may say.
    bugs: list[str] = field(default_factory=list)
    #: When persons gave commands, by newsletter.
    decided: list[tuple[str, int]] = field(default_factory=list)
    refusals: int = 0


class Year:
    """One simulated time span of one publisher."""

    def __init__(self, plan: Plan, site: Site, fake: FakeSendGrid, rng: random.Random) -> None:
        self.plan = plan
        self.site = site
        self.fake = fake
        self.happened = Happened()
        self.now = plan.start
        self._rng = rng
        self._machine: Machine | None = None
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()
        self._resting: dict[str, tuple[int, int]] = {}
        self._is_fresh = True
        self._schedules = {paper.name: paper.schedule for paper in PAPERS}
        self.people = People(site.store, random.Random(rng.random()), self.digest)
        for paper in PAPERS:
            plan.versions[paper.name] = [Version(plan.start, paper.times, plan.skip_dates)]

    def run(self) -> None:
        """Let the time pass."""
        self.site.configure(self._schedules, self.plan.skip_dates)
        self._put_all()
        with machine_on(self.site.config) as self._machine:
            while self._events:
                at, _, act = heapq.heappop(self._events)
                self.now = max(self.now, at)
                if self.now >= self.plan.end:
                    break
                act()
            self.now = self.plan.end
            # At last nothing stands in the way any more: what waits to be told is told.
            self.fake.clear_faults()
            for _ in range(3):
                self.digest("schedule", "--once", "--log-format", "json")
                self.now += HOUR

    def due(self) -> list[Due]:
        """Return every slot that must have ended by now."""
        plan = self.plan
        return [
            due
            for paper in PAPERS
            for due in slots(
                paper.name,
                paper.zone,
                plan.versions[paper.name],
                self.happened.rests,
                (plan.start, plan.end),
            )
        ]

    def digest(self, *words: str, fatal: int = 0) -> int:
        """Run a command on the machine; return its exit code."""
        outage = self.plan.outage(self.now)
        url = _NOBODY if outage == "refused" else self.fake.url
        assert self._machine
        code, said = self._machine.run(
            [*words, "--config", str(self.site.config)],
            self._machine_now(),
            {**self.site.environment, "DIGEST_SENDGRID_URL": url},
            seed=self._rng.randrange(2**31),
            fatal=fatal,
        )
        if code not in _CODES or "Traceback" in said or '"bug"' in said:
            self.happened.bugs.append(f"{moment(self.now):%F %T} {words}: {code}: {said}")
        if words[0] != "schedule":
            self.happened.commands += 1
            self.happened.decided.append((words[1].partition("/")[0], self.now))
        self.now += self._rng.randint(1, 4) * _SECOND
        return code

    def _machine_now(self) -> int:
        return self.now + self.plan.skew(self.now)

    def _put(self, at: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), act))

    def _put_all(self) -> None:
        plan, rng = self.plan, self._rng
        for at in range(plan.start, plan.end, HOUR):
            self._put(at + rng.randrange(20 * MINUTE), self._tick)
        for day in range(plan.start, plan.end, DAY):
            self._put(day + 10 * HOUR + rng.randrange(HOUR), self._operate)
        self._put_slots()
        for story in plan.stories:
            self._put(story.arrives, self._later(self._arrive, story))
        for span in plan.outages:
            self._put(span.since, self._disturb)
            self._put(span.until, self._disturb)
        for span in plan.suspends:  # it wakes
            self._put(span.until + rng.randrange(30 * _SECOND), self._tick)
        self._put(plan.start, self._disturb)
        for number, at in enumerate(plan.edits):
            self._put(at, self._later(self._change_schedule, number % 2 == 0))
        for pause in plan.pauses:
            self._put(pause[1], self._later(self._pause, *pause))

    def _put_slots(self) -> None:
        """Let the service look about the moments that matter, and editors before."""
        for due in self.due():
            paper = next(one for one in PAPERS if one.name == due.newsletter)
            if due.at <= self.now:
                continue
            for before in (paper.cut_off, paper.hand_over, 0):
                self._put(due.at - before + self._rng.randrange(30 * _SECOND), self._tick)
            self._put(due.at - _SECOND, self._tick)
            self._put(due.at + self._rng.randrange(40, 90) * _SECOND, self._tick)
            for _ in range(2):
                self._put(due.at - self._rng.randrange(paper.cut_off), self._edit)

    def _later(self, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        return lambda: act(*arguments)

    def _tick(self) -> None:
        if self.plan.is_asleep(self.now):
            return
        is_killed = self._rng.random() < self.plan.kill_chance / 20
        self.happened.service_kills += is_killed
        self._is_fresh = self._is_fresh or is_killed
        assert self._machine
        wanted, log = self._machine.tick(self._machine_now(), fresh=self._is_fresh)
        self._is_fresh = False
        self.happened.ticks += 1
        for line in log.splitlines():
            said = json.loads(line)
            self.happened.refusals += said["event"] == "failed"
            if said["event"] == "bug":
                self.happened.bugs.append(f"{moment(self.now):%F %T} tick: {line}")
        for newsletter in wanted:
            self._round(newsletter)

    def _round(self, newsletter: str) -> None:
        failures, until = self._resting.get(newsletter, (0, 0))
        if self.now < until:
            return
        is_fatal = self._rng.random() < self.plan.kill_chance
        fatal = self._rng.randrange(1, 90) if is_fatal else 0
        code = self.digest(
            *("schedule", "--once", "--log-format", "json", "--newsletter", newsletter),
            fatal=fatal,
        )
        self.happened.rounds += 1
        if code == 0:
            self._resting.pop(newsletter, None)
            wait = 30 * _SECOND
        else:
            if code == -9:
                self.happened.kills.append(self.now)
            wait = min(_REST * 2**failures, _LONGEST_REST)
            self._resting[newsletter] = (failures + 1, self.now + wait)
        # What is done leads to the next: the service looks again in half a minute.
        self._put(self.now + wait + self._rng.randrange(20 * _SECOND), self._tick)

    def _edit(self) -> None:
        if not self.plan.is_asleep(self.now):
            self.people.edit()
            self.people.change_minds(self.now)

    def _operate(self) -> None:
        if not self.plan.is_asleep(self.now) and not self.plan.outage(self.now):
            accepted = {entry.attempt for entry in self.fake.ledger if entry.attempt}
            self.people.operate(self.now, accepted)

    def _disturb(self) -> None:
        self.fake.clear_faults()
        kind = self.plan.outage(self.now)
        if kind and kind != "refused":
            self.fake.fault(kind)
        elif not kind:
            self.fake.chance(self.plan.fault_chance, seed=self._rng.randrange(2**31))

    def _arrive(self, story: Story) -> None:
        if self.plan.is_asleep(self.now):
            self._put(self.now + HOUR, self._later(self._arrive, story))
            return
        self.site.write(story.token, story.paper, moment(story.published), name=story.token)
        story.came = self.now
        if story.withdrawn is not None:
            self._put(story.withdrawn, self._later(self._withdraw, story))
        if story.renamed is not None:
            self._put(story.renamed, self._later(self._rename, story))

    def _withdraw(self, story: Story) -> None:
        story.went = self.now
        if story.is_deleted:
            self.site.remove(story.token)
        else:
            published = moment(story.published)
            self.site.write(story.token, story.paper, published, name=story.token, draft=True)

    def _rename(self, story: Story) -> None:
        self.site.remove(story.token)
        name = f"moved-{story.token}"
        self.site.write(story.token, story.paper, moment(story.published), name=name)

    def _change_schedule(self, twice: bool) -> None:  # noqa: FBT001  there and back
        paper = PAPERS[0]
        schedule, times = TWICE if twice else (paper.schedule, paper.times)
        self._schedules[paper.name] = schedule
        self.plan.versions[paper.name].append(Version(self.now, times, self.plan.skip_dates))
        self.site.configure(self._schedules, self.plan.skip_dates)
        self._tick()
        if twice:
            self._put_twice(times)

    def _put_twice(self, times: Times) -> None:
        """Let the service look, and editors, about the slots between the usual ones."""
        paper, usual = PAPERS[0], {due.at for due in self.due()}
        versions = [Version(self.now, times)]
        for due in slots(paper.name, paper.zone, versions, [], (self.now, self.plan.end)):
            if due.at not in usual or due.at < self.now + DAY:
                continue
            for before in (paper.cut_off, 0, -45 * _SECOND):
                self._put(due.at - before + self._rng.randrange(30 * _SECOND), self._tick)
            self._put(due.at - self._rng.randrange(paper.cut_off), self._edit)

    def _pause(self, newsletter: str, since: int, days: int, keeps: bool, said: bool) -> None:  # noqa: FBT001  as drawn
        until = since + days * DAY
        words = ["pause", newsletter, "--keep-articles" if keeps else "--drop-articles"]
        if said:
            words += ["--until", f"{moment(until):%Y-%m-%dT%H:%M:%S}+00:00"]
        begins = self.now
        if self.digest(*words) != 0:
            self.happened.bugs.append(f"{newsletter} could not be paused")
        self.happened.rests.append(Rest(newsletter, begins, until, keeps))
        if not said:
            self._put(until, self._later(self._unpause, newsletter))

    def _unpause(self, newsletter: str) -> None:
        if self.digest("unpause", newsletter) != 0:
            self.happened.bugs.append(f"{newsletter} could not be unpaused")
