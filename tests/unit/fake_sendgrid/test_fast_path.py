"""The fast path may say "not sure", but never "right" to a wrong body."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fake_sendgrid.rules import are_plain
from fake_sendgrid.rules_reader import check_personalizations
from fake_sendgrid.sample import MONDAY_NINE, sample_payload


def test_a_thousand_plain_readers_take_the_fast_path() -> None:
    assert are_plain(sample_payload(1000))


_STRANGE = st.sampled_from(
    [
        None,
        5,
        "",
        "x",
        [],
        {},
        {"a": 1},
        {"a": None},
        {"Subject": "x"},
        {"List-ID": "x"},
        {"X-A": "a\nb"},
        {"x a": "b"},
        {"a": "x" * 9_900},
        {str(n): "" for n in range(151)},
        [{"email": "reader0@example.com"}],
        [{"email": "READER0@EXAMPLE.COM"}],
        [{"email": "a@b"}],
        [{"email": "é@example.com"}],
        [{"email": "a@example.com\nb@example.com"}],
        [{"email": "a@example.com", "name": "a;b"}],
        [{"email": "a@example.com", "name": None}],
        [{"email": "a@example.com", "nick": "x"}],
        [{"email": "a@example.com"}, {"email": "b@example.com"}],
        [["email", "a@example.com"]],
        {"email": "a@example.com"},
        "a@example.com",
    ]
)
_KEYS = st.sampled_from(["to", "cc", "headers", "substitutions", "custom_args", "subject", "odd"])


@given(st.dictionaries(_KEYS, _STRANGE, max_size=3), st.integers(0, 2), _STRANGE)
def test_property_the_fast_path_never_lets_a_wrong_body_through(
    changes: dict[str, Any], index: int, top: Any
) -> None:
    payload = sample_payload(3)
    payload["personalizations"][index] |= changes
    if isinstance(top, dict):
        payload |= random.Random(index).choice([{"headers": top}, {"custom_args": top}])

    if are_plain(payload):
        assert list(check_personalizations(payload, now=MONDAY_NINE)) == []
