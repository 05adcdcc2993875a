import re
from datetime import datetime

import pytest

from builders import BERLIN, make_reading_rules
from digest.articles.fields import Fields
from digest.articles.permalinks import (
    PATTERNS,
    Addresses,
    Page,
    addresses_of,
    file_language,
    pattern_of_colons,
    slugified,
)
from digest.articles.settings import PLACEHOLDERS, Generator, LinkTo

DAY = datetime(2025, 7, 21, tzinfo=BERLIN)


def addresses(values: dict[str, object], path: str = "boats.md", **rules: object) -> Addresses:
    page = Page(path, "Über Boote & Co.", ("Harbour News", "Sport"), DAY)
    own = make_reading_rules(**({"base_url": "https://x.example"} | rules))
    return addresses_of(Fields(values, {}), page, own)


def site(values: dict[str, object], path: str = "boats.md", **rules: object) -> str:
    return addresses(values, path, **rules).site.removeprefix("https://x.example")


@pytest.mark.parametrize(
    ("generator", "path", "url"),
    [
        (Generator.PLAIN, "a/boats.md", "/a/boats"),
        (Generator.HUGO, "posts/Big Boats.md", "/posts/big-boats/"),
        (Generator.HUGO, "posts/boats/index.md", "/posts/boats/"),
        (Generator.HUGO, "posts/boats.fr.md", "/posts/boats/"),
        (
            Generator.JEKYLL,
            "_posts/2025-07-21-boats.md",
            "/harbour%20news/sport/2025/07/21/boats.html",
        ),
        (Generator.HEXO, "boats.md", "/2025/07/21/boats/"),
        (Generator.ASTRO, "boats.md", "/blog/boats/"),
        (Generator.NEXT, "boats.md", "/posts/boats"),
        (Generator.ELEVENTY, "posts/2025-07-21-boats.md", "/posts/boats/"),
        (Generator.GATSBY, "boats/index.md", "/boats/"),
        (Generator.PELICAN, "boats.md", "/uber-boote-co.html"),
        (Generator.NIKOLA, "boats.rst", "/posts/boats/"),
        (Generator.MKDOCS, "boats.md", "/blog/2025/07/21/uber-boote-co/"),
        (Generator.ZOLA, "blog/2025-07-21-boats.md", "/blog/boats/"),
        (Generator.DOCUSAURUS, "2025-07-21-boats.mdx", "/blog/2025/07/21/boats"),
        (Generator.DOCUSAURUS, "2025/07/21/boats.mdx", "/blog/2025/07/21/boats"),
        (Generator.DOCUSAURUS, "boats.mdx", "/blog/boats"),
        (Generator.QUARTO, "posts/boats.qmd", "/posts/boats.html"),
    ],
)
def test_every_generator_has_its_own_addresses(generator: Generator, path: str, url: str) -> None:
    assert site({}, path, generator=generator) == url


def test_every_generator_has_a_pattern_of_known_parts() -> None:
    assert PATTERNS.keys() == set(Generator)
    parts = {part for pattern in PATTERNS.values() for part in re.findall(r"{(.*?)}", pattern)}
    assert parts <= set(PLACEHOLDERS)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("{base}/posts/{slug}", "/posts/boats"),
        ("{base}/{section}/{year}-{month}-{day}/{title}/", "/news/2025-07-21/boats/"),
        ("{base}/{categories}/{path}.html", "/harbour%20news/sport/news/boats.html"),
        ("https://m.example/{slug}", "https://m.example/boats"),
    ],
)
def test_the_publishers_pattern_wins(pattern: str, url: str) -> None:
    path = "news/2025-07-21-boats.md"

    assert site({"slug": "boats"}, path, url_pattern=pattern) == url


def test_a_missing_section_leaves_no_double_slash() -> None:
    assert site({}, url_pattern="{base}/{section}/{slug}") == "/boats"


