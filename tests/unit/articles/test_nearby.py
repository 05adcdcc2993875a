"""Out of one reading for many issues each gets what reading for it alone would have brought."""

from datetime import timedelta
from pathlib import Path

from builders import (
    BERLIN,
    LAST_WEEK,
    MONDAY,
    NEXT_WEEK,
    THIS_WEEK,
    make_article,
    make_reading_rules,
)
from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.articles.nearby import nearby
from digest.articles.reading import SAMPLE

SPAN = (THIS_WEEK.start, THIS_WEEK.end)


def write(folder: Path, day: str, name: str) -> None:
    (folder / f"{name}.md").write_text(
        f"---\ntitle: Story {name}\ndate: {day}\n---\n\nThe harbour counted {name} boats.\n"
    )


def test_it_is_what_reading_for_the_span_brings(tmp_path: Path) -> None:
    for number in range(40):
        for of_day in range(6):
            day = MONDAY - timedelta(days=20 - number)
            at = "" if of_day % 2 else " 23:30:00"
            write(tmp_path, f"{day:%Y-%m-%d}{at}", f"n{number}-{of_day}")
    rules = make_reading_rules()
    alone = begin_reading(str(tmp_path), rules, SPAN).contents()
    long = begin_reading(str(tmp_path), rules, (LAST_WEEK.start, NEXT_WEEK.end)).contents()
    every = begin_reading(str(tmp_path), rules, None).contents()

    for contents in (long, every):
        found = nearby(contents, SPAN)

        assert found.articles == alone.articles
        assert {day: paths for day, paths in found.outside.items() if paths} == alone.outside


def test_what_an_editor_named_is_there_wherever_it_is_dated() -> None:
    far = make_article(path="far.md", published_at=MONDAY - timedelta(days=300))
    near = [make_article() for _ in range(SAMPLE)]

    found = nearby(Contents(articles=(far, *near)), SPAN, {"far.md"})
    without = nearby(Contents(articles=(far, *near)), SPAN)

    assert far in found.articles
    assert far not in without.articles
    assert without.outside == {f"{far.published_at.astimezone(BERLIN):%Y-%m-%d}": ("far.md",)}
