"""From cut-off to sent, without anybody looking: real store, real fake SendGrid, a clock ahead.

The injected clock is always ahead of the machine's, which writes the times of attempts.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command import digest, make_site
from digest.config.environment import Environment
from digest.config.load import load_config
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import DigestError, HeldError, NotFoundError, NotReadyError
from digest.runs.approval import approve, hold, named_or_next
from digest.runs.breaking_send import (
    build_stories,
    check_quiet,
    moment_named,
    plan_breaking,
    put_down,
)
from digest.runs.editing import Edited, edit
from digest.runs.pausing import pause, unpause
from digest.runs.round import run_round
from digest.runs.shift import Did, Shift
from digest.store.database import open_store
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Planning
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, write_story
from serving import SECRET

NOW = datetime.now(UTC)
#: The first slot: some three and a half hours ahead of the machine's clock.
SLOT = (NOW + timedelta(hours=4)).replace(minute=0, second=0, microsecond=0)
NAME = f"{SLOT:%Y-%m-%d}"
ISSUE = f"weekly/{NAME}"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EDITOR = '["ed@harbour-courier.example"]'
OPERATOR = "ops@harbour-courier.example"


class Newsroom:
    """A publisher with five fresh stories, thirty readers, and a schedule."""

    def __init__(self, folder: Path, fake: FakeSendGrid, **settings: str) -> None:
        self.site, self.fake = folder, fake
        own = {
            "timezone": '"UTC"',
            "schedule": f'"daily {SLOT:%H:%M}"',
            "window": '"3 days"',
            "cut_off": '"30 minutes"',
            "min_articles": "2",
            "limit": "10",
        }
        make_sending(folder, 30, **(own | settings))
        self.set("notices", "email", f'["{OPERATOR}"]')
        for number in range(1, 6):
            write_story(folder, f"fresh-{number}", f"{NOW - number * HOUR:%Y-%m-%dT%H:%M}")
        self.environment = Environment(
            secret=SECRET, sendgrid_key=fake.settings.key, sendgrid_url=fake.url
        )

    def set(self, table: str, key: str, value: str) -> None:
        path = self.site / "config.toml"
        before, mark, after = path.read_text().partition(f"[{table}]\n")
        after, changed = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", after, count=1)
        assert changed, key
        path.write_text(before + mark + after)

    @property
    def config(self) -> Config:
        return load_config(str(self.site / "config.toml"))

    def story(self, number: int) -> Path:
        return self.site / "examples" / "articles" / "news" / f"fresh-{number}.md"

    def look(self, now: datetime) -> list[Did]:
        shift = Shift(config=self.config, environment=self.environment, now=now)
        return list(run_round(shift, lambda: now))

    def events(self, now: datetime) -> list[str]:
        return [did.event for did in self.look(now)]

    def issue(self, name: str = NAME, newsletter: str = "weekly") -> IssueRow:
        with closing(open_store(self.config.store.path)) as database:
            found = Ledger(database).of_slot(Realm.REAL, newsletter, name)
        assert found
        return found

    def decisions(self, name: str = NAME) -> list[tuple[str, str, str]]:
        issue = self.issue(name)
        with closing(open_store(self.config.store.path)) as database:
            return [each[:3] for each in Planning(database).decisions(issue)]

    def stories(self, name: str = NAME) -> list[str]:
        issue = self.issue(name)
        with closing(open_store(self.config.store.path)) as database:
            manifest = json.loads(Ledger(database).content(issue.id).manifest)
        return [story["path"] for story in manifest["stories"]]

    def mails(self, address: str = "") -> list[str]:
        """Return the subjects of what went to readers, or to one of the publisher's own."""
        mails = self.fake.mails_of(address) if address else self.fake.mails()
        staff = {OPERATOR, "ed@harbour-courier.example"}
        return [mail.subject for mail in mails if address or mail.email not in staff]


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as running:
        yield running


@pytest.fixture
def newsroom(tmp_path: Path, fake: FakeSendGrid) -> Callable[..., Newsroom]:
    def make(**settings: str) -> Newsroom:
        made = Newsroom(make_site(tmp_path / "site"), fake, **settings)
        assert made.look(datetime.now(UTC)) == [], "the schedule begins with the next slot"
        return made

    return make


