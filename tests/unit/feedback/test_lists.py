"""SendGrid's suppression lists: rows, spans, where a reading begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feedback.events import Leave, Suppress
from digest.feedback.lists import LISTS, Entry, Span, begin_at, parse_group, parse_page
from digest.subscribers.states import Reason

BY_NAME = {each.name: each for each in LISTS}
DAY = 86_400


@pytest.mark.parametrize(
    ("name", "row", "effect"),
    [
        ("bounces", {"reason": "550\r\nno"}, Suppress(Reason.BOUNCE, "550 no")),
        ("invalid_emails", {}, Suppress(Reason.INVALID, "invalid_emails")),
        ("spam_reports", {"ip": "1.2.3.4"}, Suppress(Reason.COMPLAINT, "spam_reports")),
        ("unsubscribes", {}, Leave("")),
        ("blocks", {"reason": "450"}, None),
    ],
)
def test_what_becomes_of_the_addresses(name: str, row: dict[str, str], effect: object) -> None:
    page = parse_page(BY_NAME[name], [{"created": 1, "email": "Anna@Example.org"} | row])

    assert page is not None
    assert page.entries == (Entry("anna@example.org", effect),)  # type: ignore[arg-type]  # of the table


def test_where_lists_are_read() -> None:
    assert [each.path for each in LISTS] == [
        "/v3/suppression/spam_reports",
        "/v3/suppression/unsubscribes",
        "/v3/suppression/bounces",
        "/v3/suppression/invalid_emails",
        "/v3/suppression/blocks",
    ]


def test_rows_without_an_address_are_counted() -> None:
    page = parse_page(BY_NAME["bounces"], [{"email": 1}, {}, None, {"email": "<>"}])

    assert page is not None
    assert (page.entries, page.rows) == ((), 4)


@pytest.mark.parametrize("body", [None, {}, {"errors": []}, "x"])
def test_an_answer_that_is_no_list(body: object) -> None:
    assert parse_page(BY_NAME["bounces"], body) is None
    assert parse_group(body) is None


def test_a_group_is_a_plain_list() -> None:
    page = parse_group(["Anna@example.org", 7, ""])

    assert page is not None
    assert page.entries == (Entry("anna@example.org", Leave("")),)
    assert page.rows == 3


@pytest.mark.parametrize(
    ("mark", "since", "begin"),
    [
        (None, None, 0),
        (None, 5 * DAY, 5 * DAY),
        (9 * DAY, None, 8 * DAY),
        (9 * DAY, 2 * DAY, 2 * DAY),
        # A wish for less must not leave a gap that is then marked as read.
        (2 * DAY, 9 * DAY, DAY),
        (DAY // 2, None, 0),
    ],
)
def test_where_a_reading_begins(mark: int | None, since: int | None, begin: int) -> None:
    assert begin_at(mark, since) == begin


@given(st.integers(0, 2**33), st.integers(0, 2**33))
def test_property_halves_are_the_whole(start: int, length: int) -> None:
    whole = Span(start, start + length)

    halves = whole.halves()

    if halves is None:
        assert length == 0
    else:
        earlier, later = halves
        assert earlier.start == whole.start <= earlier.end
        assert earlier.end + 1 == later.start <= later.end == whole.end
