from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.containers import Container, decode, normal, parse_container
from digest.articles.fences import MAX_FRONT
from digest.articles.reading_error import ReadingError

WANTED = {"title": "Boats", "date": "2026-08-11"}


def fields_of(text: str, suffix: str = ".md") -> tuple[dict[str, object], str]:
    container = parse_container(text.encode(), suffix)
    return {normal(name): value for name, value in container.values.items()}, container.body


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("---\ntitle: Boats\ndate: 2026-08-11\n---\nBody.\n", ".md"),
        ("---\ntitle: Boats\ndate: 2026-08-11\n...\nBody.\n", ".md"),
        ("----\ntitle: Boats\ndate: 2026-08-11\n----\n\nBody.", ".md"),
        ("--- \ntitle: Boats\ndate: 2026-08-11\n--- \n\nBody.", ".html"),
        ("---yaml\ntitle: Boats\ndate: 2026-08-11\n---\nBody.", ".md"),
        ('---json\n{"title": "Boats", "date": "2026-08-11"}\n---\nBody.', ".md"),
        ('--- toml\ntitle = "Boats"\ndate = "2026-08-11"\n---\nBody.', ".md"),
        ('+++\ntitle = "Boats"\ndate = "2026-08-11"\n+++\nBody.', ".md"),
        ('{\n  "title": "Boats",\n  "date": "2026-08-11"\n}\n\nBody.', ".md"),
        ('{"title": "Boats", "date": "2026-08-11"}Body.', ".md"),
        (';;;\n"title": "Boats",\n"date": "2026-08-11"\n;;;\nBody.', ".md"),
        ('"title": "Boats",\n"date": "2026-08-11",\n;;;\nBody.', ".md"),
        ("title: Boats\ndate: 2026-08-11\n---\nBody.", ".md"),
        ("Title: Boats\nDate: 2026-08-11\n\nBody.", ".md"),
        ("<!--\n.. title: Boats\n.. date: 2026-08-11\n-->\nBody.", ".md"),
        (".. title: Boats\n.. date: 2026-08-11\n\nBody.", ".rst"),
        ("Boats\n#####\n\n:date: 2026-08-11\n\nBody.", ".rst"),
        (":title: Boats\n:date: 2026-08-11\n\nBody.", ".rst"),
        ("#+TITLE: Boats\n#+DATE: <2026-08-11 Tue>\n\nBody.", ".org"),
        (
            '<!DOCTYPE html><title>Boats</title><meta name=date content="2026-08-11"><body>Body.',
            ".html",
        ),
        ("\n\n---\ntitle: Boats\ndate: 2026-08-11\n---\nBody.", ".md"),
    ],
)
def test_every_container_gives_the_same_fields_and_body(text: str, suffix: str) -> None:
    for written in (text, "\ufeff" + text, text.replace("\n", "\r\n")):
        fields, body = fields_of(written, suffix)

        assert fields == WANTED
        assert body == "Body."


def test_toml_dates_keep_their_type() -> None:
    fields, _ = fields_of("+++\ndate = 2026-08-11\ndraft = true\n[extra]\nx = 1\n+++\n")

    assert fields == {"date": date(2026, 8, 11), "draft": True, "extra": {"x": 1}}


@pytest.mark.parametrize(
    "text",
    [
        "# Boats\n\nBody.",
        "Note: this is a sentence.\n\nMore.",
        "Note: One\n---\n\nAn underlined heading.",
        "{% raw %}\nBody.",
        "{{< figure >}}",
        "One line",
        "",
        "A rule below\n\n---\n\nmore",
    ],
)
def test_text_without_front_matter_is_all_body(text: str) -> None:
    container = parse_container(text.encode(), ".md")

    assert container.values == {}
    assert container.body == text


def test_one_field_underlined_is_a_head_of_one_line_not_a_fence() -> None:
    # "Title: One" above a rule is a heading to Markdown and a title to readers: both agree.
    fields, body = fields_of("Title: One\n---\n\nBody.")

    assert fields == {"title": "One"}
    assert body == "Body."


