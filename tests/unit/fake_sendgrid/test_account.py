"""Keys, scopes, credits and paths: who may do what."""

from email.utils import formatdate

import pytest

from fake_sendgrid import ALL_SCOPES, FakeSendGrid
from fake_sendgrid.sample import Clock, ask, send

LIMITS = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}


@pytest.mark.parametrize(
    "key", [None, "Bearer SG.other", "Basic U0cuZmFrZTo=", "SG.fake", "Bearer None"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/v3/mail/send"), ("GET", "/v3/scopes")])
def test_without_the_key_nobody_comes_in(
    fake: FakeSendGrid, key: str | None, method: str, path: str
) -> None:
    said = ask(fake, method, path, b"{}", headers={"Authorization": key})

    assert said.status == 401
    assert said.json == {
        "errors": [
            {
                "message": "The provided authorization grant is invalid, expired, or revoked",
                "field": None,
                "help": None,
            }
        ]
    }


def test_202_is_empty_and_carries_an_id(fake: FakeSendGrid) -> None:
    said = send(fake)

    assert (said.status, said.body) == (202, b"")
    assert said.headers["X-Message-Id"] == fake.ledger[0].message_id
    assert not LIMITS & said.headers.keys()
    assert "Content-Type" not in said.headers


def test_credits_may_run_out_in_the_middle(fake: FakeSendGrid) -> None:
    first = send(fake)
    fake.settings.credits_exceeded = True
    second = send(fake)

    assert first.status == 202
    assert (second.status, second.messages) == (401, ["Maximum credits exceeded"])
    assert ask(fake, "GET", "/v3/scopes").status == 200
    assert len(fake.ledger) == 1


def test_scopes_are_told(fake: FakeSendGrid) -> None:
    fake.settings.scopes = frozenset({"mail.send"})

    said = ask(fake, "GET", "/v3/scopes")

    assert said.json == {"scopes": ["mail.send"]}
    assert said.headers.keys() >= LIMITS


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v3/mail/send", "mail.send"),
        ("POST", "/v3/mail/batch", "mail.batch.create"),
        ("GET", "/v3/mail/batch/x", "mail.batch.read"),
        ("POST", "/v3/user/scheduled_sends", "user.scheduled_sends.create"),
        ("GET", "/v3/user/scheduled_sends", "user.scheduled_sends.read"),
        ("GET", "/v3/user/scheduled_sends/x", "user.scheduled_sends.read"),
        ("PATCH", "/v3/user/scheduled_sends/x", "user.scheduled_sends.update"),
        ("DELETE", "/v3/user/scheduled_sends/x", "user.scheduled_sends.delete"),
        ("POST", "/v3/logs", "messages.read"),
        ("GET", "/v3/logs/x", "messages.read"),
        ("GET", "/v3/suppression/bounces", "suppression.read"),
        ("GET", "/v3/suppression/spam_reports/a%40b.org", "suppression.read"),
        ("GET", "/v3/asm/groups/7/suppressions", "asm.groups.read"),
        ("GET", "/v3/asm/suppressions", "asm.groups.read"),
        ("GET", "/v3/asm/groups/7", "asm.groups.read"),
        ("GET", "/v3/verified_senders", "sender_verification.read"),
        ("GET", "/v3/whitelabel/domains", "whitelabel.read"),
        ("GET", "/v3/user/credits", "user.credits.read"),
        ("GET", "/v3/asm/suppressions/global/a%40b.org", "asm.groups.read"),
    ],
)
def test_a_key_without_the_scope_is_forbidden(
    fake: FakeSendGrid, method: str, path: str, scope: str
) -> None:
    assert ask(fake, method, path, b"{}").status != 403
    fake.settings.scopes = ALL_SCOPES - {scope}

    said = ask(fake, method, path, b"{}")

    assert (said.status, said.messages) == (403, ["access forbidden"])


