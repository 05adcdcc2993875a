from datetime import datetime
from typing import Any

import pytest

from builders import BERLIN, bad_file, make_reading_rules, parse_file, read_fields
from digest.articles.article import Article, BadFile, BodyFormat, Visibility, Wishes
from digest.articles.fields import Fields
from digest.articles.read import body_format, categories_of, count_words, parse_article
from digest.articles.settings import Generator, LinkTo
from digest.errors import Problem

REAL = """---
title: 1.1M insurance customers were exposed - here&#8217;s what to know
date: '2025-08-26'
excerpt: >-
  Tech Home Tech Security 1.1M insurance customers
  were exposed &amp; more...
coverImage: >-
  https://images.example/photo-1?w=400&h=200
author: Courier
tags:
  - Ai
  - Security
category: General AI
source: >-
  https://www.news.example/article/1-1m-customers/?utm_source=rss
---
Tech Home

Farmers told <b>its</b> customers.
"""


def test_an_article_of_the_real_archive_is_read_whole() -> None:
    article = parse_file(REAL, "1-1m-customers.md", generator=Generator.NEXT)

    assert article == Article(
        path="1-1m-customers.md",
        title="1.1M insurance customers were exposed - here’s what to know",
        published_at=datetime(2025, 8, 26, tzinfo=BERLIN),
        has_time=False,
        categories=("General AI",),
        tags=("Ai", "Security"),
        authors=("Courier",),
        url="https://harbour-courier.example/posts/1-1m-customers",
        origin_url="https://www.news.example/article/1-1m-customers/?utm_source=rss",
        summary="Tech Home Tech Security 1.1M insurance customers were exposed & more...",
        body="Tech Home\n\nFarmers told <b>its</b> customers.",
        body_format=BodyFormat.MARKDOWN,
        cover_url="https://images.example/photo-1?w=400&h=200",
        identity="url:https://www.news.example/article/1-1m-customers",
        fingerprint=article.fingerprint if isinstance(article, Article) else "",
        words=6,
    )


def test_what_the_front_matter_says_arrives() -> None:
    article = read_fields(
        "title: Boats\ndate: 2026-08-11 10:30\nexpiryDate: 2026-09-01\ndraft: true\n"
        "lang: pt_BR\nid: b7\ncover: {image: /b.png, alt: Quay}\ndigest: {pin: 1}",
        link=LinkTo.SITE,
    )

    assert article.published_at == datetime(2026, 8, 11, 10, 30, tzinfo=BERLIN)
    assert article.has_time
    assert article.expires_at == datetime(2026, 9, 1, tzinfo=BERLIN)
    assert article.visibility is Visibility.DRAFT
    assert article.language == "pt-BR"
    assert article.identity == "id:b7"
    assert article.cover_url == "https://harbour-courier.example/b.png"
    assert article.cover_alt == "Quay"
    assert article.wishes == Wishes(pin=1)


def test_a_link_to_the_source_keeps_covers_on_the_site() -> None:
    article = read_fields(
        "source: https://y.example/a/\ncover: b.png",
        link=LinkTo.SOURCE,
        generator=Generator.HUGO,
    )

    assert article.url == "https://y.example/a/"
    assert article.cover_url == "https://harbour-courier.example/posts/boats/b.png"


@pytest.mark.parametrize("lang", ["x", "en us", "<b>", "english-and-more-than-that"])
def test_a_language_that_is_none_is_left_out(lang: str) -> None:
    assert read_fields(f"lang: '{lang}'").language == ""


def test_a_language_in_the_name_is_read() -> None:
    assert read_fields("title: x", path="boats.fr.md", generator=Generator.HUGO).language == "fr"


def test_defaults_of_the_folder_are_taken() -> None:
    defaults: dict[str, Any] = {"date": "2026-08-11", "Tags": ["a"], "title": "Folder's"}

    article = parse_article(
        b"---\ntitle: Own\n---\n", "x.md", make_reading_rules(), defaults=defaults
    )

    assert isinstance(article, Article)
    assert (article.title, article.tags) == ("Own", ("a",))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "Just text.",
            Problem(
                "posts/boats.md:1",
                "the article has no date",
                "Add `date: 2025-07-21`; a page that is no article gets `newsletter: false`.",
            ),
        ),
        (
            "---\ntitle: x\ndate: today\n---\n",
            Problem(
                "posts/boats.md:3",
                "date names no fixed day: 'today'",
                "Write the day, as in 2025-07-21.",
            ),
        ),
        (
            "---\ntitle: x\n\nPublish-Date: 2026-02-30\n---\n",
            Problem(
                "posts/boats.md:4",
                "publishdate is no date we can use: '2026-02-30' (day is out of range for month)",
                "Write year-month-day, as in 2025-07-21 or 2025-07-21 09:30.",
            ),
        ),
        (
            "---\ntitle: [a]\ndate: 2026-08-11\n---\n",
            Problem(
                "posts/boats.md:2",
                "title is a list, not one text",
                "Write title on one line; quote it if it has brackets.",
            ),
        ),
    ],
)
def test_a_bad_file_says_where_what_and_what_to_do(text: str, problem: Problem) -> None:
    assert bad_file(text) == BadFile("posts/boats.md", problem)


