"""Batch ids, cancelling and pausing, and what becomes of mails that wait."""

import http.client
from contextlib import closing, suppress

import pytest

from fake_sendgrid import FakeSendGrid, Fate
from fake_sendgrid.instants import Instants
from fake_sendgrid.sample import Clock, Said, ask, connect, sample_payload, sample_reader, send
from fake_sendgrid.schedule import Schedule

HELD = "/v3/user/scheduled_sends"
READER = "reader0@example.com"


@pytest.fixture
def batch_id(fake: FakeSendGrid) -> str:
    return a_batch(fake)


def a_batch(fake: FakeSendGrid) -> str:
    return str(ask(fake, "POST", "/v3/mail/batch").json["batch_id"])


def hold(fake: FakeSendGrid, batch_id: str, status: str = "cancel") -> Said:
    return ask(fake, "POST", HELD, {"batch_id": batch_id, "status": status})


def schedule(fake: FakeSendGrid, batch_id: str | None, *, minutes: int = 30) -> None:
    at = int(fake._service.instants.now()) + 60 * minutes
    assert send(fake, sample_payload(batch_id=batch_id, send_at=at)).status == 202


def fate(fake: FakeSendGrid) -> Fate:
    return fake.mail_of(READER).fate


def test_an_id_is_valid_once_made(fake: FakeSendGrid, batch_id: str) -> None:
    assert ask(fake, "GET", f"/v3/mail/batch/{batch_id}").json == {"batch_id": batch_id}
    assert ask(fake, "GET", "/v3/mail/batch/other").messages == ["invalid batch id"]
    assert a_batch(fake) != batch_id


def test_holding_is_listed_until_it_is_undone(fake: FakeSendGrid, batch_id: str) -> None:
    entry = {"batch_id": batch_id, "status": "pause"}

    said = hold(fake, batch_id, "pause")

    assert (said.status, said.json) == (201, entry)
    assert ask(fake, "GET", HELD).json == [entry]
    assert ask(fake, "GET", f"{HELD}/{batch_id}").json == [entry]
    assert ask(fake, "GET", f"{HELD}/other").json == []
    changed = ask(fake, "PATCH", f"{HELD}/{batch_id}", {"status": "cancel"})
    assert (changed.status, changed.body) == (204, b"")
    assert ask(fake, "GET", HELD).json == [entry | {"status": "cancel"}]
    assert ask(fake, "DELETE", f"{HELD}/{batch_id}").status == 204
    assert ask(fake, "GET", HELD).json == []
    assert ask(fake, "DELETE", f"{HELD}/{batch_id}").status == 404


def test_a_second_post_is_refused(fake: FakeSendGrid, batch_id: str) -> None:
    assert hold(fake, batch_id).status == 201
    assert hold(fake, batch_id).status == 400
    assert hold(fake, batch_id, "pause").status == 400


def test_ten_batches_are_held_at_a_time(fake: FakeSendGrid) -> None:
    batches = [a_batch(fake) for _ in range(11)]
    assert [hold(fake, batch).status for batch in batches] == [201] * 10 + [400]

    ask(fake, "DELETE", f"{HELD}/{batches[0]}")

    assert hold(fake, batches[10]).status == 201


@pytest.mark.parametrize(
    "wish",
    [None, [], {}, {"status": "cancel"}, {"batch_id": "x", "status": "cancel"}, {"batch_id": 5}],
)
def test_a_wrong_wish_is_refused(fake: FakeSendGrid, wish: object) -> None:
    assert ask(fake, "POST", HELD, wish).status == 400


def test_a_wrong_change_is_refused(fake: FakeSendGrid, batch_id: str) -> None:
    hold(fake, batch_id)

    assert ask(fake, "PATCH", f"{HELD}/{batch_id}", {"status": "stop"}).fields == ["status"]
    assert ask(fake, "PATCH", f"{HELD}/other", {"status": "cancel"}).status == 404


def test_without_send_at_mail_leaves_at_once(fake: FakeSendGrid, batch_id: str) -> None:
    send(fake, sample_payload(batch_id=batch_id))
    hold(fake, batch_id)

    assert fate(fake) is Fate.SENT


def test_mail_waits_for_its_time(fake: FakeSendGrid, clock: Clock) -> None:
    schedule(fake, None)
    before = fate(fake)
    clock.forward(minutes=30)

    assert (before, fate(fake)) == (Fate.SCHEDULED, Fate.SENT)


def test_a_reader_may_have_a_time_of_its_own(fake: FakeSendGrid, clock: Clock) -> None:
    later = sample_reader(1, send_at=int(clock.now) + 3600)
    send(fake, sample_payload(personalizations=[sample_reader(0), later]))

    assert fate(fake) is Fate.SENT
    assert fake.mail_of("reader1@example.com").fate is Fate.SCHEDULED


def test_cancelled_in_time_is_discarded(fake: FakeSendGrid, clock: Clock, batch_id: str) -> None:
    schedule(fake, batch_id)
    clock.forward(minutes=20)
    hold(fake, batch_id)

    assert fate(fake) is Fate.DISCARDED
    assert fake.fate_of(fake.ledger[0]) is Fate.DISCARDED
    assert fake.copies() == {}
    assert fake.events() == []


def test_cancelled_too_late_goes_out(fake: FakeSendGrid, clock: Clock, batch_id: str) -> None:
    """Less than ten minutes before: "not guaranteed", so here it never works."""
    schedule(fake, batch_id)
    clock.forward(minutes=21)
    assert hold(fake, batch_id).status == 201
    clock.forward(minutes=10)

    assert fate(fake) is Fate.SENT


