"""No article twice: across issues, after breaking news, renamed, retitled, late."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command import digest
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, shown, write_story
from serving import address

FIRST, SECOND = ("--slot", "2026-W34"), ("--slot", "2026-W35")


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


@pytest.fixture
def sending(site: Path) -> Path:
    return make_sending(site, 3)


def fate(site: Path, name: str, *slot: str) -> Any:
    """Return what `digest why` says of an article."""
    done = digest(site, "why", name, *slot, "--json")
    assert done.code == 0, done.err
    return done.json.get("reason", "in"), done.json.get("detail", "")


class TestNewsletter:
    def test_issue_is_counted(self, sending: Path, fake: FakeSendGrid) -> None:
        send(sending, fake, *FIRST)
        send(sending, fake, *SECOND)

        assert [shown(sending, f"weekly/2026-W{week}")["number"] for week in (34, 35)] == [1, 2]

    def test_sent_article_is_not_told_again_however_it_is_renamed_and_dated(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        story = write_story(sending, "lantern", "2026-08-14", digest="{pin: 1}")
        story.write_text(story.read_text().replace("'{pin: 1}'", "{pin: 1}"))
        send(sending, fake, *FIRST)
        told = story.read_text()
        story.unlink()
        moved = story.with_name("the-lantern-once-more.md")
        moved.write_text(
            told.replace("The tale of lantern", "Quite another headline").replace(
                "2026-08-14", "2026-08-19"
            )
        )

        assert fate(sending, "the-lantern-once-more", *SECOND) == (
            "already sent",
            "weekly/2026-W34",
        )

    def test_late_article_is_carried_over_once(self, sending: Path, fake: FakeSendGrid) -> None:
        send(sending, fake, *FIRST)
        late = write_story(sending, "late-gull", "2026-08-15")
        late.write_text(late.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))

        assert fate(sending, "late-gull", *SECOND)[0] == "in"

        send(sending, fake, *SECOND)

        _, second = fake.mails_of(address(1))
        assert "The tale of late gull" in second.text

    def test_article_an_issue_left_out_is_not_carried_over(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        write_story(sending, "brief", "2026-08-15", body="Too short.")
        send(sending, fake, *FIRST)
        write_story(sending, "brief", "2026-08-15")

        assert fate(sending, "brief", *SECOND)[0] == "considered by an earlier issue"

    def test_draft_that_is_published_late_is_carried_over(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        write_story(sending, "slow-news", "2026-08-15", draft="true")
        send(sending, fake, *FIRST)
        late = write_story(sending, "slow-news", "2026-08-15")
        late.write_text(late.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))

        assert fate(sending, "slow-news", *SECOND)[0] == "in"

    def test_too_late_is_too_late(self, sending: Path, fake: FakeSendGrid) -> None:
        send(sending, fake, *FIRST)
        write_story(sending, "very-late", "2026-08-08")

        assert fate(sending, "very-late", *SECOND)[0] == "outside window"

    def test_rehearsal_and_test_are_forgotten(self, sending: Path, fake: FakeSendGrid) -> None:
        story = write_story(sending, "lantern", "2026-08-14")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        send(sending, fake, *FIRST, "--courier", "outbox")
        send(sending, fake, *FIRST, "--to", "me@example.org")

        assert fate(sending, "lantern", *FIRST)[0] == "in"

    def test_other_newsletters_on_request(self, sending: Path, fake: FakeSendGrid) -> None:
        story = write_story(sending, "lantern", "2026-08-14")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        config = sending / "config.toml"
        other = '\n[newsletters.friends]\ntitle = "Friends"\nmin_articles = 1\n'
        config.write_text(config.read_text() + other)
        send(sending, fake, *FIRST)

        assert fate(sending, "lantern", *FIRST, "-n", "friends")[0] == "in"

        config.write_text(config.read_text() + 'no_repeat_with = ["weekly"]\n')

        assert fate(sending, "lantern", *FIRST, "-n", "friends") == (
            "already sent",
            "weekly/2026-W34",
        )


class TestBreaking:
    def test_story_goes_out_once(self, sending: Path, fake: FakeSendGrid) -> None:
        write_story(sending, "flood", "2026-08-14")
        words = ("breaking", "flood", "--yes")

        first = digest(sending, *words, env=keys(fake))
        again = digest(sending, *words, env=keys(fake))
        renamed = sending / "examples/articles/news/flood-again.md"
        (sending / "examples/articles/news/flood.md").rename(renamed)
        under_another_name = digest(sending, "breaking", "flood-again", "--yes", env=keys(fake))

        assert first.code == 0, first.err
        assert (again.code, "is sent already" in again.out) == (0, True)
        assert under_another_name.code == 10
        assert "readers have it from breaking/" in under_another_name.err
        assert set(fake.copies().values()) == {1}

    def test_path_as_a_shell_completes_it(self, sending: Path, fake: FakeSendGrid) -> None:
        write_story(sending, "flood", "2026-08-14")
        path = "examples/articles/news/flood.md"

        sent = digest(sending, "breaking", path, "--dry-run", env=keys(fake))

        assert sent.code == 0, sent.err
        assert '"The tale of flood" is' in sent.out
        assert fate(sending, path, *FIRST)[0] != "outside window"

    def test_newsletter_leaves_it_out(self, sending: Path, fake: FakeSendGrid) -> None:
        write_story(sending, "flood", "2026-08-14")
        digest(sending, "breaking", "flood", "--yes", env=keys(fake))

        reason, issue = fate(sending, "flood", *FIRST)

        assert reason == "already sent"
        assert issue.startswith("breaking/")

    def test_newsletter_marks_it_when_asked_to(self, sending: Path, fake: FakeSendGrid) -> None:
        story = write_story(sending, "flood", "2026-08-14")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        config = sending / "config.toml"
        config.write_text(config.read_text().replace('in_weekly = "leave"', 'in_weekly = "mark"'))
        digest(sending, "breaking", "flood", "--yes", env=keys(fake))

        done = digest(sending, "preview", *FIRST)

        assert done.code == 0
        text = (sending / "preview/weekly/2026-W34/issue.txt").read_text()
        assert "Sent before as breaking news" in text.replace("\n", " ")
        html = (sending / "preview/weekly/2026-W34/issue.html").read_text()
        assert html.count("Sent before as breaking news") == 1

    def test_story_of_a_newsletter_is_no_news(self, sending: Path, fake: FakeSendGrid) -> None:
        story = write_story(sending, "lantern", "2026-08-14")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        send(sending, fake, *FIRST)

        done = digest(sending, "breaking", "lantern", "--yes", env=keys(fake))

        assert done.code == 10
        assert "readers have it from weekly/2026-W34 already" in done.err

    def test_cap_of_a_day(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(site, 2, per_day="1")
        for name in ("flood", "fire"):
            write_story(sending, name, "2026-08-14")

        first = digest(sending, "breaking", "flood", "--yes", env=keys(fake))
        second = digest(sending, "breaking", "fire", "--yes", env=keys(fake))

        assert (first.code, second.code) == (0, 10)
        assert "as many as a day may have" in second.err

    def test_readers_of_its_category(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(site, 2, audience='"category"')
        digest(sending, "subscribers", "add", "fan@example.org", "--category", "sport")
        done = digest(sending, "subscribers", "add", "x@example.org", "--category", "News")
        write_story(sending, "flood", "2026-08-14")

        done = digest(sending, "breaking", "flood", "--yes", env=keys(fake))

        assert done.code == 0, done.err
        assert "fan@example.org" not in fake.copies()

    def test_cancelled_before_anything_left_may_be_told_again(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        write_story(sending, "flood", "2026-08-14")
        wrong = keys(fake, SENDGRID_API_KEY="SG.wrong")
        stopped = digest(sending, "breaking", "flood", "--yes", env=wrong)
        name = digest(sending, "issues", "--json").json[0]["issue"]
        digest(sending, "cancel", name, "--yes")

        again = digest(sending, "breaking", "flood", "--yes", env=keys(fake))

        assert stopped.code == 9
        assert again.code == 0, again.err
        assert set(fake.copies().values()) == {1}


class TestRenamed:
    def test_newsletter_under_a_new_name_is_warned_of(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        send(sending, fake, *FIRST)
        digest(sending, "subscribers", "unsubscribe", address(1), "--newsletter", "weekly")
        config = sending / "config.toml"
        config.write_text(config.read_text().replace("newsletters.weekly", "newsletters.letter"))

        done = digest(sending, "send", "letter", *SECOND, "--dry-run", env=keys(fake))

        assert done.code == 0, done.err
        assert (
            "newsletter 'weekly' is not in config.toml any more: 1 readers who left it and what "
            "its 1 issues told count no more (was it renamed?)"
        ) in done.out
