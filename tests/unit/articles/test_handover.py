import marshal
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import BERLIN, edit, make_article
from digest.articles import reading
from digest.articles.article import Article, BodyFormat, Visibility, Wishes
from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.articles.handover import packed, unpacked
from digest.articles.read import parse_article
from digest.articles.settings import Generator, ReadingRules

RULES = ReadingRules(zone=BERLIN, base_url="https://quay.example")
WEEK = (datetime(2026, 8, 10, tzinfo=BERLIN), datetime(2026, 8, 17, tzinfo=BERLIN))


def handed_over(article: Article) -> Article:
    values: Any = packed(article, BERLIN)
    assert values
    return unpacked(marshal.loads(marshal.dumps(values)), BERLIN)


def test_an_article_arrives_as_it_was() -> None:
    article = make_article(
        expires_at=datetime(2026, 10, 25, 2, 30, 1, 5, BERLIN, fold=1),
        visibility=Visibility.DRAFT,
        body_format=BodyFormat.HTML,
        wishes=Wishes(pin=2, blurb="Read this."),
        tags=("a", "b"),
    )

    there = handed_over(article)

    assert there == article
    assert there.expires_at is not None
    assert there.expires_at.fold == 1


def test_dates_of_another_zone_are_not_handed_over() -> None:
    assert packed(make_article(published_at=datetime(2026, 8, 11, tzinfo=UTC)), BERLIN) is None


@pytest.mark.archive
def test_every_real_article_arrives_as_it_was(archive_folder: Path) -> None:
    for file in archive_folder.iterdir():
        article = parse_article(file.read_bytes(), file.name, RULES)
        assert isinstance(article, Article)
        assert handed_over(article) == article


class TestReadingApart:
    """What a child has read is what the parent would have read."""

    @pytest.fixture(autouse=True)
    def shared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "_SHARED", 2)
        # Threads that other tests have left behind would keep it from forking.
        monkeypatch.setattr("threading.active_count", lambda: 1)

    def fill(self, folder: Path) -> None:
        for day in range(8, 19):
            text = (
                f"---\ntitle: Day {day}\ndate: 2026-08-{day:02}\n---\nA body of its own, {day}.\n"
            )
            (folder / f"day-{day}.md").write_text(text)
        (folder / "bad.md").write_text("---\ntitle: [\n---\n")

    def read(self, folder: Path, rules: ReadingRules = RULES) -> Contents:
        return begin_reading(str(folder), rules, WEEK).contents()

    @pytest.mark.parametrize("limit", ["_SHARED", "_HANDED_OVER"])
    def test_the_contents_are_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
    ) -> None:
        self.fill(tmp_path)
        monkeypatch.setattr(reading, limit, 100 if limit == "_SHARED" else 1)
        here = self.read(tmp_path)

        monkeypatch.undo()
        monkeypatch.setattr(reading, "_SHARED", 2)
        monkeypatch.setattr("threading.active_count", lambda: 1)

        assert self.read(tmp_path) == here
        assert len(here.articles) == 11
        assert [file.path for file in here.bad] == ["bad.md"]

    def test_a_child_that_dies_is_replaced(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fill(tmp_path)
        here = self.read(tmp_path)

        monkeypatch.setattr(reading, "_packed", lambda *_: os._exit(7))

        assert self.read(tmp_path) == here

    def test_articles_of_the_child_are_not_read_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fill(tmp_path)
        here: list[str] = []

        def noted(raw: bytes, path: str, rules: ReadingRules) -> object:
            here.append(path)
            return parse_article(raw, path, rules)

        monkeypatch.setattr(reading, "parse_article", noted)

        # Every second file is the child's.
        assert len(self.read(tmp_path).articles) == 11
        assert sorted(here) == sorted(
            ["bad.md", *(f"day-{day}.md" for day in (11, 13, 15, 17, 8))]
        )

    def test_every_file_is_told_of_once(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        told: list[tuple[int, int]] = []

        begin_reading(str(tmp_path), RULES, WEEK).contents(
            tick=lambda number, of: told.append((number, of))
        )

        assert told == [(number, 12) for number in range(1, 13)]

    def test_what_stands_beside_articles_still_counts(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        (tmp_path / "posts.json").write_text('{"layout": "x", "tags": ["quay"]}')
        posts = tmp_path / "posts"
        posts.mkdir()
        (posts / "posts.json").write_text('{"tags": ["quay"]}')
        (posts / "tide.md").write_text("---\ntitle: Tide\ndate: 2026-08-12\n---\nHigh.\n")
        rules = ReadingRules(zone=BERLIN, generator=Generator.ELEVENTY)

        tide = next(one for one in self.read(tmp_path, rules).articles if one.title == "Tide")

        assert tide == edit(tide, tags=("quay",))


def test_zones_are_compared_by_identity() -> None:
    other = ZoneInfo.no_cache("Europe/Berlin")

    assert packed(make_article(published_at=datetime(2026, 8, 11, tzinfo=other)), BERLIN) is None