def test_what_comes_after_the_cancellation_is_discarded_too(
    fake: FakeSendGrid, batch_id: str
) -> None:
    hold(fake, batch_id)
    schedule(fake, batch_id, minutes=1)

    assert fate(fake) is Fate.DISCARDED


def test_a_readers_own_time_decides_whether_it_is_discarded(
    fake: FakeSendGrid, batch_id: str
) -> None:
    now = int(fake._service.instants.now())
    soon, later = (sample_reader(n, send_at=now + 60 * m) for n, m in enumerate((5, 30)))
    send(fake, sample_payload(batch_id=batch_id, personalizations=[soon, later]))
    hold(fake, batch_id)

    assert fake.copies() == {READER: 1}


def test_undone_before_its_time_goes_out(fake: FakeSendGrid, clock: Clock, batch_id: str) -> None:
    schedule(fake, batch_id)
    hold(fake, batch_id)
    clock.forward(minutes=5)
    ask(fake, "DELETE", f"{HELD}/{batch_id}")

    assert fate(fake) is Fate.SCHEDULED


def test_undone_after_its_time_does_not_bring_it_back(
    fake: FakeSendGrid, clock: Clock, batch_id: str
) -> None:
    schedule(fake, batch_id)
    hold(fake, batch_id)
    clock.forward(minutes=31)
    ask(fake, "DELETE", f"{HELD}/{batch_id}")

    assert fate(fake) is Fate.DISCARDED


def test_paused_mail_waits_beyond_its_time(
    fake: FakeSendGrid, clock: Clock, batch_id: str
) -> None:
    schedule(fake, batch_id)
    hold(fake, batch_id, "pause")
    fates = [fate(fake)]
    clock.forward(hours=2)
    fates.append(fate(fake))
    ask(fake, "DELETE", f"{HELD}/{batch_id}")
    clock.forward(hours=1)

    assert [*fates, fate(fake)] == [Fate.PAUSED, Fate.PAUSED, Fate.SENT]


def test_paused_for_72_hours_expires(fake: FakeSendGrid, clock: Clock, batch_id: str) -> None:
    schedule(fake, batch_id)
    hold(fake, batch_id, "pause")
    clock.forward(hours=73)
    expired = fate(fake)
    ask(fake, "DELETE", f"{HELD}/{batch_id}")

    assert (expired, fate(fake)) == (Fate.EXPIRED, Fate.EXPIRED)


def test_paused_and_then_cancelled_is_discarded(
    fake: FakeSendGrid, clock: Clock, batch_id: str
) -> None:
    schedule(fake, batch_id)
    hold(fake, batch_id, "pause")
    clock.forward(hours=2)
    ask(fake, "PATCH", f"{HELD}/{batch_id}", {"status": "cancel"})
    clock.forward(hours=1)

    assert fate(fake) is Fate.DISCARDED


def test_time_can_pass_for_the_account_alone(fake: FakeSendGrid) -> None:
    schedule(fake, None)
    before = fate(fake)
    fake.forward(minutes=31)

    assert (before, fate(fake)) == (Fate.SCHEDULED, Fate.SENT)


def test_mail_is_kept_for_72_hours_at_most(fake: FakeSendGrid, batch_id: str) -> None:
    at = int(fake._service.instants.now()) + 72 * 3600

    kept = send(fake, sample_payload(batch_id=batch_id, send_at=at))
    too_long = send(fake, sample_payload(batch_id=batch_id, send_at=at + 60))

    assert (kept.status, too_long.status) == (202, 400)
    assert too_long.fields == ["send_at"]


def test_an_unknown_id_is_refused(fake: FakeSendGrid) -> None:
    said = send(fake, sample_payload(batch_id="of-another-account"))

    assert (said.status, said.fields) == (400, ["batch_id"])


@pytest.mark.parametrize("kind", ["F5", "F6", "F8", "F9b"])
def test_a_lost_answer_may_have_cancelled(fake: FakeSendGrid, batch_id: str, kind: str) -> None:
    """The faults of mail/send strike here, too, each path counted on its own."""
    fake.fault(kind, at=[1], path=HELD)

    lost, wish = None, {"batch_id": batch_id, "status": "cancel"}
    with closing(connect(fake, 0.2)) as over, suppress(OSError, http.client.HTTPException):
        lost = ask(fake, "POST", HELD, wish, over=over)

    assert lost is None or lost.status == 500
    assert ask(fake, "GET", f"{HELD}/{batch_id}").json == [
        {"batch_id": batch_id, "status": "cancel"}
    ]


@pytest.mark.parametrize(
    ("kind", "status"), [("F2", 429), ("F3b", 401), ("F3c", 403), ("F4a", 500), ("F4c", 503)]
)
def test_a_refusal_has_not_cancelled(
    fake: FakeSendGrid, batch_id: str, kind: str, status: int
) -> None:
    fake.fault(kind, at=[1], path=HELD)

    assert hold(fake, batch_id).status == status
    assert ask(fake, "GET", f"{HELD}/{batch_id}").json == []


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v3/mail/batch", "mail.batch.create"),
        ("POST", HELD, "user.scheduled_sends.create"),
        ("GET", HELD, "user.scheduled_sends.read"),
        ("PATCH", f"{HELD}/x", "user.scheduled_sends.update"),
        ("DELETE", f"{HELD}/x", "user.scheduled_sends.delete"),
    ],
)
def test_each_needs_its_scope(fake: FakeSendGrid, method: str, path: str, scope: str) -> None:
    fake.settings.scopes -= {scope}

    assert ask(fake, method, path, {}).status == 403


def test_nothing_is_known_of_a_new_account(clock: Clock) -> None:
    assert not Schedule(Instants(clock)).knows("x")
