"""What SendGrid says of the account, through the fake."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.runs.doctor import clock
from digest.runs.doctor.account import STEPS
from digest.runs.doctor.finding import Case
from digest.runs.doctor.permissions import judge_credits, judge_sender
from doctoring import case_of, examined, set_keys, told
from fake_sendgrid import ALL_SCOPES, FakeSendGrid
from sending import make_sending

DOMAIN = "harbour-courier.example"
SENDER = f"courier@{DOMAIN}"
CHECKS = ("courier.open", "courier.scopes", "courier.sender", "courier.credits")


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        server.settings.domains = {DOMAIN: True}
        yield server


@pytest.fixture
def sending(site: Path) -> Path:
    return make_sending(site, 30)


def at(fake: FakeSendGrid, site: Path, key: str = "SG.fake") -> Case:
    return case_of(site, sendgrid_key=key, sendgrid_url=fake.url)


def test_all_is_well(sending: Path, fake: FakeSendGrid) -> None:
    assert told(STEPS, at(fake, sending)) == {
        "courier.open": ("ok", "SendGrid accepts the key"),
        "courier.scopes": ("ok", "the key may do all that is needed"),
        "courier.sender": ("ok", f"{DOMAIN} is an authenticated domain"),
        "courier.credits": ("ok", "100,000 mails left in the plan until 2026-09-01"),
    }
    assert {(seen.method, seen.status) for seen in fake.requests} == {("GET", 200)}


def test_key_is_not_accepted(sending: Path, fake: FakeSendGrid) -> None:
    found = told(STEPS, at(fake, sending, "SG.other"))

    assert found["courier.open"] == ("wrong", "SendGrid does not accept the key")
    assert {found[check][0] for check in CHECKS[1:]} == {"not checked"}


@pytest.mark.parametrize(
    ("lacks", "result", "found"),
    [
        ({"mail.send"}, "wrong", "the key lacks mail.send (for: sending)"),
        (
            {"messages.read", "suppression.read"},
            "warning",
            "messages.read (for: digest resolve); suppression.read (for: digest suppressions",
        ),
        ({"asm.groups.read", "user.scheduled_sends.create"}, "ok", "all that is needed"),
    ],
)
def test_scopes(
    sending: Path, fake: FakeSendGrid, lacks: set[str], result: str, found: str
) -> None:
    fake.settings.scopes = ALL_SCOPES - lacks

    said = told(STEPS, at(fake, sending))["courier.scopes"]

    assert said[0] == result
    assert found in said[1]


def test_hand_over_needs_more_scopes(sending: Path, fake: FakeSendGrid) -> None:
    set_keys(sending, hand_over='"30 minutes"', cut_off='"2 hours"')
    fake.settings.scopes = ALL_SCOPES - {"user.scheduled_sends.update"}

    assert told(STEPS, at(fake, sending))["courier.scopes"] == (
        "wrong",
        "the key lacks user.scheduled_sends.update (for: hand-over ahead of time)",
    )


def test_a_key_that_may_only_send_is_enough_to_send(sending: Path, fake: FakeSendGrid) -> None:
    fake.settings.scopes = frozenset({"mail.send"})

    found = {check: result for check, (result, _) in told(STEPS, at(fake, sending)).items()}

    assert found == {
        "courier.open": "ok",
        "courier.scopes": "warning",
        "courier.sender": "not checked",
        "courier.credits": "not checked",
    }


@pytest.mark.parametrize(
    ("domains", "senders", "result", "found"),
    [
        ({DOMAIN: False}, {}, "wrong", "is not authenticated yet"),
        ({}, {}, "wrong", "SendGrid knows neither"),
        ({"other.example": True}, {"x@other.example": True}, "wrong", "SendGrid knows neither"),
        ({}, {SENDER: False}, "wrong", "is not verified"),
        ({}, {SENDER.upper(): True}, "warning", "verified single sender"),
        ({DOMAIN.upper(): True}, {}, "ok", "authenticated domain"),
    ],
)
def test_sender(  # noqa: PLR0917  a table
    sending: Path,
    fake: FakeSendGrid,
    domains: dict[str, bool],
    senders: dict[str, bool],
    result: str,
    found: str,
) -> None:
    fake.settings.domains, fake.settings.senders = domains, senders

    said = told(STEPS, at(fake, sending))["courier.sender"]

    assert said[0] == result
    assert found in said[1]


def test_sender_is_found_on_a_later_page(sending: Path, fake: FakeSendGrid) -> None:
    fake.settings.domains = {f"d{number}.example": True for number in range(250)} | {DOMAIN: True}
    fake.settings.senders = {f"a{number}@x.example": True for number in range(250)}

    assert told(STEPS, at(fake, sending))["courier.sender"][0] == "ok"


def test_domain_above_is_not_the_domain() -> None:
    rows = [{"domain": DOMAIN, "valid": True}]

    assert judge_sender(f"a@letters.{DOMAIN}", rows, []).result.value == "warning"
    assert judge_sender(f"a@letters.{DOMAIN}", rows, None).result.value == "warning"


@pytest.mark.parametrize(("left", "result"), [(0, "wrong"), (29, "warning"), (30, "ok")])
def test_credits(sending: Path, fake: FakeSendGrid, left: int, result: str) -> None:
    fake.settings.credits_left = left

    assert told(STEPS, at(fake, sending))["courier.credits"][0] == result


def test_credits_without_a_day() -> None:
    assert judge_credits(0, "", 5).found == "no mail left in the plan"


@pytest.mark.parametrize(("group", "result"), [(12, "ok"), (13, "wrong"), (0, "wrong")])
def test_group(sending: Path, fake: FakeSendGrid, group: int, result: str) -> None:
    set_keys(sending, unsubscribe='"sendgrid_group"', group=str(group))
    fake.settings.groups = (12,)

    found = told(STEPS, at(fake, sending))

    assert found["courier.group"][0] == result


def test_group_asks_for_its_scope(sending: Path, fake: FakeSendGrid) -> None:
    set_keys(sending, unsubscribe='"sendgrid_group"', group="12")
    fake.settings.scopes = ALL_SCOPES - {"asm.groups.read"}

    found = told(STEPS, at(fake, sending))

    assert found["courier.scopes"][0] == "warning"
    assert found["courier.group"][0] == "not checked"


def test_an_account_out_of_order_is_no_fault_of_the_key(sending: Path, fake: FakeSendGrid) -> None:
    fake.fault("F4b", path="/v3/scopes")
    fake.fault("F8", path="/v3/user/credits")

    found = told(STEPS, at(fake, sending))

    assert found["courier.open"][0] == "not checked"
    assert found["courier.sender"][0] == "ok"


def test_nobody_listens(sending: Path) -> None:
    case = case_of(sending, sendgrid_key="SG.fake", sendgrid_url="http://127.0.0.1:9")

    assert {result for result, _ in told(STEPS, case).values()} == {"not checked"}


@pytest.mark.parametrize("url", ["http://mail.example", "http://x:port", "no address"])
def test_key_goes_to_nobody_else(sending: Path, url: str) -> None:
    case = case_of(sending, sendgrid_key="SG.fake", sendgrid_url=url)

    found = told((*STEPS, *clock.STEPS), case)

    assert found["courier.open"][0] == "wrong"
    assert found["courier.sender"] == ("not checked", "see above")
    assert "failed" not in str(found)


def test_without_a_key_nothing_is_asked(sending: Path, fake: FakeSendGrid) -> None:
    found = told(STEPS, at(fake, sending, ""))

    assert {result for result, _ in found.values()} == {"not checked"}
    assert not fake.requests


def test_other_couriers_have_no_account(site: Path) -> None:
    assert told(STEPS, case_of(site)) == {}


def test_no_finding_holds_the_key(sending: Path, fake: FakeSendGrid) -> None:
    fake.settings.scopes = frozenset()

    for key in ("SG.fake", "SG.secret-of-somebody"):
        for finding in examined(STEPS, at(fake, sending, key)).values():
            assert key not in f"{finding.found}{finding.remedy}"


@pytest.mark.parametrize(
    ("ahead", "result"), [(0, "ok"), (90, "warning"), (-90, "warning"), (-600, "wrong")]
)
def test_clock_of_the_account(site: Path, ahead: int, result: str) -> None:
    make_sending(site, 1)
    with FakeSendGrid(now=lambda: time.time() + ahead) as fake:
        found = told(clock.STEPS, at(fake, site))["clock.provider"]

    assert found[0] == result
    assert result == "ok" or ("behind" in found[1]) == (ahead > 0)
    assert [seen.status for seen in fake.requests] == [401]
