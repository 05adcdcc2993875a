"""Which words and texts config.toml takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.permalinks import PATTERNS
from digest.config import addresses, texts
from digest.config.mistake import Wrong
from digest.config.values import Check, check_zone, optional
from digest.errors import ConfigError
from digest.issue.header import clean_header

LANGUAGES = ["en", "gsw", "de-AT", "zh-Hant", "zh-Hant-TW", "es-419", "sl-rozaj", "pt-BR"]
URLS = [
    "https://example.org",
    "http://localhost:8000/",
    "https://example.org/a/b%20c",
    "https://müller.example/ä",
    "http://[::1]:8080/x",
    "HTTPS://example.org",
]
SOUND: list[tuple[Check[str], list[str]]] = [
    (texts.check_line, ["x", " x ", "港 · Ж — 😀", "a" * 200]),
    (texts.check_prose, ["", "two\nlines\r\n\tand more", "مرحبا", "x" * 20_000]),
    (texts.check_phrase, ["Read more", "a.md"]),
    (texts.check_path, [".", "~/posts", "../a b", "/srv/content"]),
    (texts.check_template_name, ["weekly", "a1_b-c"]),
    (texts.check_newsletter_name, ["weekly", "a", "jobs-2026", "x" * 40]),
    (texts.check_language, LANGUAGES),
    (texts.check_colour, ["#000000", "#aBcDeF"]),
    (
        texts.check_template,
        [
            "{{ lead.title }}",
            "Plain",
            "{{site.name}} no. {{- issue.number -}}",
            "{{ stories[0].title }}",
            "{% if count > 3 %}{{ anything }}{% endif %}",
            "{{ 'a' if count == 1 else lead.title }}",
        ],
    ),
    (addresses.check_base_url, URLS),
    (addresses.check_url, [*URLS, "https://a.example/x.png?w=1&h=2#top"]),
    (addresses.check_email, ["a@b.example", "o'brien+x@müller.example"]),
    (addresses.check_url_pattern, ["", "{base}/{section}/{slug}.html", "/x/{year}"]),
    (check_zone, ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia"]),
    (optional(texts.check_line), ["", "x"]),
]
WRONG: list[tuple[Check[str], list[str]]] = [
    (
        texts.check_line,
        ["", " ", "a\nb", "a\u202eb", "a\u2028b", "\ud800", "=?utf-8?q?x?=", "a" * 201],
    ),
    (texts.check_prose, ["a\0b", "a\x1bb", "a\u202eb", "\udfff", "x" * 20_001]),
    (texts.check_phrase, ["", "\n", "a\0b", "x" * 1001]),
    (texts.check_path, ["", "  ", "a\0b"]),
    (
        texts.check_template_name,
        ["", "Weekly", "../x", "a/b", "weekly.html.j2", "1", "x" * 41, "a\n"],
    ),
    (texts.check_newsletter_name, ["", "breaking", "Weekly", "1st", "a_b", "-a", "x" * 41, "a\n"]),
    (texts.check_language, ["", "e", "english language", "en_GB", "de-", "en-GB\n", "x-klingon"]),
    (texts.check_colour, ["", "#fff", "navy", "#12345g", "#1234567", "#000000\n", "rgb(0,0,0)"]),
    (
        texts.check_template,
        ["", "{{ lead.title }", "{% if x }", "{{ lead }}", "{{ lead.url }}", "{{ date }}", "a\nb"],
    ),
    (
        addresses.check_base_url,
        [
            *(
                "",
                "example.org",
                "//example.org",
                "/x",
                "ftp://example.org",
                "https://",
                "https:///x",
            ),
            *("https://u@example.org", "https://u:p@example.org/", "https://example.org?x=1"),
            *("https://example.org/#x", "https://exa mple.org", "https://example.org/\n"),
            *('https://example.org/"', "https://example.org/\u200b", "javascript://x/%0aalert(1)"),
        ],
    ),
    (
        addresses.check_url,
        ["logo.png", "data:image/png;base64,x", "https://a.example/<x>", "https://[x"],
    ),
    (
        addresses.check_email,
        [
            *(
                "a",
                "@b",
                "a@",
                "a@b@c",
                "a b@c",
                "A <a@b>",
                "a@b,c@d",
                "a@b\n",
                "a\0@b",
                "\ud800@b",
            ),
            f"a@{'b' * 260}",
        ],
    ),
    (
        addresses.check_url_pattern,
        ["{base}/ {slug}", "{slug", "slug}", "{Slug}", "{base}/{date}", "{}", "{{slug}}", "a\0"],
    ),
    (
        check_zone,
        ["", "Berlin", "Europe", "../../etc/passwd", "/etc/passwd", "\0", "\ud800", "x" * 300],
    ),
    (optional(texts.check_line), [" "]),
]


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, every in SOUND for text in every]
)
def test_sound_text_passes(check: Check[str], text: str) -> None:
    assert check(text) is None


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, every in WRONG for text in every]
)
def test_wrong_text_is_told_with_its_remedy(check: Check[str], text: str) -> None:
    wrong = check(text)

    assert isinstance(wrong, Wrong)
    assert wrong.what
    assert wrong.remedy.endswith((".", '"'))


def test_the_generators_own_patterns_are_sound() -> None:
    assert all(addresses.check_url_pattern(pattern) is None for pattern in PATTERNS.values())


@pytest.mark.parametrize("url", ["https://u@example.org", "https://u:p@example.org/x"])
def test_names_and_passwords_in_addresses_are_called_by_name(url: str) -> None:
    for check in (addresses.check_base_url, addresses.check_url):
        wrong = check(url)

        assert wrong
        assert wrong.what == "holds a user name or password, which readers would see"


@given(st.text(max_size=30))
def test_property_a_line_that_passes_can_be_a_header(text: str) -> None:
    """The quick look finds whatever the one door for headers refuses."""
    if texts.check_line(text) is None:
        assert clean_header(text, "here")
    elif text.strip():
        with pytest.raises(ConfigError):
            clean_header(text, "here")


@given(st.sampled_from([check for check, _ in SOUND]), st.text(max_size=20))
def test_property_every_check_has_an_answer(check: Check[str], text: str) -> None:
    wrong = check(text)

    assert wrong is None or wrong.what
