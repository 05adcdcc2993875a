"""How readers leave, through a real `digest serve`."""

from pathlib import Path

import pytest

from digest.runs.doctor.way_out import STEPS
from doctoring import case_of, set_keys, told
from serving import make_store, serving


@pytest.fixture
def sending(site: Path) -> Path:
    make_store(site / "digest.db", 1)
    return set_keys(site, courier='"smtp"')


def test_our_own_server_answers(sending: Path) -> None:
    with serving(sending) as served:
        set_keys(sending, subscribers__url=f'"{served.url}"')
        found = told(STEPS, case_of(sending))

    assert found == {"way_out.endpoint": ("ok", f"{served.url}/u/ is our `digest serve`")}


@pytest.mark.parametrize(
    ("courier", "result"), [('"smtp"', "wrong"), ('"sendgrid"', "wrong"), ('"outbox"', "warning")]
)
def test_nobody_answers(sending: Path, courier: str, result: str) -> None:
    set_keys(sending, subscribers__url='"http://127.0.0.1:9"', courier=courier)

    found = told(STEPS, case_of(sending))["way_out.endpoint"]

    assert found[0] == result
    assert "readers could not unsubscribe" in found[1]


def test_server_with_another_key(sending: Path) -> None:
    with serving(sending) as served:
        set_keys(sending, subscribers__url=f'"{served.url}"')
        other = "t1:" + "A" * 43 + "="
        found = told(STEPS, case_of(sending, secret=other))["way_out.endpoint"]

    assert found[0] == "wrong"
    assert other[3:] not in found[1]


def test_without_a_key_nothing_is_asked(sending: Path) -> None:
    set_keys(sending, subscribers__url='"http://127.0.0.1:9"')

    assert told(STEPS, case_of(sending, secret=""))["way_out.endpoint"][0] == "not checked"


def test_no_address(sending: Path) -> None:
    set_keys(sending, subscribers__url='""')

    assert told(STEPS, case_of(sending))["way_out.endpoint"][0] == "wrong"


@pytest.mark.parametrize(
    ("unsubscribe", "mailto", "result"),
    [
        ('"mailto"', '"leave@x.example"', "warning"),
        ('"mailto"', '""', "wrong"),
        ('"endpoint"', '"leave@x.example"', "ok"),
    ],
)
def test_address(sending: Path, unsubscribe: str, mailto: str, result: str) -> None:
    set_keys(sending, unsubscribe=unsubscribe, mailto=mailto, subscribers__url='""')

    assert told(STEPS, case_of(sending))["way_out.mailto"][0] == result
