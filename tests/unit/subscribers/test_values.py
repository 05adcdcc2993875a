"""The cells of a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.subscribers.address import Refused
from digest.subscribers.preferences import field_of, parse_preferences
from digest.subscribers.record import ImportRules, Preferences
from digest.subscribers.states import Reason, State
from digest.subscribers.values import (
    list_text,
    parse_frequency,
    parse_language,
    parse_list,
    parse_moment,
    parse_name,
    parse_standing,
)
from readers import RULES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""), (" Any ", ""), ("Daily", "daily"), ("immediate", "daily"), ("INSTANT", "daily"),
        ("real-time", "daily"), ("weekly", "weekly"), ("every week", "weekly"),
        ("Monthly", "monthly"),
    ],
)  # fmt: skip
def test_frequency(text: str, found: str) -> None:
    assert parse_frequency(text) == found


def test_unknown_frequency_is_refused_with_the_nearest() -> None:
    assert parse_frequency("wekly") == (
        "unknown frequency 'wekly'",
        "Did you mean 'weekly'? Write daily, weekly, monthly or nothing.",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Subscribed", (State.ACTIVE, None)),
        ("un-confirmed", (State.PENDING, None)),
        ("False", (State.UNSUBSCRIBED, None)),
        ("opted out", (State.UNSUBSCRIBED, None)),
        ("hard bounced", (State.SUPPRESSED, Reason.BOUNCE)),
        ("spam", (State.SUPPRESSED, Reason.COMPLAINT)),
        ("", (None, None)),
    ],
)
def test_standing(text: str, found: tuple[State | None, Reason | None]) -> None:
    assert parse_standing(text) == found


def test_unknown_status_is_refused() -> None:
    found = parse_standing("acitve")

    assert isinstance(found, Refused)
    assert found.what == "unknown status 'acitve'"
    assert found.remedy.startswith("Did you mean 'active'? ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna  Berg ", "Anna Berg"),
        ("Anna\r\nBcc: x@y.org", "Anna Bcc: x@y.org"),
        ("An\u202ena\x00", "An na"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x" * 300, "x" * 200),
    ],
)
def test_name(text: str, found: str) -> None:
    assert parse_name(text) == found


@given(st.text())
def test_property_a_name_breaks_no_header(text: str) -> None:
    name = parse_name(text)

    assert name == parse_name(name)
    assert len(name) <= 200
    assert name.replace("\u200c", "").replace("\u200d", "").isprintable()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()), ("a", ("a",)), ("a, b,,a", ("a", "b")), ("a; b, c", ("a", "b, c")),
        ("a|b; c", ("a", "b; c")), ("Arts, Crafts\n", ("Arts, Crafts",)),
        ("Arts, Crafts|", ("Arts, Crafts",)),
    ],
)  # fmt: skip
def test_list(text: str, found: tuple[str, ...]) -> None:
    assert parse_list(text, "category") == found


@pytest.mark.parametrize("text", ["x" * 101, "a\x07", "a|b\n", ",".join(map(str, range(101)))])
def test_list_refused(text: str) -> None:
    assert isinstance(parse_list(text, "category"), Refused)


def test_a_list_is_kept_so_that_one_look_finds_a_name_whole() -> None:
    assert list_text(("weekly", "sport")) == "\nweekly\nsport\n"
    assert list_text(()) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None), ("1970-01-02", 86_400_000), ("2024-01-01T00:00:00Z", 1_704_067_200_000),
        ("2024-01-01 01:00:00+01:00", 1_704_067_200_000), ("1704067200", 1_704_067_200_000),
        ("1704067200000", 1_704_067_200_000), ("0001-01-01", -62_135_596_800_000),
    ],
)  # fmt: skip
def test_moment(text: str, found: int | None) -> None:
    assert parse_moment(text) == found


@pytest.mark.parametrize("text", ["yesterday", "31.12.2024", "12", "9" * 40, "٣٣٣٣٣٣٣٣٣"])
def test_moment_refused(text: str) -> None:
    assert isinstance(parse_moment(text), Refused)


@pytest.mark.parametrize(("text", "found"), [("de", "de"), ("pt_BR", "pt-BR"), (" ", "")])
def test_language(text: str, found: str) -> None:
    assert parse_language(text) == found


def test_language_in_words_is_refused() -> None:
    assert parse_language("German") == (
        "unknown language 'German'", 'Write a tag like "de" or "pt-BR".'
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("E-Mail Address", "email"), ("e_mail", "email"), ("First Name", "first_name"),
        ("isActive", "status"), ("subscribedAt", "subscribed_at"),
        ("Unsubscribed At", "unsubscribed"), ("phone", ""),
    ],
)  # fmt: skip
def test_titles(title: str, field: str) -> None:
    assert field_of(title) == field


class TestPreferences:
    def test_of_a_row_that_says_nothing(self) -> None:
        assert parse_preferences({}, RULES) == Preferences(State.ACTIVE, "", "", "", "", "", "")

    @pytest.mark.parametrize(
        ("said", "whole", "found"),
        [
            ("pending", State.ACTIVE, State.PENDING),
            ("active", State.PENDING, State.PENDING),
            ("", State.PENDING, State.PENDING),
            ("no", State.PENDING, State.UNSUBSCRIBED),
        ],
    )
    def test_a_row_may_say_less_than_the_import_never_more(
        self, said: str, whole: State, found: State
    ) -> None:
        preferences = parse_preferences({"status": said}, ImportRules(whole, frozenset()))

        assert isinstance(preferences, Preferences)
        assert preferences.state is found

    @pytest.mark.parametrize(
        ("status", "reason", "found"),
        [
            ("suppressed", "", "manual"),
            ("suppressed", "Complaint", "complaint"),
            ("bounced", "", "bounce"),
            ("bounced", "who knows", "bounce"),
        ],
    )
    def test_a_suppressed_row_has_a_reason(self, status: str, reason: str, found: str) -> None:
        preferences = parse_preferences({"status": status, "reason": reason}, RULES)

        assert isinstance(preferences, Preferences)
        assert (preferences.state, preferences.reason) == (State.SUPPRESSED, found)

    def test_an_unknown_status_is_refused(self) -> None:
        found = parse_preferences({"status": "asleep"}, RULES)

        assert isinstance(found, Refused)
        assert found.what == "unknown status 'asleep'"

    def test_a_date_of_leaving_counts_whatever_the_status_says(self) -> None:
        found = parse_preferences({"status": "active", "unsubscribed": "2024-01-01"}, RULES)

        assert isinstance(found, Preferences)
        assert found.state is State.UNSUBSCRIBED

    def test_who_has_left_has_left_whatever_else_is_wrong(self) -> None:
        found = parse_preferences({"status": "unsubscribed", "frequency": "dayly"}, RULES)

        assert found == Preferences(State.UNSUBSCRIBED, "", "", "", "", "", "")

    def test_an_unknown_newsletter_is_refused_with_the_nearest(self) -> None:
        assert parse_preferences({"newsletters": "weekly, sprot"}, RULES) == (
            "unknown newsletter 'sprot'",
            "Did you mean 'sport'? Known are breaking, sport, weekly.",
        )

    def test_categories_are_casefolded_as_rules_compare_them(self) -> None:
        found = parse_preferences({"categories": "News; Sport"}, RULES)

        assert isinstance(found, Preferences)
        assert found.categories == "\nnews\nsport\n"