class TestOnTime:
    def test_frozen_at_the_cut_off_sent_at_the_slot_once(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()

        assert room.events(SLOT - 31 * MINUTE) == []
        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]
        assert room.events(SLOT - MINUTE) == []
        assert room.events(SLOT) == ["sent"]
        assert room.events(SLOT + MINUTE) == []

        assert len(room.mails()) == 30
        assert set(room.fake.copies().values()) == {1}
        assert [decision[:2] for decision in room.decisions()] == [("frozen", "schedule")]
        (told,) = room.mails(OPERATOR)
        assert f"sent: {ISSUE} to 30 readers" in told

    def test_what_was_frozen_is_what_goes_out(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        story = room.story(1)
        story.write_text(story.read_text().replace("fresh-1 only", "changed afterwards"))
        write_story(
            room.site, "late", f"{NOW - HOUR:%Y-%m-%dT%H:%M}", title="A story that came too late"
        )

        assert room.events(SLOT) == ["sent"]

        bodies = {mail.html for mail in room.fake.mails()}
        assert not any("changed afterwards" in body for body in bodies)
        assert not any("came too late" in body for body in bodies)
        assert ("article changed", "schedule", "news/fresh-1.md has another text") in (
            room.decisions()
        )

    def test_a_machine_that_slept_sends_late_and_says_so(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()

        assert room.events(SLOT + 5 * HOUR) == ["frozen", "sent"]

        assert ("late", "schedule", "5 hours") in room.decisions()
        assert len(room.mails()) == 30

    def test_too_late_is_missed_told_and_sent_by_a_person(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()

        assert room.events(SLOT + 7 * HOUR) == ["missed"]

        assert room.issue().state is IssueState.MISSED
        assert room.mails() == []
        assert [told for told in room.mails(OPERATOR) if "missed" in told]
        # Its articles stay to be told.
        room.look(SLOT + DAY - 30 * MINUTE)
        following = f"{SLOT + DAY:%Y-%m-%d}"
        assert len(room.stories(following)) == 5

    def test_when_several_are_due_only_the_last_goes_out(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        slots = ",".join(f"{SLOT + number * MINUTE:%H:%M}" for number in range(3))
        room = newsroom(schedule=f'"daily {slots}"')

        assert room.events(SLOT + HOUR) == ["missed", "missed", "frozen", "sent"]
        assert len(room.mails()) == 30

    def test_a_clock_that_jumped_back_begins_nothing(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT)

        with pytest.raises(HeldError, match="nothing is begun"):
            room.look(SLOT - HOUR)


class TestTooFew:
    @pytest.mark.parametrize(
        ("too_few", "state"), [("skip", IssueState.SKIPPED), ("hold", IssueState.HELD)]
    )
    def test_is_skipped_or_held(
        self, newsroom: Callable[..., Newsroom], too_few: str, state: IssueState
    ) -> None:
        room = newsroom(min_articles="9", too_few=f'"{too_few}"')

        room.look(SLOT - 30 * MINUTE)
        room.look(SLOT)

        issue = room.issue()
        assert (issue.state, issue.reason) == (state, "5 of at least 9 articles")
        assert room.mails() == []
        assert [told for told in room.mails(OPERATOR) if state.value in told]

    def test_held_goes_out_by_a_word(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(min_articles="9", too_few='"hold"')
        room.look(SLOT - 30 * MINUTE)

        approve(room.config, ISSUE, "ada", SLOT - 10 * MINUTE)

        assert room.events(SLOT) == ["sent"]
        assert len(room.mails()) == 30

    def test_enough_may_be_few(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(min_articles="9", too_few='"send"')

        assert room.events(SLOT) == ["frozen", "sent"]


class TestApproval:
    def test_editors_see_it_and_without_a_yes_it_is_held(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom(editors=EDITOR, approval='"required"')

        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]
        (shown,) = room.mails("ed@harbour-courier.example")
        assert shown.startswith("[preview]")
        assert room.events(SLOT) == ["held"]
        assert room.mails() == []
        assert [told for told in room.mails(OPERATOR) if "held" in told]

        decided = approve(room.config, named_or_next(room.config, "weekly"), "ada", SLOT + HOUR)

        assert decided.issue.state is IssueState.APPROVED
        assert room.events(SLOT + HOUR) == ["sent"]
        assert len(room.mails()) == 30

    def test_a_yes_before_the_slot(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(editors=EDITOR, approval='"required"')
        room.look(SLOT - 30 * MINUTE)

        assert not approve(room.config, ISSUE, "ada", SLOT - 20 * MINUTE).was_so
        assert approve(room.config, ISSUE, "bob", SLOT - 10 * MINUTE).was_so
        assert room.events(SLOT - 5 * MINUTE) == []
        assert room.events(SLOT) == ["sent"]

        assert ("approved", "ada", "") in room.decisions()

    def test_silence_sends(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(editors=EDITOR, approval='"silence-sends"')
        room.look(SLOT - 30 * MINUTE)

        assert room.events(SLOT) == ["approved", "sent"]

    def test_a_hold_stops_it(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(editors=EDITOR, approval='"silence-sends"')
        room.look(SLOT - 30 * MINUTE)

        decided = hold(room.config, ISSUE, "ada", "wrong picture", SLOT - 10 * MINUTE)

        assert decided.issue.reason == "held by ada: wrong picture"
        assert room.events(SLOT) == []
        assert room.events(SLOT + 12 * HOUR) == []
        assert room.mails() == []

    def test_editors_who_could_not_be_asked_have_not_been_silent(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom(editors=EDITOR, approval='"silence-sends"')
        room.fake.chance(1.0, ["F4"])
        room.look(SLOT - 30 * MINUTE)

        assert room.events(SLOT)[:1] != ["approved"]
        assert room.issue().state is IssueState.DRAFT

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (Path.unlink, "is gone"),
            (lambda path: path.write_text("---\ntitle: [\n---\n"), "cannot be read any more"),
            (
                lambda path: path.write_text(
                    path.read_text().replace("date:", "draft: true\ndate:")
                ),
                "is draft now",
            ),
        ],
    )
    def test_a_withdrawn_story_holds_it(
        self, newsroom: Callable[..., Newsroom], change: Callable[[Path], object], said: str
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        change(room.story(2))

        assert room.events(SLOT) == ["held"]
        assert room.issue().reason == f"news/fresh-2.md {said}"
        assert room.mails() == []

    def test_a_renamed_story_is_still_there(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom()
        story = room.story(2)
        story.write_text(story.read_text().replace("date:", "id: tale-2\ndate:"))
        room.look(SLOT - 30 * MINUTE)
        story.rename(story.with_name("renamed.md"))

        assert room.events(SLOT) == ["sent"]

    def test_where_a_yes_is_required_any_change_holds_it(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom(editors=EDITOR, approval='"required"')
        room.look(SLOT - 30 * MINUTE)
        approve(room.config, ISSUE, "ada", SLOT - 20 * MINUTE)
        story = room.story(1)
        story.write_text(story.read_text().replace("The tale of", "The true tale of"))

        assert room.events(SLOT) == ["held"]
        assert room.issue().reason == "news/fresh-1.md has another title"


class TestEdit:
    def edit(self, room: Newsroom, text: str, now: datetime = SLOT - 20 * MINUTE) -> Edited:
        def write(path: str) -> None:
            Path(path).write_text(text)

        return edit(room.config, room.environment, ISSUE, now, who="ada", open_editor=write)

    def test_a_frozen_issue_is_made_anew_and_shown_again(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom(editors=EDITOR, approval='"required"')
        room.look(SLOT - 30 * MINUTE)
        approve(room.config, ISSUE, "ada", SLOT - 25 * MINUTE)
        before = room.issue()

        edited = self.edit(room, 'subject = "A better one"\nexclude = ["fresh-3.md"]\n')

        assert edited.issue is not None
        assert (edited.issue.state, edited.issue.id) == (IssueState.DRAFT, before.id + 1)
        assert "news/fresh-3.md" not in room.stories()
        room.look(SLOT - 19 * MINUTE)
        shown = room.fake.mails_of("ed@harbour-courier.example")[-1]
        assert "A better one" in shown.subject
        assert "fresh 3" in shown.text, "what changed since the last preview"
        approve(room.config, ISSUE, "ada", SLOT - 10 * MINUTE)
        assert room.events(SLOT) == ["sent"]
        assert set(room.mails()) == {"A better one"}

    def test_before_it_is_frozen_only_the_file_is_written(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()

        edited = self.edit(room, 'subject = "Ours"\n', SLOT - 2 * HOUR)

        assert edited.issue is None
        assert edited.is_changed
        assert room.events(SLOT) == ["frozen", "sent"]
        assert set(room.mails()) == {"Ours"}

    def test_a_wrong_file_leaves_the_issue_as_it_was(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        before = room.issue()

        with pytest.raises(DigestError, match="subjct"):
            self.edit(room, 'subjct = "Ours"\n')

        assert room.issue() == before

    def test_one_with_too_few_leaves_the_issue_as_it_was(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        before = room.issue()

        edited = self.edit(room, f"exclude = {[f'fresh-{each}.md' for each in range(1, 6)]}\n")

        assert "0 of at least 2 articles" in edited.reason
        assert room.issue() == before

    def test_what_was_sent_cannot_be_changed(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom()
        room.look(SLOT)

        with pytest.raises(HeldError, match="cannot be changed any more"):
            self.edit(room, 'subject = "Ours"\n', SLOT + HOUR)


class TestPause:
    @pytest.mark.parametrize("keeps", [True, False])
    def test_slots_are_skipped_and_articles_kept_or_dropped(
        self, newsroom: Callable[..., Newsroom], *, keeps: bool
    ) -> None:
        room = newsroom(window='"1 day"', grace='"0 days"')
        config, environment = room.config, room.environment
        for number in range(1, 6):
            story = room.story(number)
            story.write_text(
                re.sub(
                    "date: .*", f"date: {SLOT - number * HOUR:%Y-%m-%dT%H:%M}", story.read_text()
                )
            )

        pause(
            config,
            environment,
            "weekly",
            SLOT - 3 * HOUR,
            until="",
            keeps_articles=keeps,
            who="ada",
        )
        assert room.events(SLOT) == ["skipped"]
        assert room.issue().reason == "paused by ada"
        assert unpause(config, environment, "weekly", SLOT + HOUR) is not None
        for name, title in (("newer", "Ferries sail again"), ("newest", "Mayor opens the pool")):
            write_story(room.site, name, f"{SLOT + 2 * HOUR:%Y-%m-%dT%H:%M}", title=title)

        assert room.events(SLOT + DAY) == ["frozen", "sent"]
        stories = room.stories(f"{SLOT + DAY:%Y-%m-%d}")
        assert len(stories) == (7 if keeps else 2)

    def test_ends_by_itself(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom()
        until = f"{SLOT + HOUR:%Y-%m-%dT%H:%M}"
        pause(room.config, room.environment, "weekly", SLOT - HOUR, until=until,
              keeps_articles=True, who="ada")  # fmt: skip

        assert room.events(SLOT) == ["skipped"]
        assert room.events(SLOT + DAY) == ["frozen", "sent"]

    def test_slots_nobody_looked_at_were_paused_all_the_same(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        pause(room.config, room.environment, "weekly", SLOT - HOUR, until="",
              keeps_articles=True, who="ada")  # fmt: skip

        unpause(room.config, room.environment, "weekly", SLOT + 2 * HOUR)

        assert room.events(SLOT + 2 * HOUR) == []
        assert room.issue().state is IssueState.SKIPPED


class TestGap:
    def test_too_near_to_the_one_before_is_held(self, newsroom: Callable[..., Newsroom]) -> None:
        # The machine's clock writes when the first one left, hours before its slot.
        slots = f"{SLOT:%H:%M},{SLOT + 10 * MINUTE:%H:%M}"
        room = newsroom(schedule=f'"daily {slots}"', min_gap='"5 hours"', cut_off='"0 minutes"')
        write_story(room.site, "sixth", f"{NOW:%Y-%m-%dT%H:%M}", title="Ferries sail again")
        room.look(SLOT)
        for name, title in (("newer", "Mayor opens the pool"), ("newest", "Fog over the bay")):
            write_story(room.site, name, f"{NOW - HOUR:%Y-%m-%dT%H:%M}", title=title)

        assert room.events(SLOT + 10 * MINUTE) == ["frozen", "held"]

        name = f"{SLOT + 10 * MINUTE:%Y-%m-%dT%H:%M}"
        assert re.fullmatch(
            r"weekly/\S+ went out .* before, and min_gap is 5 hours", room.issue(name).reason
        )
        assert len(room.mails()) == 30

    def test_by_hand_it_takes_force(self, tmp_path: Path, fake: FakeSendGrid) -> None:
        site = make_sending(make_site(tmp_path / "site"), 5, min_gap='"3 days"')
        first = digest(site, "send", "weekly", "--week", "2026-W32", "--yes", env=keys(fake))
        assert first.code == 0, first.err

        refused = digest(site, "send", "weekly", "--week", "2026-W33", "--yes", env=keys(fake))
        forced = digest(
            site, "send", "weekly", "--week", "2026-W33", "--yes", "--force", env=keys(fake)
        )

        assert refused.code == 8
        assert "weekly/2026-W33 went out" in refused.err
        assert "--force" in refused.err
        assert forced.code == 0, forced.err


class TestBreaking:
    def test_is_planned_and_sent_at_its_time(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom()
        config, now = room.config, datetime.now(UTC)
        at = moment_named(config, f"{now + HOUR:%Y-%m-%d %H:%M}", now)
        built = build_stories(config, ("news/fresh-1.md",), now, "Big news")

        planned = plan_breaking(config, room.environment, built, now, at=at)
        issue = put_down(config, planned, now)

        assert room.events(at - MINUTE) == []
        assert room.events(at) == ["sent"]
        assert set(room.mails()) == {"Big news"}
        assert room.issue(issue.slot, "breaking").state is IssueState.SENT
        # Readers have it: the newsletter leaves it out.
        room.look(SLOT)
        assert "news/fresh-1.md" not in room.stories()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("noon", "is not a moment"),
            ("2026-13-01 10:00", "is not a moment"),
            ("2020-01-01 10:00", "is over"),
            ("2199-01-01 10:00", "more than a week ahead"),
            ("2026-08-17", "is not a moment"),
        ],
    )
    def test_other_moments_are_refused(
        self, newsroom: Callable[..., Newsroom], text: str, said: str
    ) -> None:
        with pytest.raises(NotFoundError, match=said):
            moment_named(newsroom().config, text, datetime.now(UTC))

    def test_quiet_hours_are_kept(self, newsroom: Callable[..., Newsroom]) -> None:
        room = newsroom(quiet_hours='"22:00-07:00"')

        for hour, minute in ((22, 0), (23, 59), (0, 0), (6, 59)):
            with pytest.raises(NotReadyError, match="--at 07:00"):
                check_quiet(room.config, SLOT.replace(hour=hour, minute=minute))
        for hour, minute in ((21, 59), (7, 0)):
            check_quiet(room.config, SLOT.replace(hour=hour, minute=minute))


class TestCommands:
    def test_by_hand_from_pause_to_approval(self, tmp_path: Path, fake: FakeSendGrid) -> None:
        site = make_sending(make_site(tmp_path / "site"), 5, editors=EDITOR, approval='"required"')
        env = keys(fake)

        once = digest(site, "schedule", "--once", env=env)
        assert (once.code, once.out) == (0, ""), once.err
        paused = digest(site, "pause", "weekly", "--until", "2199-01-01", "--drop-articles")
        assert "weekly rests until" in paused.out
        again = digest(site, "unpause", "weekly")
        assert "weekly comes again" in again.out
        none = digest(site, "approve", "weekly")
        assert none.code == 5
        assert "no issue of it waits" in none.err
        unknown = digest(site, "schedule", "--once", "--newsletter", "wekly", env=env)
        assert unknown.code == 5
        assert "Did you mean 'weekly'" in unknown.err

    def test_a_planned_story_stays_planned_when_it_is_planned_again(
        self, tmp_path: Path, fake: FakeSendGrid
    ) -> None:
        """It went out at once: an issue that was there was taken for an interrupted one."""
        site, env = make_sending(make_site(tmp_path / "site"), 5), keys(fake)
        day = datetime.now(UTC) + timedelta(days=2)
        story = ("breaking", "news/night-bus-to-upper-marl.html", "--yes", "--at")

        first = digest(site, *story, f"{day:%Y-%m-%d} 10:00", env=env)
        again = digest(site, *story, f"{day:%Y-%m-%d} 10:00", env=env)
        other = digest(site, *story, f"{day:%Y-%m-%d} 11:00", env=env)

        assert (first.code, again.code, other.code) == (0, 0, 10)
        when = f"{day:%a %d %b %Y} 10:00"
        name = f"breaking/{day:%Y-%m-%d}-1"
        assert again.out.startswith(f"{name} is planned already\ngoes out   {when}")
        assert f"it is planned already, for {when}" in other.err
        assert not fake.ledger

        shown = digest(site, *story[:2], "--dry-run", env=env)
        assert f"slot       {when}  (planned; now it goes out at once)" in shown.out
        assert digest(site, "cancel", name, "--yes", env=env).code == 0
        moved = digest(site, *story, f"{day:%Y-%m-%d} 11:00", env=env)
        assert moved.code == 0, moved.err
        assert f"goes out   {day:%a %d %b %Y} 11:00" in moved.out
        at_once = digest(site, *story[:3], env=env)
        assert at_once.code == 0, at_once.err
        assert len(fake.ledger) == 1

    @pytest.mark.parametrize("command", ["approve", "hold", "cancel", "show", "resume"])
    def test_an_issue_to_come_is_not_unknown(self, tmp_path: Path, command: str) -> None:
        """Somebody wants to keep Monday's issue back on Friday."""
        site = make_sending(
            make_site(tmp_path / "site"), 5, schedule='"mon 09:00"', courier='"outbox"'
        )

        done = digest(site, command, "weekly/2199-W02")
        of_its_day = digest(site, command, "weekly/2199-01-07")

        assert done.code == of_its_day.code == 5
        assert done.err == of_its_day.err
        assert "weekly/2199-W02: is not made yet: its content is frozen Mon 07 Jan" in done.err
        assert "`digest pause weekly` keeps it from going out" in done.err

    def test_an_issue_that_will_not_come_says_why(self, tmp_path: Path) -> None:
        site = make_sending(
            make_site(tmp_path / "site"),
            5,
            schedule='"mon 09:00"',
            skip_dates='["2199-01-14"]',
            courier='"outbox"',
        )
        digest(site, "pause", "weekly", "--until", "2199-01-10")

        rests = digest(site, "show", "weekly/2199-W02")
        is_free = digest(site, "show", "weekly/2199-W03")

        assert rests.code == is_free.code == 5
        assert "weekly/2199-W02: is not made: weekly is paused by " in rests.err
        assert "until Thu 10 Jan 2199" in rests.err
        assert "digest unpause weekly" in rests.err
        assert "weekly/2199-W03: is not made: in skip_dates" in is_free.err
        assert "frozen" not in rests.err + is_free.err

    def test_an_issue_of_a_newsletter_sent_by_hand_waits_for_a_hand(self, tmp_path: Path) -> None:
        site = make_sending(make_site(tmp_path / "site"), 5, courier='"outbox"', schedule='""')

        done = digest(site, "show", "weekly/2199-W02")

        assert done.code == 5
        assert "is not made yet: weekly has no schedule" in done.err
        assert "digest send weekly --slot 2199-W02" in done.err

    def test_a_planned_rehearsal_is_cancelled(self, tmp_path: Path) -> None:
        """It was in the way: nothing of it is real, so there was nothing to cancel."""
        site = make_sending(make_site(tmp_path / "site"), 5, courier='"outbox"')
        day = datetime.now(UTC) + timedelta(days=2)
        at = ("--yes", "--at", f"{day:%Y-%m-%d} 10:00")
        digest(site, "breaking", "news/night-bus-to-upper-marl.html", *at)

        done = digest(site, "cancel", f"breaking/{day:%Y-%m-%d}-1", "--yes")

        assert done.code == 0, done.err
        assert "is cancelled" in done.out
        assert "10:00  cancelled by a person" in digest(site, "status").out

    def test_edit_opens_the_editor(self, tmp_path: Path) -> None:
        site = make_site(tmp_path / "site")
        editor = site / "editor.sh"
        editor.write_text('#!/bin/sh\necho \'subject = "By hand"\' > "$1"\n')
        editor.chmod(0o755)

        done = digest(site, "edit", "weekly/2026-W34", env={"EDITOR": str(editor)})

        assert done.code == 0, done.err
        assert (site / "issues/weekly/2026-W34.toml").read_text() == 'subject = "By hand"\n'
        shown = digest(site, "preview", "weekly", "--slot", "2026-W34")
        assert "subject    By hand" in shown.out

    def test_edit_that_writes_nothing_leaves_no_file(self, tmp_path: Path) -> None:
        site = make_site(tmp_path / "site")

        done = digest(site, "edit", "weekly/2026-W34", env={"EDITOR": "true"})

        assert done.code == 0, done.err
        assert not (site / "issues/weekly/2026-W34.toml").exists()
