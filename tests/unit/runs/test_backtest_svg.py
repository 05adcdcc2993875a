"""The picture of a backtest: well-formed whatever the titles are, and readable without colours."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY, THIS_WEEK, make_article
from crash.stores import make_config
from digest.articles.excerpt import Excerpt, Origin
from digest.errors import DigestError
from digest.record import replace
from digest.runs.backtest import Backtest, Share
from digest.runs.backtest_svg import svg_of, write_svg
from digest.selection.selection import Chosen, SelectedSection, Selection
from digest.selection.series import Fate, Turnout
from digest.selection.slot import Slot

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert(1)</script>&amp; "]]> <!-- \x00\x1b\x0b \ud800 ￾ -->'


def turnout(number: int, titles: list[tuple[str, str]]) -> Turnout:
    """Return an issue of stories, each with its title and category."""
    chosen = tuple(
        Chosen(
            article=make_article(title=title, categories=(category,) if category else ()),
            excerpt=Excerpt(text="", origin=Origin.NONE),
        )
        for title, category in titles
    )
    selection = Selection(
        window=THIS_WEEK,
        lead=chosen[0] if chosen else None,
        sections=(SelectedSection("", chosen[1:]),),
        left_out=(),
        runners_up=(),
        outside={},
        too_few=None,
    )
    return Turnout(
        slot=Slot(f"2026-W{number}", MONDAY),
        window=THIS_WEEK,
        fate=Fate.GOES if chosen else Fate.SKIPPED,
        reason="" if chosen else "0 of at least 3 articles",
        selection=selection,
    )


def backtest(*turnouts: Turnout, **fields: Any) -> Backtest:
    names = {
        one.article.category: 1
        for each in turnouts
        for one in (each.selection.chosen if each.selection else ())
    }
    shares = tuple(Share(name=name, stories=1, candidates=1) for name in names)
    sound: dict[str, Any] = {
        "newsletter": "weekly",
        "title": "Harbour Weekly",
        "as_of": MONDAY + timedelta(days=7),
        "turnouts": turnouts,
        "categories": shares,
        "sources": (),
        "authors": (),
        "warnings": (),
    }
    return Backtest(**(sound | fields))


def test_hostile_titles_stay_text() -> None:
    found = backtest(turnout(33, [(HOSTILE, HOSTILE)]), title=HOSTILE)

    root = ET.fromstring(svg_of(found))

    assert [each.tag for each in root.iter() if each.tag.endswith("script")] == []
    assert not re.search(r"<(script|foreignObject|image|a|use)\b|\bon[a-z]+=|href", svg_of(found))


@given(st.text(), st.text())
def test_property_any_text_makes_well_formed_xml(title: str, category: str) -> None:
    found = backtest(turnout(33, [(title or "-", category)]), title=title)

    ET.fromstring(svg_of(found).encode("utf-8"))


def test_it_says_in_words_what_it_shows() -> None:
    stories = [("A", "news"), ("B", "news"), ("C", "sport")]
    found = backtest(turnout(33, stories), turnout(34, []))

    root = ET.fromstring(svg_of(found))

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "title desc"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert title.text == "Harbour Weekly: 2026-W33 to 2026-W34, stories by category"
    assert desc.text == (
        "2026-W33: 3 stories (news 2, sport 1). 2026-W34: skipped, 0 of at least 3 articles."
    )
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("class", "").startswith("c")]
    assert len(bars) == 4  # two parts of a bar, two squares of the legend
    numbers = [each.text for each in root.iter(f"{SVG}text") if each.get("class") == "in"]
    assert numbers == ["2", "1"]


def test_dark_screens_have_colours_of_their_own() -> None:
    drawn = svg_of(backtest(turnout(33, [("A", "news")])))

    light, _, dark = drawn.partition("@media (prefers-color-scheme: dark)")
    assert light.count(".c0") == dark.count(".c0") == 1
    assert re.search(r"\.c0 \{ fill: (#\w+)", light) != re.search(r"\.c0 \{ fill: (#\w+)", dark)


def test_many_categories_share_one_colour() -> None:
    stories = [(f"T{number}", f"category {number}") for number in range(20)]
    root = ET.fromstring(svg_of(backtest(turnout(33, stories))))

    legend = [each.text for each in root.iter(f"{SVG}text") if "class" not in each.attrib]
    assert legend == [f"category {number}" for number in range(7)] + ["others"]


def test_many_slots_fit() -> None:
    found = backtest(*(turnout(number, [("A", "news")]) for number in range(300)))

    root = ET.fromstring(svg_of(found))

    _, _, width, _ = map(float, root.attrib["viewBox"].split())
    for bar in root.iter(f"{SVG}rect"):
        assert 0 <= float(bar.get("x", 0)) + float(bar.attrib["width"]) <= width


def test_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    config = make_config(tmp_path / "digest.db")
    (tmp_path / "file").write_text("")

    with pytest.raises(DigestError) as caught:
        write_svg(config, backtest(turnout(33, [])), str(tmp_path / "file" / "x.svg"))

    assert "cannot be written" in str(caught.value)
    assert "--svg FILE" in str(caught.value)


def test_the_usual_place_is_beside_the_previews(tmp_path: Path) -> None:
    config = replace(make_config(tmp_path / "digest.db"), folder=str(tmp_path))

    path = write_svg(config, backtest(turnout(33, [("A", "")])))

    assert path == str(tmp_path / "preview" / "weekly" / "backtest.svg")
    assert Path(path).read_text().startswith("<svg ")
