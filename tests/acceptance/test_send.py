"""`digest send` and its kin, as a publisher runs them, against the fake SendGrid."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from command import digest
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, shown
from serving import SECRET, address

W33 = ("--week", "2026-W33")
NAME = "weekly/2026-W34"


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid(published_schema=True) as server:
        yield server
        assert server.schema_violations == []


@pytest.fixture
def sending(site: Path) -> Path:
    return make_sending(site)


class TestSend:
    def test_reaches_every_reader_once(self, sending: Path, fake: FakeSendGrid) -> None:
        done = send(sending, fake, *W33)

        assert done.code == 0, done.err
        assert done.out.endswith(
            f"{NAME} is sent\n"
            "subscribers            30\n"
            "recipients             30\n"
            "accepted               30\n"
        )
        assert fake.copies() == {address(number): 1 for number in range(1, 31)}

    def test_again_does_nothing(self, sending: Path, fake: FakeSendGrid) -> None:
        send(sending, fake, *W33)

        again = send(sending, fake, *W33)

        assert again.code == 0
        assert again.out == (
            f"{NAME} is sent already, to 30 readers\nsee        digest show {NAME}\n"
        )
        assert fake.mail_sends == 1

    def test_mail_is_what_preview_showed(self, sending: Path, fake: FakeSendGrid) -> None:
        before = digest(sending, "preview", *W33, "--json").json

        send(sending, fake, *W33)

        mail = fake.mail_of(address(3))
        assert mail.subject == before["subject"]
        stories = [story["title"] for story in before["stories"]]
        assert all(title in mail.text.replace("\n", " ") for title in stories)
        assert shown(sending, NAME)["number"] == 1
        assert not re.search(r"__DIGEST|\{\{", mail.html + mail.text)

    def test_preview_of_a_sent_slot_is_what_was_sent(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        send(sending, fake, *W33)
        sent = shown(sending, NAME)
        for path in (sending / "examples" / "articles" / "news").iterdir():
            path.unlink()

        done = digest(sending, "preview", *W33)

        assert done.code == 0
        assert f"frozen     as it is sent; see digest show {NAME}" in done.out
        assert sent["subject"] in done.out
        written = json.loads((sending / "preview/weekly/2026-W34/issue.json").read_text())
        assert written["subject"] == sent["subject"]

    def test_dry_run_writes_and_sends_nothing(self, sending: Path, fake: FakeSendGrid) -> None:
        done = send(sending, fake, *W33, "--dry-run")

        assert done.code == 0
        assert "readers    30\n" in done.out
        assert done.out.endswith("dry run    nothing was written, nothing left\n")
        assert fake.mail_sends == 0
        assert "no issue yet" in digest(sending, "issues").out

    def test_without_yes_and_without_anybody_to_ask(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        done = digest(sending, "send", "weekly", *W33, env=keys(fake))

        assert done.code == 1
        assert done.err == (
            "standard input is not a terminal: nobody can be asked here\n"
            "  Say so beforehand: --yes. To see what would happen: --dry-run\n"
        )
        assert fake.mail_sends == 0

    def test_open_window_is_refused(self, sending: Path, fake: FakeSendGrid) -> None:
        done = send(sending, fake, "--slot", "2199-W10")

        assert done.code == 5
        assert done.err.startswith("weekly/2199-W10: its window is open until ")

    def test_bad_address_never_blocks_the_others(self, sending: Path, fake: FakeSendGrid) -> None:
        fake.fault("F11", address=address(7))

        done = send(sending, fake, *W33)

        assert done.code == 0, done.err
        account = shown(sending, NAME)
        assert (account["readers"]["accepted"], account["is_even"]) == (29, True)
        assert sum(account["set_aside"].values()) == 1
        assert address(7) not in fake.copies()
        mail = digest(sending, "who", address(7), "--json").json["mail"]
        assert [(one["issue"], one["fate"]) for one in mail] == [
            (NAME, next(iter(account["set_aside"])))
        ]

    def test_unsubscribed_and_suppressed_are_counted_not_mailed(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        digest(sending, "subscribers", "unsubscribe", address(1))
        digest(sending, "subscribers", "unsubscribe", address(2), "--newsletter", "weekly")

        done = send(sending, fake, *W33)

        assert done.code == 0
        account = shown(sending, NAME)
        assert account["excluded"] == {"unsubscribed": 1, "left this newsletter": 1}
        assert (account["candidates"], account["recipients"]) == (30, 28)
        assert not {address(1), address(2)} & set(fake.copies())


class TestRehearsal:
    def test_uses_up_no_slot_and_is_not_remembered(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        rehearsed = send(sending, fake, *W33, "--courier", "outbox")
        again = send(sending, fake, *W33, "--courier", "outbox")

        assert rehearsed.code == 0, rehearsed.err
        assert f"{NAME} is rehearsed\n" in rehearsed.out
        assert f"{NAME} is rehearsed already" in again.out
        assert fake.mail_sends == 0

        real = send(sending, fake, *W33)

        assert real.code == 0
        assert shown(sending, NAME)["realm"] == "real"
        assert shown(sending, NAME)["number"] == 1
        assert len(fake.copies()) == 30

    def test_status_says_that_nothing_real_goes_out(self, sending: Path) -> None:
        text = (sending / "config.toml").read_text().replace('"sendgrid"\n', '"outbox"\n', 1)
        (sending / "config.toml").write_text(text)

        assert digest(sending, "issues").out.startswith(
            "courier    outbox: nothing real goes out\n"
        )


class TestTest:
    def test_goes_to_named_addresses_only_and_is_marked(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        first = send(sending, fake, *W33, "--to", "me@example.org", "--to", "you@example.org")
        second = send(sending, fake, *W33, "--to", "me@example.org")

        assert (first.code, second.code) == (0, 0)
        assert fake.copies() == {"me@example.org": 2, "you@example.org": 1}
        assert fake.mail_of("you@example.org").subject.startswith("[test 1] ")
        assert shown(sending, f"{NAME}#2")["realm"] == "test"

        send(sending, fake, *W33)

        assert shown(sending, NAME)["realm"] == "real"
        assert shown(sending, NAME)["number"] == 1

    def test_of_a_frozen_issue_is_the_frozen_issue(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        send(sending, fake, *W33)
        subject = shown(sending, NAME)["subject"]
        for path in (sending / "examples" / "articles" / "sport").iterdir():
            path.unlink()

        send(sending, fake, *W33, "--to", "me@example.org")

        assert fake.mail_of("me@example.org").subject == f"[test 1] {subject}"

    def test_suppressed_address_is_refused(self, sending: Path, fake: FakeSendGrid) -> None:
        with closing(sqlite3.connect(sending / "digest.db")) as store:
            store.execute(
                "INSERT INTO suppression VALUES ('me@example.org', 'complaint', 'person', '', 0)"
            )
            store.commit()

        done = send(sending, fake, *W33, "--to", "Me@Example.org")

        assert done.code == 10
        assert "must never be mailed again" in done.err
        assert fake.mail_sends == 0


class TestNothingIsMissing:
    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"mailto": '""'}, "[subscribers] mailto: readers have no way to unsubscribe"),
            (
                {"unsubscribe": '"endpoint"', "subscribers__url": '""'},
                "[subscribers] url: readers have no way",
            ),
            ({"unsubscribe": '"sendgrid_group"'}, "[subscribers] group: readers have no way"),
            ({"email": '""'}, "[sender] email: there is no address the mail comes from"),
        ],
    )
    def test_without_a_way_out_or_a_sender(
        self, site: Path, fake: FakeSendGrid, settings: dict[str, str], said: str
    ) -> None:
        done = send(make_sending(site, 30, **settings), fake, *W33)

        assert done.code == 10
        assert said in done.err
        assert fake.mail_sends == 0

    def test_without_a_postal_address(self, sending: Path, fake: FakeSendGrid) -> None:
        text = (sending / "config.toml").read_text()
        text = re.sub(r'postal_address = """.*?"""', 'postal_address = ""', text, flags=re.DOTALL)
        (sending / "config.toml").write_text(text)

        done = send(sending, fake, *W33)

        assert done.code == 10
        assert "there is no postal address" in done.err

    def test_endpoint_that_does_not_answer(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(
            site, unsubscribe='"endpoint"', subscribers__url='"http://127.0.0.1:1"', mailto='""'
        )

        done = send(sending, fake, *W33)

        assert done.code == 10
        assert "readers could not unsubscribe" in done.err
        assert fake.mail_sends == 0

    def test_without_the_key_of_links(self, sending: Path, fake: FakeSendGrid) -> None:
        done = send(sending, fake, *W33, env={"DIGEST_SECRET": ""})

        assert done.code == 10
        assert done.err.startswith("DIGEST_SECRET: ")
        assert SECRET not in done.err

    def test_without_subscribers(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(site)
        (sending / "digest.db").unlink()

        done = send(sending, fake, *W33)

        assert done.code == 7
        assert "digest subscribers import FILE" in done.err


class TestLimits:
    def test_only_readers_of_a_category(self, sending: Path, fake: FakeSendGrid) -> None:
        with closing(sqlite3.connect(sending / "digest.db")) as store:
            store.execute("UPDATE subscriber SET categories = char(10) || 'sport' || char(10)")
            store.execute(
                "UPDATE subscriber SET categories = char(10) || 'news' || char(10) WHERE id < 4"
            )
            store.execute("UPDATE subscriber SET categories = '' WHERE id = 9")
            store.commit()

        done = send(sending, fake, *W33, "--limit-to", "category:News")

        assert done.code == 0, done.err
        assert sorted(fake.copies()) == sorted(map(address, (1, 2, 3, 9)))
        assert shown(sending, NAME)["excluded"] == {"left out by --limit-to": 26}

    def test_wrong_limit_is_a_usage_error(self, sending: Path, fake: FakeSendGrid) -> None:
        assert send(sending, fake, "--limit-to", "colour:red").code == 2