@pytest.mark.parametrize(
    "path", ["/", "/v3/mail/sends", "/v3/mail/send/", "/v3/suppression/all", "/v4/scopes"]
)
def test_an_unknown_path_is_not_found(fake: FakeSendGrid, path: str) -> None:
    said = ask(fake, "POST", path, b"{}")

    assert (said.status, said.messages) == (404, ["not found"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v3/mail/send"), ("DELETE", "/v3/suppression/bounces"), ("PUT", "/v3/scopes")],
)
def test_an_unknown_method_is_not_allowed(fake: FakeSendGrid, method: str, path: str) -> None:
    assert ask(fake, method, path).status == 405


class TestReadingTheAccount:
    def test_senders_come_in_pages(self, fake: FakeSendGrid) -> None:
        fake.settings.senders = {f"a{number}@example.com": number == 1 for number in range(3)}
        path = "/v3/verified_senders"

        first = ask(fake, "GET", f"{path}?limit=2").json["results"]
        rest = ask(fake, "GET", f"{path}?limit=2&lastSeenID={first[-1]['id']}").json["results"]

        assert [(row["from_email"], row["verified"]) for row in first + rest] == [
            ("a0@example.com", False),
            ("a1@example.com", True),
            ("a2@example.com", False),
        ]
        assert ask(fake, "GET", f"{path}?limit=many").status == 400

    def test_domains_come_in_pages_with_their_records(self, fake: FakeSendGrid) -> None:
        fake.settings.domains = {"a.example": True, "b.example": False}
        path = "/v3/whitelabel/domains"

        (second,) = ask(fake, "GET", f"{path}?limit=5&offset=1").json

        assert (second["domain"], second["valid"]) == ("b.example", False)
        assert second["dns"]["dkim1"] == {
            "valid": False,
            "type": "cname",
            "host": "s1._domainkey.b.example",
            "data": "s1.domainkey.u2.wl.sendgrid.net",
        }
        assert ask(fake, "GET", f"{path}?offset=all").status == 400

    def test_credits_and_groups(self, fake: FakeSendGrid) -> None:
        fake.settings.credits_left, fake.settings.groups = 7, (12,)

        assert ask(fake, "GET", "/v3/user/credits").json["remain"] == 7
        assert ask(fake, "GET", "/v3/asm/groups/12").json["id"] == 12
        assert ask(fake, "GET", "/v3/asm/groups/13").status == 404

    def test_answers_carry_the_time_of_the_account(self, fake: FakeSendGrid, clock: Clock) -> None:
        said = ask(fake, "GET", "/v3/scopes", headers={"Authorization": None})

        assert said.headers["Date"] == formatdate(clock(), usegmt=True)


class TestSuppressions:
    @pytest.mark.parametrize(
        ("name", "more"),
        [
            ("bounces", {"reason", "status"}),
            ("blocks", {"reason", "status"}),
            ("invalid_emails", {"reason"}),
            ("spam_reports", {"ip"}),
            ("unsubscribes", set[str]()),
        ],
    )
    def test_each_list_has_its_fields(self, fake: FakeSendGrid, name: str, more: set[str]) -> None:
        fake.suppress(name, "a@example.com", at=100)

        (entry,) = ask(fake, "GET", f"/v3/suppression/{name}").json

        assert entry.keys() == {"email", "created"} | more
        assert (entry["email"], entry["created"]) == ("a@example.com", 100)
        assert ask(fake, "GET", f"/v3/suppression/{name}/a%40example.com").json == [entry]
        assert ask(fake, "GET", f"/v3/suppression/{name}/b%40example.com").json == []

    def test_both_ends_of_the_window_belong_to_it(self, fake: FakeSendGrid) -> None:
        for at in (99, 100, 150, 200, 201):
            fake.suppress("bounces", f"a{at}@example.com", at=at)

        found = ask(fake, "GET", "/v3/suppression/bounces?start_time=100&end_time=200").json

        assert [entry["created"] for entry in found] == [200, 150, 100]

    def test_pages_have_500_entries_at_most(self, fake: FakeSendGrid) -> None:
        for at in range(501):
            fake.suppress("unsubscribes", f"a{at}@example.com", at=at)
        path = "/v3/suppression/unsubscribes"

        assert len(ask(fake, "GET", path).json) == 500
        assert [e["created"] for e in ask(fake, "GET", f"{path}?offset=500").json] == [0]
        assert len(ask(fake, "GET", f"{path}?limit=7&offset=3").json) == 7
        assert ask(fake, "GET", f"{path}?limit=501").fields == ["limit"]
        assert ask(fake, "GET", f"{path}?limit=0").fields == ["limit"]
        assert ask(fake, "GET", f"{path}?start_time=monday").fields == ["start_time"]

    def test_groups_are_lists_of_their_own(self, fake: FakeSendGrid) -> None:
        fake.suppress("asm", "a@example.com", at=5, group=7)
        fake.suppress("asm", "b@example.com", at=6, group=8)

        assert ask(fake, "GET", "/v3/asm/groups/7/suppressions").json == ["a@example.com"]
        assert ask(fake, "GET", "/v3/asm/suppressions").json[1] == {
            "email": "b@example.com",
            "group_id": 8,
            "group_name": "Group 8",
            "created_at": 6,
        }

    def test_global_is_empty_unless_unsubscribed(self, fake: FakeSendGrid) -> None:
        fake.suppress("unsubscribes", "a@example.com")
        path = "/v3/asm/suppressions/global"

        assert ask(fake, "GET", f"{path}/a%40example.com").json == {
            "recipient_email": "a@example.com"
        }
        assert ask(fake, "GET", f"{path}/b%40example.com").json == {}

    def test_an_unknown_list_is_an_error(self, fake: FakeSendGrid) -> None:
        with pytest.raises(ValueError, match="no list bounced; there are asm, bounces"):
            fake.suppress("bounced", "a@example.com")

    @pytest.mark.parametrize(
        ("name", "dropped"),
        [("bounces", "bounces"), ("unsubscribes", "unsubscribes"), ("blocks", None)],
    )
    def test_who_is_suppressed_is_dropped_after_the_202(
        self, fake: FakeSendGrid, name: str, dropped: str | None
    ) -> None:
        fake.suppress(name, "Reader1@example.com")

        assert send(fake).status == 202

        assert fake.mail_of("reader0@example.com").dropped is None
        assert fake.mail_of("reader1@example.com").dropped == dropped
