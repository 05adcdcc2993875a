"""Articles an editor named are found, or named in a warning."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_article
from digest.articles.article import Article
from digest.config.issue_file import IssueFile
from digest.config.matching import match_articles
from digest.errors import Problem
from digest.selection.decisions import Decisions

FILE = "issues/weekly/2026-W34.toml"
SECTIONS = ("News", "Culture & Life")
BARRIER = make_article(
    path="news/2026/storm-barrier.md",
    url="https://harbour-courier.example/storm-barrier/",
    identity="id:barrier",
)
SPORT_INDEX = make_article(path="sport/index.md", identity="id:sport")
LIFE_INDEX = make_article(path="life/index.md", identity="id:life")
ARTICLES = (BARRIER, SPORT_INDEX, LIFE_INDEX)


def match(
    articles: tuple[Article, ...] = ARTICLES,
    **keys: Any,
) -> tuple[Decisions, tuple[Problem, ...]]:
    issue_file = IssueFile(path=FILE, **keys)
    return match_articles(issue_file, articles, SECTIONS)


class TestMatchArticles:
    @pytest.mark.parametrize(
        "name",
        [
            "news/2026/storm-barrier.md",
            "./news/2026/storm-barrier.md",
            " news/2026/storm-barrier.md ",
            "news/2026/storm-barrier",
            "storm-barrier.md",
            "storm-barrier",
            "id:barrier",
            "https://harbour-courier.example/storm-barrier/",
            "https://harbour-courier.example/storm-barrier",
        ],
    )
    def test_article_has_many_names(self, name: str) -> None:
        path = BARRIER.path

        decisions, warnings = match(pin=(name,), move={name: "news"}, blurb={name: "Wet."})

        assert warnings == ()
        assert decisions == Decisions(pin=(path,), move={path: "News"}, blurb={path: "Wet."})

    def test_order_of_pins_is_kept_and_each_counts_once(self) -> None:
        decisions, warnings = match(pin=("life/index", "storm-barrier", "life/index.md"))

        assert warnings == ()
        assert decisions.pin == ("life/index.md", BARRIER.path)

    def test_most_exact_name_wins(self) -> None:
        """What is the path of one article is not taken for the file name of others."""
        top = make_article(path="index.md")

        decisions, warnings = match((*ARTICLES, top), exclude=("index.md",))

        assert warnings == ()
        assert decisions.exclude == {"index.md"}

    def test_composed_and_decomposed_letters_are_the_same(self) -> None:
        article = make_article(path=unicodedata.normalize("NFD", "café.md"))

        decisions, _ = match((article,), pin=(unicodedata.normalize("NFC", "café.md"),))

        assert decisions.pin == (article.path,)

    def test_nothing_decided_asks_nothing(self) -> None:
        def never() -> Iterator[Article]:
            yield make_article()
            raise AssertionError

        issue_file = IssueFile(subject="x", intro="y")

        assert match_articles(issue_file, never(), ()) == (Decisions(), ())

    def test_unknown_names_are_warnings_and_the_rest_counts(self) -> None:
        decisions, warnings = match(
            pin=("storm-barier.md", "id:barrier"),
            exclude=("sprt/index.md",),
            move={"storm-barrier": "Cultur & Life", "zebra": "News"},
            blurb={"sport/index.md": "x"},
        )

        assert decisions == Decisions(pin=(BARRIER.path,), blurb={"sport/index.md": "x"})
        assert warnings == (
            Problem(
                f"{FILE}, pin",
                'there is no article "storm-barier.md"',
                "Did you mean 'storm-barrier.md'? Name it as `digest articles` lists it.",
            ),
            Problem(
                f"{FILE}, exclude",
                'there is no article "sprt/index.md"',
                "Did you mean 'sport/index.md'? Name it as `digest articles` lists it.",
            ),
            Problem(
                f"{FILE}, move",
                'there is no article "zebra"',
                "Name it as `digest articles` lists it.",
            ),
            Problem(
                f"{FILE}, move",
                'there is no section "Cultur & Life"',
                "Did you mean 'Culture & Life'? There are 'News', 'Culture & Life'.",
            ),
        )

    def test_ambiguous_name_is_a_warning(self) -> None:
        decisions, warnings = match(pin=("index.md",))

        assert decisions == Decisions()
        assert warnings == (
            Problem(
                f"{FILE}, pin",
                '"index.md" names 2 articles: life/index.md, sport/index.md',
                "Name the one you mean by its path.",
            ),
        )

    def test_many_ambiguous_ones_are_cut_short(self) -> None:
        articles = tuple(make_article(path=f"{number}/index.md") for number in range(5))

        _, [warning] = match(articles, exclude=("index",))

        assert warning.what == '"index" names 5 articles: 0/index.md, 1/index.md, 2/index.md, …'

    def test_excluded_beats_pinned(self) -> None:
        decisions, warnings = match(pin=("storm-barrier",), exclude=("id:barrier",))

        assert decisions == Decisions(exclude=frozenset({BARRIER.path}))
        assert warnings == (
            Problem(
                f"{FILE}, pin",
                "news/2026/storm-barrier.md is pinned and excluded, and stays out",
                "Remove it from pin or from exclude.",
            ),
        )

    def test_article_named_twice_takes_the_first(self) -> None:
        decisions, [warning] = match(blurb={"storm-barrier": "First.", "id:barrier": "Second."})

        assert decisions.blurb == {BARRIER.path: "First."}
        assert warning == Problem(
            f"{FILE}, blurb",
            '"id:barrier" is an article that is named above too: news/2026/storm-barrier.md',
            "Name it once; the first counts.",
        )

    def test_newsletter_without_sections_moves_nothing(self) -> None:
        issue_file = IssueFile(path=FILE, move={"storm-barrier": "News"})

        decisions, [warning] = match_articles(issue_file, ARTICLES, ())

        assert decisions == Decisions()
        assert warning.remedy == "There are no sections."

    @given(st.lists(st.sampled_from(["index", "id:life", "zebra", ""]) | st.text(max_size=5)))
    def test_property_every_name_is_an_article_or_a_warning(self, names: list[str]) -> None:
        decisions, warnings = match(exclude=tuple(names))

        found = [name for name in names if name == "id:life"]
        assert len(warnings) == len(names) - len(found)
        assert decisions.exclude == ({"life/index.md"} if found else frozenset())
