"""Breaking news: what is said when a story may not go, and what counts for the day."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command import Done, digest
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, write_story


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


def tell(site: Path, fake: FakeSendGrid, *names: str) -> Done:
    return digest(site, "breaking", *names, "--yes", env=keys(fake))


class TestStoriesAreNamedByTheirPaths:
    def test_when_some_are_told_and_some_are_not(self, site: Path, fake: FakeSendGrid) -> None:
        make_sending(site, 3, per_day="9")
        for name in ("flood", "fire"):
            write_story(site, name, "2026-08-14", id=f"hc-{name}")
        assert tell(site, fake, "flood").code == 0

        done = tell(site, fake, "flood", "fire")

        assert done.code == 10
        assert "readers have news/flood.md as breaking news already" in done.err

    def test_when_a_newsletter_told_it(self, site: Path, fake: FakeSendGrid) -> None:
        make_sending(site, 3)
        story = write_story(site, "lantern", "2026-08-14", id="hc-1")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        assert send(site, fake, "--slot", "2026-W34").code == 0

        done = tell(site, fake, "lantern")

        assert done.code == 10
        assert done.err.startswith("news/lantern.md: readers have it from weekly/2026-W34 already")


class TestPerDay:
    def test_counts_what_was_cancelled_after_part_of_it_left(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        make_sending(site, 3, per_day="1", batch="1", in_flight="1")
        for name in ("flood", "fire"):
            write_story(site, name, "2026-08-14")
        fake.fault("F5", at=[2])
        tell(site, fake, "flood")
        assert digest(site, "cancel", name_of_last(site), "--yes").code == 0

        done = tell(site, fake, "fire")

        assert done.code == 10
        assert "1 breaking issue went out today, as many as a day may have" in done.err

    def test_does_not_count_what_was_cancelled_before_anything_left(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        make_sending(site, 3, per_day="1")
        for name in ("flood", "fire"):
            write_story(site, name, "2026-08-14")
        digest(site, "breaking", "flood", "--yes", env=keys(fake, SENDGRID_API_KEY="SG.wrong"))
        assert digest(site, "cancel", name_of_last(site), "--yes").code == 0

        assert tell(site, fake, "fire").code == 0


def name_of_last(site: Path) -> str:
    return str(digest(site, "issues", "--json").json[0]["issue"])
