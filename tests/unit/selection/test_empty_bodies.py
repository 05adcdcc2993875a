"""Articles without a body are no copies of one another, and titles without words none either."""

from builders import THIS_WEEK, make_article
from digest.articles.article import Article
from digest.articles.contents import Contents
from digest.selection.eligible import Request
from digest.selection.likeness import TEMPLATE, Comparison
from digest.selection.rules import Rules, SectionRule
from digest.selection.select import select
from digest.selection.selection import Reason


def bare(title: str) -> Article:
    return make_article(title=title, body="", fingerprint="")


def test_two_of_different_titles_are_two_stories() -> None:
    one, other = bare("Eels come up the river"), bare("A bridge opens in the north")
    comparison = Comparison([one, other])

    assert comparison.pairs() == []
    assert not comparison.is_one_story(one.path, other.path)


def test_two_of_one_title_are_the_same_story_but_not_the_same_body() -> None:
    title = "Eels come up the river in numbers unheard of"
    one, other = bare(title), bare(title)
    others = [make_article(title=f"Word{number} alone here") for number in range(8)]
    request = Request(window=THIS_WEEK, as_of=THIS_WEEK.end)
    rules = Rules(sections=(SectionRule(title="All"),), min_words=0)

    chosen = select(Contents(articles=(one, other, *others)), request, rules)

    reasons = {left.path: left.reason for left in chosen.left_out}
    assert {reasons.get(one.path), reasons.get(other.path)} >= {Reason.SAME_STORY}
    assert Reason.SAME_BODY not in reasons.values()


def test_titles_without_words_say_nothing_about_templates() -> None:
    line = "The same forty characters and more stand in every one of these articles."
    titles = ("!", "?", "…", "–")
    articles = [make_article(title=title, body=line) for title in titles]
    comparison = Comparison(articles)
    one, other, *_ = articles

    assert comparison.templates[one.path] >= TEMPLATE
    assert comparison.pairs() == []
    assert not comparison.is_one_story(one.path, other.path)