def test_an_undated_article_has_no_dated_address() -> None:
    page = Page("boats.md", "Boats", (), None)
    rules = make_reading_rules(generator=Generator.HEXO)

    assert addresses_of(Fields({}, {}), page, rules).site == ""


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"slug": "ships"}, "/ships"),
        ({"slug": "/a/../ships/"}, "/a/ships"),
        ({"slug": "what? #1"}, "/what%3F%20%231"),
        ({"url": "/fleet/ships/"}, "/fleet/ships/"),
        ({"permalink": "fleet/ships"}, "/fleet/ships"),
        ({"path": "fleet"}, "/fleet"),
        ({"url": "https://y.example/ships"}, "https://y.example/ships"),
        ({"url": "javascript:alert(1)", "permalink": "/ships"}, "/ships"),
        ({"permalink": "/:categories/:year/:title/"}, "/harbour%20news/sport/2025/boats/"),
        ({"permalink": "pretty"}, "/harbour%20news/sport/2025/07/21/boats/"),
        ({"permalink": "/:y_day/:title/"}, "/boats"),
        ({"permalink": "/{{ page.fileSlug }}/"}, "/boats"),
        ({"permalink": "false"}, "/boats"),
        ({"url": ["/first/", "/second/"]}, "/first/"),
        ({"canonicalUrl": "https://x.example/canonical"}, "/canonical"),
    ],
)
def test_the_front_matter_names_an_address(values: dict[str, object], url: str) -> None:
    assert site(values) == url


def test_without_a_base_url_only_absolute_addresses_are_built() -> None:
    assert site({}, base_url="") == ""
    assert site({"url": "/x/"}, base_url="") == ""
    assert site({"canonicalUrl": "https://y.example/b"}, base_url="") == "https://y.example/b"


@pytest.mark.parametrize(
    ("values", "origin"),
    [
        ({"source": "https://y.example/a"}, "https://y.example/a"),
        ({"source": "Reuters", "link": "https://y.example/b"}, "https://y.example/b"),
        ({"external_url": "https://y.example/c"}, "https://y.example/c"),
        ({"source": {"name": "Reuters", "url": "https://y.example/d"}}, "https://y.example/d"),
        ({"canonicalUrl": "https://y.example/e"}, "https://y.example/e"),
        ({"canonicalUrl": "https://x.example/e"}, ""),
        ({"source": "javascript:alert(1)"}, ""),
        ({"source": "/relative"}, ""),
    ],
)
def test_the_origin_of_a_story_is_found(values: dict[str, object], origin: str) -> None:
    assert addresses(values).origin == origin


def test_the_link_leads_where_config_says_and_elsewhere_if_it_must() -> None:
    both = Addresses("https://x.example/a", "https://y.example/a", "")

    assert both.link(LinkTo.SITE) == "https://x.example/a"
    assert both.link(LinkTo.SOURCE) == "https://y.example/a"
    assert both._replace(site="").link(LinkTo.SITE) == "https://y.example/a"
    assert both._replace(origin="").link(LinkTo.SOURCE) == "https://x.example/a"
    assert Addresses("", "", "").link(LinkTo.SITE) == ""


def test_permalinks_of_jekyll_become_patterns() -> None:
    assert pattern_of_colons("/:year/:title.html") == "{base}/{year}/{title}.html"
    assert pattern_of_colons("none") == "{base}/{categories}/{title}.html"
    assert pattern_of_colons("/:hash/") == ""


@pytest.mark.parametrize(
    ("path", "generator", "language"),
    [
        ("a/boats.fr.md", Generator.HUGO, "fr"),
        ("boats.pt-br.md", Generator.ZOLA, "pt-br"),
        ("node.js.md", Generator.PLAIN, ""),
        ("boats.md", Generator.HUGO, ""),
    ],
)
def test_a_language_in_the_name_is_known_to_some(
    path: str, generator: Generator, language: str
) -> None:
    assert file_language(path, generator) == language


def test_slugs_have_no_accents_and_no_marks() -> None:
    assert slugified("Über “Boote”, die 2. – Straße_n!") == "uber-boote-die-2-strasse-n"
    assert slugified("日本") == "日本"


def test_a_short_year_is_no_part_of_jekylls_address() -> None:
    rules = {"generator": Generator.JEKYLL, "url_pattern": "{base}/{title}/"}

    assert site({}, "_posts/25-07-21-boats.md", **rules) == "/boats/"


def test_a_time_is_no_part_of_a_title_in_hugo() -> None:
    name = "2025-07-21-14-30-00-boats.md"

    assert site({}, name, generator=Generator.HUGO, url_pattern="{base}/{title}/") == "/boats/"
    assert site({}, name, url_pattern="{base}/{title}/") == "/14-30-00-boats/"
