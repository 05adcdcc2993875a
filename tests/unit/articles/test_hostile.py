"""Whatever stands in a file, it ends as an article or as a bad file with a remedy."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import bad_file, make_reading_rules, parse_file
from digest.articles.article import Article, BadFile
from digest.articles.read import parse_article
from digest.articles.settings import Generator

DATED = "date: 2026-08-11"

BAD: dict[str, tuple[str | bytes, str, int]] = {
    "broken YAML": ("---\ntitle: a: b\n---\n", "the front matter is not YAML", 2),
    "a day that is none": ("---\ntitle: x\ndate: 2026-02-30\n---\n", "2026-02-30", 3),
    "a day of TOML that is none": ("+++\ndate = 2026-02-30\n+++\n", "not TOML", 2),
    "year 9999": ("---\ndate: 9999-12-31\n---\n", "the year 9999 is outside", 2),
    "year 9999 of TOML": ("+++\ndate = 9999-12-31T23:59:59Z\n+++\n", "the year 9999", 2),
    "an anchor": (f"---\n{DATED}\na: &x 1\n---\n", "anchor &x", 3),
    "an alias": (f"---\n{DATED}\na: *x\n---\n", "alias *x", 3),
    "a bomb": ("---\na: &a [x]\nb: &b [*a, *a]\n---\n", "anchor &a", 2),
    "a merge bomb": ("---\na: &a {x: 1}\nb:\n  <<: *a\n---\n", "anchor &a", 2),
    "an object": ("---\na: !!python/object/apply:os.system [ls]\n---\n", "tag", 2),
    "10 MB of YAML": ("---\n" + "a: bbbbbbbb\n" * 900_000 + "---\n", "larger than 64 KiB", 1),
    "10 MB of TOML": ("+++\na = '" + "b" * 10_000_000 + "'\n+++\n", "larger than 64 KiB", 1),
    "10 MB of JSON": ('{"a": "' + "b" * 10_000_000 + '"}', "larger than 64 KiB", 1),
    "10 MB never closed": ("---\n" + "a: bbbbbbbb\n" * 900_000, "is never closed", 1),
    "deep YAML": ("---\na: " + "[" * 30_000 + "\n---\n", "nested more than 20", 2),
    "deep block YAML": ("---\n" + "- " * 30_000 + "\n---\n", "nested more than 20", 2),
    "deep JSON": ('{"a": ' + "[" * 60_000, "", 1),
    "deep JSON, closed": ('{"a": ' + "[" * 50 + "]" * 50 + "}", "nested more than 20", 1),
    "deep TOML": ("+++\na = " + "[" * 60_000 + "\n+++\n", "nested more than 20", 2),
    "deep dotted TOML": ("+++\n" + "a." * 30_000 + "a = 1\n+++\n", "nested more than 20", 2),
    "NUL": (f"---\ntitle: a\0b\n{DATED}\n---\n", "the file holds a NUL byte", 2),
    "invalid UTF-8": (b"---\ntitle: \xff\n---\n", "the file is not UTF-8: byte 0xff", 2),
    "UTF-16": ("---\ntitle: x\n---\n".encode("utf-16"), "the file is UTF-16", 1),
    "lone surrogate": ("---\ntitle: \ud800\n---\n", "the file is not UTF-8: byte 0xed", 2),
    "surrogate of JSON": ('{"title": "\\ud800"}', "half of a surrogate pair", 1),
    "surrogate of YAML": ('---\ntitle: "\\ud800"\n---\n', "the front matter is not YAML", 2),
    "a field twice in YAML": (f"---\n{DATED}\n{DATED}\n---\n", "field 'date' twice", 3),
    "a field twice in JSON": ('{"a": 1, "a": 2}', "field 'a' twice", 1),
    "a field twice in TOML": ("+++\na = 1\na = 2\n+++\n", "not TOML", 3),
    "title is a list": (f"---\ntitle: [a]\n{DATED}\n---\n", "title is a list", 2),
    "title is a mapping": (f"---\n{DATED}\ntitle: {{a: b}}\n---\n", "title is a mapping", 3),
    "date is a list": ("---\ndate: [2026-08-11]\n---\n", "date is no date", 2),
    "YAML that is a list": ("---\n- a\n---\n", "is no list of fields", 2),
    "YAML that is text": ("---\nhello\n---\n", "is no list of fields", 2),
    "never closed": (f"---\ntitle: x\n{DATED}\n", "`---` is never closed", 1),
    "never closed TOML": ("+++\ntitle = 'x'\n", "`+++` is never closed", 1),
    "front matter of a program": ("---js\n{}\n---\n", "front matter in 'js'", 1),
    "empty": ("", "the article has no date", 1),
    "only a fence": ("---", "`---` is never closed", 1),
    "a control character": (f"---\n{DATED}\na: b\x07\n---\n", "a character that YAML forbids", 3),
    "a huge number": ("+++\na = 0x" + "f" * 10_000 + "\n+++\n", "more than 64 bits", 2),
    "a long line before a bad field": (
        f"---\na: >-\n {' -' * 30_000}\ndate: soon\n---\n",
        "date is no date",
        4,
    ),
    "a draft that may be one": (f"---\n{DATED}\ndraft: perhaps\n---\n", "draft is neither", 3),
}


@pytest.mark.parametrize("name", BAD)
def test_hostile_files_end_as_bad_files_with_line_and_remedy(name: str) -> None:
    text, what, line = BAD[name]

    started = time.process_time()
    found = bad_file(text)

    assert what in found.problem.what
    assert found.problem.where == f"posts/boats.md:{line}"
    assert found.problem.remedy.endswith(".")
    assert len(found.problem.what) < 300
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        f"---\ntitle: ''\n{DATED}\n---\n",
        f"---\ntitle: '<b></b>'\n{DATED}\n---\n",
        f'---\ntitle: "\\u200b\\u202e"\n{DATED}\n---\n',
        f"---\ntags: {{a: b}}\nauthors: 5\ncover: [[[]]]\n{DATED}\n---\n",
        f"---\nsource: javascript:alert(1)\ncover: data:x\nurl: 'file:///x'\n{DATED}\n---\n",
        f"---\n{DATED}\n---\n" + "<" * 300_000,
        f"---\n{DATED}\n---\n" + "<img " * 100_000,
        f"---\n{DATED}\n---\n" + "![" * 100_000,
        f"---\n{DATED}\n---\n" + "`" * 300_000,
        f"---\n{DATED}\n---\n" + "# " * 100_000,
        f'---\n{DATED}\ntitle: "' + "*_`[<&" * 8_000 + '"\n---\n',
        f'---\n{DATED}\nurl: "https://x.example/' + "%" * 50_000 + '"\n---\n',
        f"---\n{DATED}\ntags: '" + ";," * 25_000 + "'\n---\n",
        "<html>" + "<meta " * 100_000 + f"<meta name=date content=2026-08-11><body>{'<' * 99_999}",
        "#+TITLE: x\n#+DATE: 2026-08-11\n" + "#+x: y\n" * 50_000,
        "Date: 2026-08-11\nTitle: x\n" + "  more\n" * 8_000,
        f"---\n{DATED}\n---\n# " + "#" * 300_000 + "x",
        f"---\n{DATED}\n---\n" + "<h1>" * 100_000,
        f"---\n{DATED}\n---\n" + "\n " * 100_000,
        "<html><meta name=date content=2026-08-11><meta " + "a" * 60_000 + "><body>x",
        f"---\n{DATED}\n? " + "-" * 60_000 + "\n---\n",
    ],
)
def test_strange_but_sound_files_are_articles_in_short_time(text: str) -> None:
    path = "posts/2026-08-11-boats." + ("org" if text.startswith("#+") else "md")

    started = time.process_time()
    found = parse_file(text, path)

    assert isinstance(found, Article), found
    assert found.title
    assert len(found.title) <= 300
    assert found.url.startswith("https://harbour-courier.example/posts/")
    assert found.cover_url == ""
    assert time.process_time() - started < 1


FIELD_NAMES = st.sampled_from(
    [
        "title",
        "date",
        "published",
        "draft",
        "tags",
        "category",
        "author",
        "cover",
        "url",
        "slug",
        "source",
        "digest",
        "newsletter",
        "expiryDate",
        "build",
        "id",
        "lang",
        "excerpt",
        "status",
    ]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["2026-08-11", "true", "[a, {b: c}]", "{pin: 1}", "9999-12-31", "~", "&a", "|"]
    ),
    st.sampled_from(
        ["https://x.example/a?b", "//x", "2026-08-11 10:00 +0200", "[", "'", "\ud800"]
    ),
)
LINES = st.lists(
    st.tuples(FIELD_NAMES, st.sampled_from([": ", " = ", ":", "\n  - "]), VALUES).map("".join),
    max_size=6,
).map("\n".join)
FENCES = st.sampled_from(
    [
        ("---\n", "\n---\n"),
        ("+++\n", "\n+++\n"),
        ("{", "}"),
        (";;;\n", "\n;;;\n"),
        ("", "\n---\n"),
        ("", "\n\n"),
        ("<!--\n.. ", "\n-->\n"),
        ("<html><meta name='", "'>"),
        ("#+", "\n"),
        ("---", ""),
    ]
)
PATHS = st.sampled_from(
    ["x.md", "a/_posts/2026-08-11-x.html", "x.rst", "x.org", "_index.md", "\udcff"]
)


def check(raw: bytes, path: str, generator: Generator) -> None:
    found = parse_article(raw, path, make_reading_rules(generator=generator))

    if isinstance(found, BadFile):
        assert found.problem.where.startswith(found.path)
        assert found.problem.what
        assert found.problem.remedy
        assert f"{found.path}{found.problem}".encode()
    else:
        assert isinstance(found, Article)
        assert found.title
        assert f"{found.path}{found.title}{found.identity}{found.url}{found.tags}".encode()


@settings(max_examples=200)
@given(st.binary(max_size=300), PATHS, st.sampled_from(Generator))
def test_any_bytes_are_an_article_or_a_bad_file(
    raw: bytes, path: str, generator: Generator
) -> None:
    check(raw, path, generator)


@settings(max_examples=200)
@given(FENCES, LINES, st.text(max_size=40), PATHS, st.sampled_from(Generator))
def test_anything_like_front_matter_is_an_article_or_a_bad_file(
    fence: tuple[str, str], lines: str, body: str, path: str, generator: Generator
) -> None:
    text = fence[0] + lines + fence[1] + body

    check(text.encode("utf-8", "surrogatepass"), path, generator)
