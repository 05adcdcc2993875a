"""The line behind the subject: as long as inboxes have room for."""

from datetime import date

import pytest

from builders import make_article, make_issue, make_story
from digest.rendering.preheader import cut, make_preheader

DATES = "10 to 16 August 2026"


def test_a_line_of_the_right_length_stays() -> None:
    line = "Eelgrass is back, the clock is right again, and what rent near the quay costs now."
    line = f"{line} And more."

    assert make_preheader(make_issue(preheader=line), DATES) == line


def test_a_short_line_goes_on_with_the_next_titles_and_not_with_the_subject() -> None:
    issue = make_issue(
        subject="Bridge open",
        preheader="In this letter",
        lead=make_story(title="Bridge open"),
        more=(make_article(title="A " + "very " * 14 + "long title"), make_article(title="Last")),
    )

    assert make_preheader(issue, DATES) == f"In this letter · A {'very ' * 14}long title"


def test_one_short_story_is_followed_by_its_excerpt_and_the_newsletter() -> None:
    lead = make_story(title="Bridge open", excerpt="Two hours a day.")
    issue = make_issue(subject="Bridge open", preheader="", lead=lead)

    assert make_preheader(issue, DATES) == f"Two hours a day. · Harbour Weekly, {DATES}"


def test_an_empty_issue_is_named_and_dated() -> None:
    issue = make_issue(preheader="", lead=None, sections=(), more=(), dated=date(2026, 8, 17))

    assert make_preheader(issue, DATES) == f"Harbour Weekly, {DATES}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short"),
        ("one two, three four", "one two…"),
        ("x" * 20, "xxxxxxxxxxx…"),
        ("港" * 20, "港" * 11 + "…"),
    ],
)
def test_a_long_line_is_cut_after_a_word_where_there_is_one(text: str, shown: str) -> None:
    assert cut(text, 12) == shown