def test_lines_after_a_pelican_head_may_hold_a_rule() -> None:
    fields, body = fields_of("Title: Boats\nDate: 2026-08-11\n\nOne.\n\n---\nTwo.")

    assert fields == WANTED
    assert body == "One.\n\n---\nTwo."


def test_indented_lines_continue_and_repeated_names_become_a_list() -> None:
    fields, _ = fields_of("Title: One\n  two\nAuthor: A\nAuthor: B\n    Bee\n\nBody.")

    assert fields == {"title": "One two", "author": ["A", "B Bee"]}


def test_repeated_meta_tags_become_a_list_and_entities_are_decoded() -> None:
    page = (
        '<html lang="fr"><head><meta property="article:tag" content="a &amp; b">'
        "<meta property='article:tag' content='c > d'><meta property='article:tag' content=x>"
        "<meta name=keywords content=e></head>x"
    )

    fields, body = fields_of(page, ".html")

    assert fields == {"article:tag": ["a & b", "c > d", "x"], "keywords": "e", "lang": "fr"}
    assert body == "x"


def test_org_tags_and_time_stamps_are_understood() -> None:
    fields, _ = fields_of("#+title: T\n#+tags[]: a b\n#+date: [2026-08-11 Tue 10:30]\n", ".org")
    filetags, _ = fields_of("#+filetags: :x:y:\n", ".org")

    assert fields["tags"] == ["a", "b"]
    assert fields["date"] == "2026-08-11 10:30"
    assert filetags["tags"] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("---\ntitle: x\n\nBody", "front matter opened with `---` is never closed", 1),
        ("\n\n+++\ntitle = 1\n", "front matter opened with `+++` is never closed", 3),
        (';;;\n"a": 1\n', "front matter opened with `;;;` is never closed", 1),
        ("---js\n{}\n---\n", "front matter in 'js' cannot be read", 1),
        ("\n---\na: 1\nb: 2\nb: 3\n---\n", "the front matter has field 'b' twice", 5),
        ("---\n- a\n---\n", "the front matter is no list of fields", 2),
        (f"---\na: {'x' * MAX_FRONT}\n---\n", "the front matter is larger than 64 KiB", 1),
        (f"+++\na = '{'x' * MAX_FRONT}'\n+++\n", "the front matter is larger than 64 KiB", 1),
        (f'{{"a": "{"x" * MAX_FRONT}"}}', "the front matter is larger than 64 KiB", 1),
        ('{"a": 1,\n"b"}\n', "the front matter is not JSON: Expecting ':' delimiter", 2),
        ('"a": 1,\n"b" 2\n;;;\n', "the front matter is not JSON: Expecting ':' delimiter", 2),
        ("title: a\ndate: b: c\n---\n", "mapping values are not allowed", 2),
    ],
)
def test_a_broken_container_is_an_error_with_its_line(text: str, what: str, line: int) -> None:
    with pytest.raises(ReadingError) as error:
        parse_container(text.encode(), ".md")

    assert what in error.value.what
    assert error.value.line == line


@pytest.mark.parametrize(
    ("raw", "what", "line"),
    [
        (b"a\nb\0", "the file holds a NUL byte, so it is not a text file", 2),
        (b"a\n\xffb", "the file is not UTF-8: byte 0xff", 2),
        (b"\xef\xbb\xbf\n\n\xe4", "the file is not UTF-8: byte 0xe4", 3),
        (b"\xff\xfea\0", "the file is UTF-16", 1),
        (b"\xed\xa0\x80", "the file is not UTF-8: byte 0xed", 1),
    ],
)
def test_what_is_not_utf8_text_is_an_error(raw: bytes, what: str, line: int) -> None:
    with pytest.raises(ReadingError) as error:
        decode(raw)

    assert error.value.what == what
    assert error.value.line == line


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")))
def test_any_text_survives_decoding(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()) == text


def test_the_line_of_a_field_is_found_in_every_spelling() -> None:
    front = 'title: x\n"Publish-Date" = 1\n<meta name="og:image">'
    container = Container({}, "", front, 10)

    assert container.line_of("title") == 10
    assert container.line_of("publishdate") == 11
    assert container.line_of("og:image") == 12
    assert container.line_of("nothing") == 0
