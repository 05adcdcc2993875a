"""What may stand in a link, and what is added to it."""

import pytest

from digest.rendering.links import address, as_value, fill_pattern, host_of, tagged

UTM = {"source": "{newsletter}", "medium": "email"}
VALUES = {"newsletter": "weekly", "slot": "2026-W34", "section": "town-trade", "story": "3"}


class TestTagged:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://a.example", "https://a.example?utm_source=weekly&utm_medium=email"),
            (
                "https://a.example/x?b=%20c&d#part",
                "https://a.example/x?b=%20c&d&utm_source=weekly&utm_medium=email#part",
            ),
            (
                "https://a.example/?utm_source=author",
                "https://a.example/?utm_source=author&utm_medium=email",
            ),
            (
                "https://a.example/?UTM_Source=&utm_medium=x",
                "https://a.example/?UTM_Source=&utm_medium=x",
            ),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("", ""),
        ],
    )
    def test_query_and_fragment_stay_and_nothing_comes_twice(
        self, url: str, expected: str
    ) -> None:
        assert tagged(url, UTM, VALUES) == expected

    def test_twice_is_as_once(self) -> None:
        once = tagged("https://a.example/x", UTM, VALUES)

        assert tagged(once, UTM, VALUES) == once

    def test_values_are_filled_in_and_encoded(self) -> None:
        utm = {"source": "a & b", "campaign": "{slot}/{section}", "content": ""}

        assert tagged("https://a.example/", utm, VALUES | {"section": "été"}) == (
            "https://a.example/?utm_source=a%20%26%20b&utm_campaign=2026-W34%2F%C3%A9t%C3%A9"
        )


def test_a_pattern_is_filled_with_encoded_values() -> None:
    filled = fill_pattern("https://a.example/{newsletter}/{slot}", {**VALUES, "slot": "a T/9:00"})

    assert filled == "https://a.example/weekly/a%20T%2F9%3A00"


@pytest.mark.parametrize(
    ("title", "value"),
    [("Business & Science", "business-science"), ("  Ärzte_heute ", "ärzte-heute"), ("&", "")],
)
def test_a_title_becomes_a_value_for_statistics(title: str, value: str) -> None:
    assert as_value(title) == value


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "/relative", "https://", "https://[", "ht\ntps://a.example"]
)
def test_what_leads_nowhere_is_no_address(url: str) -> None:
    assert address(url) == ""


@pytest.mark.parametrize(
    ("url", "host"), [("https://www.a.example/x", "a.example"), ("x", ""), ("https://[", "")]
)
def test_a_host_is_named_without_www(url: str, host: str) -> None:
    assert host_of(url) == host
