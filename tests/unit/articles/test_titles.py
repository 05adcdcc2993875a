import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import read_fields
from digest.articles.fields import Fields
from digest.articles.reading_error import ReadingError
from digest.articles.titles import clean_title, name_parts, title_of


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Boats", "Boats"),
        ("  Boats \n and\tships  ", "Boats and ships"),
        ("Tom &amp; Jerry&#8217;s", "Tom & Jerry’s"),
        ("Tom &amp;amp; Jerry&amp;#8217;s", "Tom & Jerry’s"),
        ("<em>Big</em> <b class='x'>news</b>", "Big news"),
        ("**Big** _news_ and `code`", "Big news and code"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("[Boats](https://x.example/y)", "Boats"),
        ("pay\u200bpal\u202etxt.exe\u2066", "paypaltxt.exe"),
        ("\ufeffBo\u00adats\u2060", "Boats"),
        ("pay\u200cpal \u200dx\u200d", "paypal x"),
        ("می‌خواهم", "می‌خواهم"),
        ("👩\u200d💻 at work", "👩\u200d💻 at work"),
        ("Line\x00 \x1b[31mred\x7f", "Line [31mred"),
        ("\u200d\u200c", ""),
        ("", ""),
        ("___", ""),
        ("🎉", "🎉"),
        ("???", "???"),
    ],
)
def test_titles_are_one_clean_line(written: str, title: str) -> None:
    assert clean_title(written) == title


def test_long_titles_end_at_a_word_with_an_ellipsis() -> None:
    title = clean_title("word, " * 100)

    assert 280 < len(title) <= 300
    assert title.endswith("word…")


def test_a_title_of_one_endless_word_is_cut_too() -> None:
    assert clean_title("x" * 100_000) == "x" * 299 + "…"


@given(st.text(max_size=400))
def test_titles_never_hold_controls_or_line_ends(text: str) -> None:
    title = clean_title(text)

    assert len(title) <= 300
    assert title == " ".join(title.split())
    assert not any(ord(char) < 32 or "\u202a" <= char <= "\u202e" for char in title)
    assert not any("\ud800" <= char <= "\udfff" for char in title)


def test_the_front_matter_names_an_article() -> None:
    assert read_fields("title: Boats\nlinkTitle: Short", "# Other").title == "Boats"
    assert read_fields("title: ''\nlinkTitle: Short").title == "Short"
    assert read_fields("title: No").title == "No"
    assert read_fields("title: 12:30:45").title == "12:30:45"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Text.\n\n# Boats & *ships* #\n\nMore", "Boats & ships"),
        ("<div><H1 class='x'>Boats\n<br>ahoy</H1></div>", "Boats ahoy"),
        ("Boats\n=====\n\nText", "Boats"),
        ("```sh\n# a comment\n```\n# Boats", "Boats"),
        ("```sh\n# a comment", "The quay today"),
        ("## Second rank only", "The quay today"),
        ("<h1>Never closed", "The quay today"),
        ("#hashtag", "The quay today"),
        ("", "The quay today"),
    ],
)
def test_without_a_title_the_heading_or_the_file_names_it(body: str, title: str) -> None:
    assert title_of(Fields({"title": " "}, {}), body, "a/2025-07-21-the_quay-today.md") == title


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("boats/index.md", "Boats"),
        ("index.md", "Index"),
        ("2025-07-21.md", "2025 07 21"),
        ("---.md", "Untitled"),
        (".md", ".md"),
        ("\udcff.md", "Untitled"),
    ],
)
def test_a_title_is_made_from_every_name(path: str, title: str) -> None:
    assert title_of(Fields({}, {}), "", path) == title


def test_a_list_is_no_title() -> None:
    with pytest.raises(ReadingError, match="title is a list"):
        title_of(Fields({"title": ["a"]}, {}), "", "x.md")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/b/c.md", (["a", "b"], "c")),
        ("a/b/index.mdx", (["a"], "b")),
        ("a/index.fr.md", ([], "a")),
        ("index.md", ([], "index")),
        ("name", ([], "name")),
    ],
)
def test_a_bundle_goes_by_the_name_of_its_folder(path: str, parts: tuple[list[str], str]) -> None:
    assert name_parts(path) == parts
