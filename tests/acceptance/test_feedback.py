"""`digest resolve`, `events`, `suppressions`: real commands, stores on disk, HTTP."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command import environment
from digest.delivery.realm import Realm
from digest.feedback.lists import MOST_ROWS
from digest.runs.events import import_events
from digest.runs.suppressions import sync_suppressions
from digest.store.driver import drive as lock
from digest.store.erasing import erase
from digest.store.maintenance import copy_store
from doubts import BATCH, LOST, REFUSED, TAKEN, Publisher, publishing
from fake_sendgrid import Untidiness

ISSUE = "weekly/2026-W34"


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with publishing(tmp_path) as found:
        yield found


@pytest.fixture
def in_doubt(publisher: Publisher) -> Publisher:
    """Of three batches the second was accepted and answered with an error."""
    publisher.fake.fault(TAKEN, at=[2])
    assert publisher.send().state.value == "held"
    assert publisher.batches() == {1: "accepted", 2: "unknown", 3: "accepted"}
    return publisher


@pytest.fixture
def lost(publisher: Publisher) -> Publisher:
    """Of three batches the second was not accepted, and nobody can know."""
    publisher.fake.fault(LOST, at=[2])
    publisher.send()
    return publisher


class TestResolve:
    def test_a_mail_in_the_log_proves_acceptance(self, in_doubt: Publisher) -> None:
        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 0, done.err
        assert f"{ISSUE} is sent" in done.out
        assert in_doubt.batches()[2] == "accepted"
        assert in_doubt.evidence() == [(2, "accepted", "log")]
        assert set(in_doubt.fake.copies().values()) == {1}

    def test_a_log_that_lags_proves_nothing_and_is_looked_at_again(
        self, in_doubt: Publisher
    ) -> None:
        in_doubt.fake.settings.log_delay = 3600
        early = in_doubt.run("resolve", ISSUE)
        in_doubt.fake.settings.log_delay = 0
        late = in_doubt.run("resolve", ISSUE)

        assert early.code == 8
        assert "not found in SendGrid's log, which proves nothing" in early.out
        assert "what became of 1 batch with 4 readers is not known" in early.err
        assert "Look again at 20" in early.err
        assert late.code == 0
        assert in_doubt.state() == "sent"

    def test_it_waits_for_the_log(self, in_doubt: Publisher) -> None:
        in_doubt.fake.settings.log_delay = 4

        done = in_doubt.run("resolve", ISSUE, "--wait", "30")

        assert done.code == 0
        assert in_doubt.state() == "sent"

    def test_a_mail_of_another_issue_with_the_same_subject_is_no_proof(
        self, publisher: Publisher
    ) -> None:
        publisher.send("2026-W33")
        publisher.fake.fault(LOST, at=[5])
        publisher.send("2026-W34")
        publisher.send("2026-W35")

        done = publisher.run("resolve", ISSUE)

        assert done.code == 8
        assert "which proves nothing" in done.out
        assert publisher.batches()[5] == "unknown"
        assert publisher.evidence() == []

    def test_readers_who_were_erased_are_passed_over(self, in_doubt: Publisher) -> None:
        with in_doubt.store() as database:
            for number in (5, 6, 8):
                key = f"reader{number}@mail.example"
                assert erase(database, key, b"k" * 32, origin="command:anna", at=1)

        assert in_doubt.run("resolve", ISSUE).code == 0

    def test_without_any_reader_left_nothing_can_be_looked_for(self, in_doubt: Publisher) -> None:
        with in_doubt.store() as database:
            for number in (5, 6, 7, 8):
                erase(database, f"reader{number}@mail.example", b"k" * 32, origin="x", at=1)

        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 8
        assert "the address of none of its readers is known any more" in done.out

    @pytest.mark.parametrize("subject", ['He said "no"', "It's open", '"It\'s" open', r"a\b"])
    def test_any_subject_can_be_looked_for(self, publisher: Publisher, subject: str) -> None:
        publisher.fake.fault(TAKEN, at=[2])
        publisher.send(subject=subject)

        assert publisher.run("resolve", ISSUE).code == 0

    def test_parts_of_a_divided_batch(self, publisher: Publisher) -> None:
        publisher.fake.fault("F3d", at=[2])
        publisher.fake.fault(TAKEN, at=[4])
        publisher.send()
        assert publisher.batches() == {
            1: "accepted", 2: "divided", 3: "accepted", 4: "unknown", 5: "accepted",
        }  # fmt: skip

        assert publisher.run("resolve", ISSUE).code == 0
        assert publisher.evidence() == [(4, "accepted", "log")]

    def test_what_a_killed_sender_left_is_in_doubt(self, in_doubt: Publisher) -> None:
        with in_doubt.store() as database, database.transaction() as connection:
            connection.execute("UPDATE issue SET state = 'sending', reason = ''")
            connection.execute("UPDATE batch SET state = 'sending' WHERE id = 3")
            connection.execute("UPDATE attempt SET outcome = NULL WHERE batch_id = 3")

        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 0, done.err
        assert in_doubt.evidence() == [(2, "accepted", "log"), (3, "accepted", "log")]

    def test_a_key_that_may_not_read_the_log(self, in_doubt: Publisher) -> None:
        in_doubt.fake.settings.scopes -= {"messages.read"}

        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 8
        assert "the key may not read SendGrid's log" in done.out
        assert "messages.read" in done.out

    def test_json(self, in_doubt: Publisher) -> None:
        in_doubt.fake.settings.log_delay = 3600
        (token,) = in_doubt.rows("SELECT token FROM attempt WHERE batch_id = 2")

        done = in_doubt.run("resolve", ISSUE, "--json")

        assert done.code == 8
        assert done.json["in_doubt"] == [2]
        (batch,) = done.json["batches"]
        assert batch["attempt"] == token
        assert batch["not_found"] is True

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"courier": "smtp"}, "the courier smtp keeps no log that can be read back"),
            ({"realm": Realm.TEST, "copy": 1}, "the addresses of a test are not kept"),
        ],
    )
    def test_what_cannot_be_read_back_is_said(
        self, in_doubt: Publisher, fields: dict[str, object], said: str
    ) -> None:
        with in_doubt.store() as database, database.transaction() as connection:
            for name, value in fields.items():
                stored = value.value if isinstance(value, Realm) else value
                connection.execute(f"UPDATE issue SET {name} = ?", (stored,))
        before = len(in_doubt.fake.requests)

        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 8
        assert said in done.out
        assert len(in_doubt.fake.requests) == before

    def test_an_issue_stays_held_for_what_was_refused(self, publisher: Publisher) -> None:
        publisher.fake.fault(REFUSED, at=[2])
        publisher.fake.fault(TAKEN, at=[3])
        publisher.send()
        assert publisher.batches() == {1: "accepted", 2: "refused", 3: "unknown"}

        done = publisher.run("resolve", ISSUE, "--json")

        assert done.code == 0
        assert done.json["state"] == "held"
        assert done.json["reason"].startswith("1 batch with 4 readers refused: ")
        assert publisher.batches() == {1: "accepted", 2: "refused", 3: "accepted"}

    def test_an_interrupted_issue_is_left_to_the_next_send(self, in_doubt: Publisher) -> None:
        with in_doubt.store() as database, database.transaction() as connection:
            connection.execute("UPDATE issue SET state = 'sending', reason = ''")
            connection.execute("UPDATE batch SET state = 'planned' WHERE id = 3")

        done = in_doubt.run("resolve", ISSUE)

        assert done.code == 0
        assert in_doubt.state() == "sending"
        assert in_doubt.batches() == {1: "accepted", 2: "accepted", 3: "planned"}

    def test_an_issue_without_doubt(self, publisher: Publisher) -> None:
        publisher.send()

        done = publisher.run("resolve", ISSUE)

        assert done.code == 0
        assert done.out == f"nothing of {ISSUE} is in doubt\n{ISSUE} is sent\n"

    def test_no_such_issue(self, in_doubt: Publisher) -> None:
        assert in_doubt.run("resolve", "weekly/2026-W99").code == 5


class TestAPersonsWord:
    def test_lets_a_batch_be_sent_again(self, lost: Publisher) -> None:
        done = lost.run("resolve", ISSUE, "--not-accepted", "2", "--yes")
        assert done.code == 0, done.err
        assert f"go on      digest resume {ISSUE}" in done.out
        assert "1 batch with 4 readers to send" in done.out
        assert lost.batches()[2] == "planned"

        again = lost.run("resume", ISSUE)

        assert again.code == 0, again.err
        assert lost.state() == "sent"
        copies = lost.fake.copies()
        assert len(copies) == 3 * BATCH
        assert set(copies.values()) == {1}

    def test_is_written_down_with_who_and_when(self, lost: Publisher) -> None:
        lost.run("resolve", ISSUE, "--not-accepted", "all", "--yes", env={"LOGNAME": "anna"})

        found = lost.rows("SELECT verdict, source, detail, at > 0 FROM evidence")

        assert found == [("not accepted", "person", "anna", 1)]

    def test_is_asked_for(self, lost: Publisher) -> None:
        done = lost.run("resolve", ISSUE, "--not-accepted", "all")

        assert done.code == 1
        assert "nobody can be asked here" in done.err
        assert lost.batches()[2] == "unknown"
        assert lost.evidence() == []

    @pytest.mark.parametrize("named", ["all", "2"])
    def test_is_not_taken_against_a_proof_found_just_before(
        self, in_doubt: Publisher, named: str
    ) -> None:
        done = in_doubt.run("resolve", ISSUE, "--not-accepted", named, "--yes")

        assert done.code == 0
        assert in_doubt.batches()[2] == "accepted"
        assert in_doubt.evidence() == [(2, "accepted", "log")]

    @pytest.mark.parametrize(("batch", "code"), [("1", 5), ("99", 5), ("x", 2), ("²", 2)])
    def test_is_about_a_batch_in_doubt(self, lost: Publisher, batch: str, code: int) -> None:
        done = lost.run("resolve", ISSUE, "--not-accepted", batch, "--yes")

        assert done.code == code
        assert lost.batches()[2] == "unknown"

    def test_is_not_taken_while_somebody_sends_the_issue(self, lost: Publisher) -> None:
        with lock(lost.config.store.path, 1, ISSUE):
            done = lost.run("resolve", ISSUE, "--not-accepted", "all", "--yes")

        assert done.code == 7
        assert "another command is sending it now" in done.err
        assert lost.batches()[2] == "unknown"
        assert lost.evidence() == []

    def test_works_without_a_key(self, lost: Publisher) -> None:
        done = lost.run(
            "resolve", ISSUE, "--not-accepted", "2", "--yes", env={"SENDGRID_API_KEY": ""}
        )

        assert done.code == 0
        assert lost.batches()[2] == "planned"


class TestEvents:
    @pytest.mark.parametrize("form", ["posts", "one array", "an event a line", "standard input"])
    def test_any_event_of_a_batch_proves_acceptance(self, in_doubt: Publisher, form: str) -> None:
        file = in_doubt.folder / "events.json"
        in_doubt.events(loss=0.5, copies=3, seed=4)
        if form == "one array":
            in_doubt.fake.write_events(file)
        if form in {"an event a line", "standard input"}:
            in_doubt.fake.write_events(file)
            every = json.loads(file.read_text())
            file.write_text("".join(json.dumps(event) + "\n" for event in every))

        if form == "standard input":
            code = _piped(in_doubt, file)
        else:
            code = in_doubt.run("events", "import", str(file)).code

        assert code == 0
        assert in_doubt.state() == "sent"
        assert in_doubt.evidence() == [(2, "accepted", "event")]

    def test_again_and_again_changes_nothing(self, in_doubt: Publisher) -> None:
        file = in_doubt.events(copies=46)
        first = in_doubt.run("events", "import", file, "--json")
        before = _dump(in_doubt)

        second = in_doubt.run("events", "import", file, file, "--json")

        assert first.json["proven"] == 1
        assert first.json["cleared"] == [2]
        assert second.code == 0
        assert second.json["proven"] == 0
        assert second.json["known"] == 2 * first.json["known"]
        assert _dump(in_doubt) == before

    def test_silence_proves_nothing(self, lost: Publisher) -> None:
        done = lost.run("events", "import", lost.events())

        assert done.code == 0
        assert lost.batches()[2] == "unknown"
        assert lost.state() == "held"

    def test_of_another_store_are_counted_and_nothing_is_made_of_them(
        self, lost: Publisher
    ) -> None:
        file = lost.folder / "others.json"
        file.write_text(
            json.dumps([{"event": "open", "digest_attempt": "f" * 32}, {"event": "click"}])
        )

        done = lost.run("events", "import", str(file), "--json")

        assert (done.json["events"], done.json["known"], done.json["unknown"]) == (2, 0, 1)
        assert lost.evidence() == []

    def test_proof_after_a_word_stops_what_was_not_sent_again(self, in_doubt: Publisher) -> None:
        in_doubt.fake.settings.log_delay = 3600
        in_doubt.run("resolve", ISSUE, "--not-accepted", "all", "--yes")

        done = in_doubt.run("events", "import", in_doubt.events())

        assert done.code == 0, done.err
        assert "batch 2: not sent again, it had arrived" in done.out
        assert in_doubt.batches()[2] == "accepted"
        assert in_doubt.state() == "sent"
        assert in_doubt.run("resume", ISSUE).code == 0
        assert set(in_doubt.fake.copies().values()) == {1}

    def test_proof_after_it_was_sent_again_is_an_alarm(self, in_doubt: Publisher) -> None:
        file = in_doubt.events()
        in_doubt.fake.settings.log_delay = 3600
        in_doubt.run("resolve", ISSUE, "--not-accepted", "all", "--yes")
        in_doubt.run("resume", ISSUE)

        done = in_doubt.run("events", "import", file)
        again = in_doubt.run("events", "import", file)
        looked = in_doubt.run("resolve", ISSUE)

        assert done.code == 8
        assert "ALARM" in done.out
        assert "readers of batch 2 have got it twice (4 readers)" in done.err
        assert (again.code, again.err) == (8, done.err)
        assert looked.code == 8
        assert in_doubt.evidence() == [(2, "not accepted", "person"), (2, "accepted", "event")]
        assert max(in_doubt.fake.copies().values()) == 2

    def test_readers_who_must_not_be_mailed_any_more(self, tmp_path: Path) -> None:
        names = ("bounce", "block", "spam", "unsubscribe", "drop", "defer", "open", "click")
        with publishing(tmp_path, readers=0) as publisher:
            with publisher.store() as database, database.transaction() as connection:
                connection.executemany(
                    "INSERT INTO subscriber"
                    " (address, address_key, state, created_at, changed_at)"
                    " VALUES (:name || '@mail.example', :name || '@mail.example', 'active', 0, 0)",
                    ({"name": name} for name in names),
                )
            publisher.send()
            file = publisher.events(copies=5)

            done = publisher.run("events", "import", file, "--json")
            assert done.code == 0, done.err
            assert publisher.run("events", "import", file, "--json").json["left"] == {}

            stand = publisher.rows("SELECT address, state, reason FROM subscriber ORDER BY id")
            assert [(one.partition("@")[0], *rest) for one, *rest in stand] == [
                ("bounce", "suppressed", "bounce"),
                ("block", "active", ""),
                ("spam", "suppressed", "complaint"),
                ("unsubscribe", "unsubscribed", ""),
                ("drop", "suppressed", "bounce"),
                ("defer", "active", ""),
                ("open", "active", ""),
                ("click", "active", ""),
            ]
            assert done.json["left"] == {"bounce": 2, "complaint": 1, "unsubscribed": 1}

    def test_who_leaves_the_group_leaves_the_newsletter(self, publisher: Publisher) -> None:
        file = publisher.folder / "events.json"
        left = {
            "event": "group_unsubscribe", "asm_group_id": 77, "digest_issue": ISSUE,
            "email": "READER1@mail.example",
        }  # fmt: skip
        others = left | {"asm_group_id": 78, "email": "reader2@mail.example"}
        file.write_text(json.dumps([left, others, left]))

        done = publisher.run("events", "import", str(file), "--json")

        assert done.json["left"] == {"unsubscribed": 1}
        assert publisher.rows(
            "SELECT id, state, newsletters_left FROM subscriber WHERE newsletters_left <> ''"
        ) == [(1, "active", "\nweekly\n")]

    def test_an_erased_person_is_not_written_down_again(self, publisher: Publisher) -> None:
        with publisher.store() as database:
            erase(database, "reader1@mail.example", bytes(range(32)), origin="x", at=1)
        file = publisher.folder / "events.json"
        bounce = {"event": "bounce", "type": "bounce", "reason": "550"}
        file.write_text(
            "\n".join(
                json.dumps(bounce | {"email": f"reader{number}@mail.example"})
                for number in (1, 2, 99)
            )
        )

        assert publisher.run("events", "import", str(file)).code == 0
        assert publisher.run("events", "import", str(file), env={"DIGEST_SECRET": ""}).code == 10

        assert publisher.rows("SELECT address_key FROM suppression ORDER BY 1") == [
            "reader2@mail.example",
            "reader99@mail.example",
        ]

    def test_hostile_files(self, in_doubt: Publisher) -> None:
        file = in_doubt.folder / "hostile.json"
        good = Path(in_doubt.events()).read_bytes()
        file.write_bytes(
            b"[" * 100_000 + b"\n" + b"\xff\xfe{}\n" + b"null\n" + b'{"event": ["open"]}\n'
            b'[1, "two", {"event": "open", "digest_attempt": 7}]\n' + b'{"event": "open"\n' + good
        )

        done = in_doubt.run("events", "import", str(file), "--json")

        assert done.code == 0, done.err
        assert [one["where"].partition(", ")[2] for one in done.json["bad_places"]] == [
            "line 1", "line 2", "line 3", "line 4",
            "line 5, event 1", "line 5, event 2", "line 5, event 3", "line 6",
        ]  # fmt: skip
        assert done.json["cleared"] == [2]

    def test_a_file_without_any_event(self, in_doubt: Publisher) -> None:
        file = in_doubt.folder / "readers.csv"
        file.write_text("email,name\nanna@example.org,Anna\n")

        done = in_doubt.run("events", "import", str(file))

        assert done.code == 1
        assert "there is no event in it" in done.err
        assert "anna" not in done.out + done.err

    @pytest.mark.parametrize("name", ["none.json", "."])
    def test_a_file_that_cannot_be_read(self, in_doubt: Publisher, name: str) -> None:
        done = in_doubt.run("events", "import", name)

        assert done.code in {1, 5}
        assert "Traceback" not in done.err


class TestSync:
    def test_brings_in_every_list(self, publisher: Publisher) -> None:
        fake = publisher.fake
        for number, name in enumerate(
            ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes"), 1
        ):
            fake.suppress(name, f"READER{number}@mail.example")
        fake.suppress("asm", "reader6@mail.example", group=77)
        fake.suppress("asm", "reader7@mail.example", group=78)
        fake.suppress("bounces", "nobody@mail.example")
        fake.suppress("unsubscribes", "nobody.else@mail.example")

        done = publisher.run("suppressions", "sync", "--json")

        assert done.code == 0, done.err
        assert [state for _, *state in _readers(publisher)[:8]] == [
            ["suppressed", "bounce"],
            ["active", ""],
            ["suppressed", "invalid"],
            ["suppressed", "complaint"],
            ["unsubscribed", ""],
            ["unsubscribed", ""],
            ["active", ""],
            ["active", ""],
        ]
        assert {each["list"]: each["outcomes"] for each in done.json} == {
            "spam_reports": {"changed": 1},
            "unsubscribes": {"changed": 1, "nobody": 1},
            "bounces": {"changed": 2},
            "invalid_emails": {"changed": 1},
            "blocks": {"counted": 1},
            "group 77": {"changed": 1},
        }
        assert {seen.method for seen in fake.requests} == {"GET"}

    def test_again_changes_nothing_and_begins_where_it_ended(self, publisher: Publisher) -> None:
        publisher.fake.suppress("bounces", "reader1@mail.example")
        publisher.run("suppressions", "sync")
        before, marks = _readers(publisher), publisher.rows("SELECT read_until FROM sync_mark")
        consents = publisher.rows("SELECT count(*) FROM consent_event")
        long_ago = time.time() - 40 * 86_400
        publisher.fake.suppress("bounces", "reader2@mail.example", at=long_ago)

        assert publisher.run("suppressions", "sync").code == 0
        assert _readers(publisher) == before
        assert publisher.rows("SELECT count(*) FROM consent_event") == consents
        later = publisher.rows("SELECT read_until FROM sync_mark")
        assert len(later) == 5
        assert all(now >= then for now, then in zip(later, marks, strict=True))

        day = datetime.fromtimestamp(long_ago - 86_400, UTC).date().isoformat()
        assert publisher.run("suppressions", "sync", "--since", day).code == 0
        assert _readers(publisher)[1][1:] == ("suppressed", "bounce")
        assert publisher.rows("SELECT read_until FROM sync_mark") >= later

    def test_entries_that_come_late_are_read_by_the_overlap(self, publisher: Publisher) -> None:
        publisher.run("suppressions", "sync")
        publisher.fake.suppress("bounces", "reader1@mail.example", at=time.time() - 20 * 3600)

        publisher.run("suppressions", "sync")

        assert _readers(publisher)[0][1:] == ("suppressed", "bounce")

    @pytest.mark.parametrize("spread", [1, 0])
    def test_long_lists_are_divided(self, publisher: Publisher, spread: int) -> None:
        count = MOST_ROWS + 700
        for number in range(count):
            publisher.fake.suppress(
                "bounces", f"r{number}@mail.example", at=1_700_000_000 + spread * number * 977
            )

        found = sync_suppressions(publisher.config, publisher.environment, datetime.now(UTC))

        (rows,) = publisher.rows("SELECT count(*) FROM suppression")
        assert rows == count
        assert {each.name: each.rows for each in found}["bounces"] == count
        asked = [seen for seen in publisher.fake.requests if seen.path.endswith("/bounces")]
        # Three for each division; down to one second when all came at once.
        assert len(asked) < 1.5 * count / 500 + 3 * 40

    def test_what_breaks_off_goes_on_where_it_was(self, publisher: Publisher) -> None:
        for number in range(1200):
            publisher.fake.suppress("bounces", f"r{number}@mail.example")
        publisher.fake.suppress("spam_reports", "reader1@mail.example")
        publisher.fake.fault("F4a", at=[4], path="/v3/suppression/bounces")

        broken = publisher.run("suppressions", "sync")
        assert broken.code == 1
        assert "/v3/suppression/bounces: the answer is 500" in broken.err
        assert set(publisher.rows("SELECT list FROM sync_mark")) == {
            "spam_reports", "unsubscribes",
        }  # fmt: skip
        publisher.fake.clear_faults()
        assert publisher.run("suppressions", "sync").code == 0

        assert publisher.rows("SELECT count(*) FROM suppression") == [1201]

    @pytest.mark.parametrize(
        ("scope", "said"),
        [
            ("suppression.read", "suppression.read (at SendGrid: Suppressions, read)"),
            ("asm.groups.read", "asm.groups.read (at SendGrid: Unsubscribe Groups, read)"),
        ],
    )
    def test_a_key_without_the_scope(self, publisher: Publisher, scope: str, said: str) -> None:
        publisher.fake.settings.scopes -= {scope}

        done = publisher.run("suppressions", "sync")

        assert done.code == 10
        assert f"Give it the scope {said}." in done.err
        assert publisher.environment.sendgrid_key not in done.out + done.err

    def test_suppressed_readers_get_nothing(self, publisher: Publisher) -> None:
        publisher.fake.suppress("bounces", "reader3@mail.example")
        publisher.run("suppressions", "sync")

        publisher.send()

        copies = publisher.fake.copies()
        assert len(copies) == 3 * BATCH - 1
        assert "Reader3@mail.example" not in copies


class TestSuppressions:
    def test_add_and_list(self, publisher: Publisher) -> None:
        empty = publisher.run("suppressions", "list")
        first = publisher.run("suppressions", "add", "READER1@Mail.example")
        again = publisher.run("suppressions", "add", "reader1@mail.example")
        publisher.run("suppressions", "add", "x@mail.example", "--reason", "complaint")
        listed = publisher.run("suppressions", "list", "--json").json

        assert empty.out == "no address is suppressed\n"
        assert first.out == "suppressed\n"
        assert again.out == "is suppressed already; nothing had to be changed\n"
        assert [(one["address"], one["reason"], one["source"]) for one in listed] == [
            ("reader1@mail.example", "manual", "person"),
            ("x@mail.example", "complaint", "person"),
        ]
        assert _readers(publisher)[0][1:] == ("suppressed", "manual")
        table = publisher.run("suppressions", "list").out.splitlines()
        assert [line.split()[:3] for line in table[1:]] == [
            ["reader1@mail.example", "manual", "person"],
            ["x@mail.example", "complaint", "person"],
        ]

    @pytest.mark.parametrize(
        ("words", "code"),
        [(("add", "no address"), 1), (("sync", "--since", "yesterday"), 2)],
    )
    def test_wrong_words(self, publisher: Publisher, words: tuple[str, ...], code: int) -> None:
        assert publisher.run("suppressions", *words).code == code


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """Six batches; 2 and 5 are in doubt and accepted, 3 is in doubt and lost."""
    with publishing(tmp_path_factory.mktemp("sent"), readers=6 * BATCH) as publisher:
        publisher.fake.fault(TAKEN, at=[2, 5])
        publisher.fake.fault(LOST, at=[3])
        publisher.send()
        assert [*publisher.batches().values()].count("unknown") == 3
        yield publisher


@given(st.data())
@settings(max_examples=25)
def test_property_no_mix_of_events_proves_what_was_not_accepted(
    sent: Publisher, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """The fake's own ledger is the truth: whatever comes, lost, doubled and shuffled."""
    every = [
        event
        for _, body in sent.fake.batches(Untidiness(copies=3, new_ids=True))
        for event in json.loads(body)
    ]
    came = data.draw(st.lists(st.sampled_from(every), max_size=40))
    forged = [{"event": "open", "digest_attempt": word} for word in ("", "0" * 32, "x")]
    files = data.draw(st.permutations([came[:13], came[13:], forged]))

    one = _imported(sent, tmp_path_factory.mktemp("one"), files)
    other = _imported(sent, tmp_path_factory.mktemp("other"), [[*came[::-1], *came, *forged]])

    taken = {entry.attempt for entry in sent.fake.ledger}
    named = {event["digest_attempt"] for event in came}
    doubtful = set(sent.rows("SELECT token FROM attempt WHERE outcome = 'unknown'"))
    proven = set(
        one.rows(
            "SELECT token FROM attempt JOIN evidence ON attempt.id = attempt_id"
            " WHERE verdict = 'accepted'"
        )
    )
    assert proven == named & doubtful
    assert proven <= taken
    assert one.batches()[3] == "unknown"
    assert _standing(one) == _standing(other)


