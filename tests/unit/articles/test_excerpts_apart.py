"""Excerpts that a child makes are those that would be made here."""

import os

import pytest

from builders import PARAGRAPH, make_article
from digest.articles import excerpts_apart as module
from digest.articles.article import Article, Wishes
from digest.articles.excerpts import excerpts_of
from digest.articles.excerpts_apart import excerpts_apart

FIRST = PARAGRAPH.strip()


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    # Threads that other tests have left behind would keep it from forking.
    monkeypatch.setattr("threading.active_count", lambda: 1)


def articles() -> list[Article]:
    made = [
        make_article(path=f"{number}.md", summary="", body=f"{FIRST} No. {number}.")
        for number in range(40)
    ]
    blurb = make_article(path="blurb.md", wishes=Wishes(blurb="Read **this** one."))
    return [*made, blurb, make_article(path="nothing.md", summary="", body="")]


def test_they_are_the_same_as_here(monkeypatch: pytest.MonkeyPatch) -> None:
    every = articles()
    here = excerpts_of(every, every, ["Read this"])

    there = excerpts_apart(every, every, ["Read this"])
    monkeypatch.setattr(module, "excerpts_of", lambda *_: pytest.fail("made here"))

    assert [there(one) for one in every] == [here(one) for one in every]


def test_a_child_that_dies_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    every, parent, real = articles(), os.getpid(), excerpts_of

    def dies(*given: object) -> object:
        return real(*given) if os.getpid() == parent else os._exit(7)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(module, "excerpts_of", dies)
    there = excerpts_apart(every, every)

    here = real(every, every)
    assert [there(one) for one in every] == [here(one) for one in every]


def test_no_child_for_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    few = articles()[:3]

    assert excerpts_apart(few, few)(few[0]) == excerpts_of(few, few)(few[0])
