"""What GitHub reads out of a step's output."""

import re

from hypothesis import given
from hypothesis import strategies as st

from digest.articles.article import BadFile
from digest.cli.annotations import annotations
from digest.errors import Problem
from digest.runs.listing import Listing


def told(path: str, where: str, what: str = "no title", remedy: str = "Add one.") -> list[str]:
    bad = BadFile(path=path, problem=Problem(where, what, remedy))
    return list(annotations(Listing(articles=(), bad=(bad,), unsupported=()), "site/posts"))


def test_an_error_stands_at_its_line() -> None:
    assert told("2026/x.md", "2026/x.md:4") == [
        "::error file=site/posts/2026/x.md,line=4::no title%0AAdd one."
    ]


def test_a_file_without_a_line_is_marked_at_its_top() -> None:
    assert told("x.md", "x.md, front matter") == [
        "::error file=site/posts/x.md,line=1::no title%0AAdd one."
    ]


def test_a_format_that_is_not_read_is_a_warning() -> None:
    listing = Listing(articles=(), bad=(), unsupported=("a.rst",))

    (line,) = annotations(listing, ".")

    assert line == (
        "::warning file=a.rst,line=1::this format is not read%0A"
        "Write articles in Markdown or HTML."
    )


def test_a_name_ends_nothing() -> None:
    """A file of a stranger's pull request cannot command the runner."""
    (line,) = told("a,b::c%\r\nx.md", "a,b::c%\r\nx.md:2", "100%\n::warning::x")

    assert line == (
        "::error file=site/posts/a%2Cb%3A%3Ac%25%0D%0Ax.md,line=2::"
        "100%25%0A::warning::x%0AAdd one."
    )


@given(path=st.text(min_size=1), what=st.text())
def test_one_file_is_one_command(path: str, what: str) -> None:
    (line,) = told(path, f"{path}:3", what)

    assert not set("\r\n") & set(line)
    assert re.fullmatch(r"::error file=[^:,]*,line=3::(?s:.*)", line)