def _imported(sent: Publisher, folder: Path, files: Sequence[Sequence[object]]) -> Publisher:
    """Return a copy of a publisher whose store has read these files of events."""
    copy = Publisher(folder, sent.fake)
    with sent.store() as database:
        copy_store(database, copy.config.store.path)
    paths = []
    for number, events in enumerate(files):
        path = folder / f"{number}.json"
        path.write_text("".join(json.dumps(event) + "\n" for event in events))
        paths.append(str(path))
    import_events(copy.config, copy.environment, paths, datetime.now(UTC))
    return copy


def _standing(publisher: Publisher) -> list[object]:
    """Return all that counts of a store: not when and in which words it was said first."""
    return [
        publisher.batches(),
        publisher.state(),
        sorted(publisher.evidence()),
        _readers(publisher),
        publisher.rows("SELECT address_key, reason FROM suppression ORDER BY 1"),
    ]


def _readers(publisher: Publisher) -> list[tuple[int, str, str]]:
    return publisher.rows("SELECT id, state, reason FROM subscriber ORDER BY id")


def _piped(publisher: Publisher, file: Path) -> int:
    with file.open("rb") as stream:
        return subprocess.run(
            [sys.executable, "-m", "digest", "events", "import", "-"],
            cwd=publisher.folder,
            env=environment() | {"DIGEST_SECRET": publisher.environment.secret},
            stdin=stream,
            capture_output=True,
            check=False,
            timeout=60,
        ).returncode


def _dump(publisher: Publisher) -> list[str]:
    with publisher.store() as database:
        return list(database.connection.iterdump())