def test_the_path_of_a_bad_file_can_be_printed() -> None:
    found = bad_file("x", "a\x1b\udcff.md")

    assert found.path == r"a\x1b\udcff.md"
    assert found.problem.where == r"a\x1b\udcff.md:1"


@pytest.mark.parametrize(
    ("text", "path", "visibility"),
    [
        ("---\ndraft: true\n---\n", "x.md", Visibility.DRAFT),
        ("Text.", "_drafts/x.md", Visibility.DRAFT),
        ("---\ntitle: Posts\n---\n", "posts/_index.md", Visibility.NOT_AN_ARTICLE),
        ("About.", "README.md", Visibility.NOT_AN_ARTICLE),
        ("---\nnewsletter: false\n---\n", "about.md", Visibility.PUBLIC),
    ],
)
def test_what_readers_cannot_see_needs_no_date(
    text: str, path: str, visibility: Visibility
) -> None:
    article = parse_file(text, path)

    assert isinstance(article, Article)
    assert article.visibility is visibility
    assert article.published_at.timestamp() == 0


def test_a_dated_readme_is_an_article() -> None:
    article = parse_file("---\ndate: 2026-08-11\n---\n", "README.md")

    assert isinstance(article, Article)
    assert article.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("path", "generator", "categories"),
    [
        ("sport/x.md", Generator.PELICAN, ("sport",)),
        ("x.md", Generator.PELICAN, ()),
        ("a/b/_posts/x.md", Generator.JEKYLL, ("a", "b")),
        ("_posts/a/x.md", Generator.JEKYLL, ()),
        ("a/x.md", Generator.JEKYLL, ()),
        ("sport/x.md", Generator.HUGO, ()),
    ],
)
def test_folders_are_categories_to_some(
    path: str, generator: Generator, categories: tuple[str, ...]
) -> None:
    assert categories_of(Fields({}, {}), path, generator) == categories
    assert categories_of(Fields({"category": "Own"}, {}), path, generator) == ("Own",)


@pytest.mark.parametrize(
    ("body", "path", "form"),
    [
        ("Text.", "x.md", BodyFormat.MARKDOWN),
        ("Text.", "x.HTML", BodyFormat.HTML),
        ("Text.", "x.rst", BodyFormat.TEXT),
        ("Text.", "x.org", BodyFormat.TEXT),
        ("<p>One</p>\n\n<p>Two</p>", "x.md", BodyFormat.HTML),
        ("<P class='x'>One</P>", "x.md", BodyFormat.HTML),
        ("<figure>x</figure>\n\nOne.\n\nTwo.", "x.md", BodyFormat.MARKDOWN),
        ("<pre>x</pre>", "x.md", BodyFormat.MARKDOWN),
        ("\t\n<figure>x</figure>\n<p>One</p>", "x.md", BodyFormat.HTML),
        ("<iframe src=x></iframe><p>One</p>", "x.md", BodyFormat.HTML),
        ("<em>One</em> two.", "x.md", BodyFormat.MARKDOWN),
        ("", "x", BodyFormat.MARKDOWN),
    ],
)
def test_the_format_of_a_body_shows(body: str, path: str, form: BodyFormat) -> None:
    assert body_format(body, path) is form


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("One two  three\n", 3),
        ("<p class='a b c'>One <b>two</b></p>", 2),
        ("a < b and c > d", 7),
        ("Größe über alles", 3),
        ("日本語の文章です。", 5),
        ("ภาษาไทย", 4),
        ("“One” ’two’ – three more words of plain English text, and a 語", 13),
    ],
)
def test_words_are_counted_without_tags(body: str, words: int) -> None:
    assert count_words(body) == words


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("excerpt_separator: <!--cut-->", "<!--cut-->"),
        (r'excerpt_separator: "\n\n"', "\n\n"),
        ('excerpt_separator: ""', ""),
        ("excerpt_separator: [a]", ""),
        ("tags: a", ""),
    ],
)
def test_the_separator_of_the_excerpt_is_read_as_written(line: str, separator: str) -> None:
    assert read_fields(line).excerpt_separator == separator
