"""Every rule of mail/send: what breaks it is refused with its field, what touches it is not."""

from typing import Any

import pytest

from fake_sendgrid.rules import problems_of
from fake_sendgrid.rules_reader import is_address
from fake_sendgrid.sample import MONDAY_NINE, sample_payload, sample_reader

NOW = MONDAY_NINE
DAY = 86_400


def fields(payload: Any) -> list[str | None]:
    found = problems_of(payload, now=NOW, knows_batch=lambda name: name == "known")
    return [problem.field for problem in found]


def of_reader(**changes: Any) -> Any:
    """A payload whose second reader is changed."""
    return sample_payload(personalizations=[sample_reader(0), sample_reader(1, **changes)])


def to(*emails: str) -> list[dict[str, str]]:
    return [{"email": email} for email in emails]


def long_text(keys: int, size: int) -> dict[str, str]:
    """An object of `keys` pairs that takes exactly `size` bytes as JSON."""
    # {"t000":"…","t001":"…"}: ten bytes a pair besides the value, one comma less, two braces.
    rest = size - 10 * keys - 1
    values = ["x" * (rest // keys)] * keys
    values[0] += "x" * (rest % keys)
    return {f"t{number:03}": value for number, value in enumerate(values)}


@pytest.mark.parametrize(
    "payload",
    [
        sample_payload(),
        sample_payload(1000),
        sample_payload(reply_to=None, reply_to_list=to("a@example.com", "b@example.com")),
        sample_payload(content=[{"type": "text/html", "value": "<p>"}]),
        sample_payload(categories=["c" * 255, *"abcdefghi"]),
        sample_payload(asm={"group_id": 7, "groups_to_display": list(range(25))}),
        sample_payload(ip_pool_name="ab"),
        sample_payload(ip_pool_name="p" * 64),
        sample_payload(send_at=int(NOW) + 3 * DAY),
        sample_payload(send_at=1),
        sample_payload(batch_id="known"),
        sample_payload(
            template_id="d-1", content=None, subject=None, personalizations=[{"to": to("a@b.org")}]
        ),
        sample_payload(attachments=[{"content": "aGFsbG8=", "filename": "a.txt"}]),
        sample_payload(mail_settings={"sandbox_mode": {"enable": False}, "footer": {"text": "x"}}),
        of_reader(cc=to("c@example.com"), bcc=to("d@example.com")),
        of_reader(subject="Own", send_at=int(NOW) + DAY, from_={"email": "x@example.com"}),
        of_reader(substitutions=long_text(150, 10_000)),
        of_reader(custom_args=long_text(4, 9000)),
        of_reader(headers=None, substitutions=None, custom_args=None),
        of_reader(headers={}, substitutions={}, custom_args={}),
        of_reader(to=[{"email": "o'neil+tag.x@sub.example-x.co.uk", "name": "Zoë Ünal"}]),
        sample_payload(
            subject=None,
            personalizations=[sample_reader(0, subject="A"), sample_reader(1, subject="B")],
        ),
    ],
)
def test_what_keeps_the_rules_passes(payload: Any) -> None:
    assert fields(payload) == []


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ([], None),
        ("text", None),
        (sample_payload(personalizations=None), "personalizations"),
        (sample_payload(personalizations=[]), "personalizations"),
        (sample_payload(personalizations={}), "personalizations"),
        (sample_payload(personalizations=["a@example.com"]), "personalizations.0"),
        (of_reader(to=None), "personalizations.1.to"),
        (of_reader(to=[]), "personalizations.1.to"),
        (of_reader(to="a@example.com"), "personalizations.1.to"),
        (of_reader(to=["a@example.com"]), "personalizations.1.to.0"),
        (of_reader(to=[{"name": "A"}]), "personalizations.1.to.0.email"),
        (of_reader(to=[{"email": 7}]), "personalizations.1.to.0.email"),
        (of_reader(to=to("no address")), "personalizations.1.to.0.email"),
        (of_reader(to=to("jörg@example.com")), "personalizations.1.to.0.email"),
        (
            of_reader(to=[{"email": "a@example.com", "name": "A; B"}]),
            "personalizations.1.to.0.name",
        ),
        (
            of_reader(to=[{"email": "a@example.com", "name": "B, A"}]),
            "personalizations.1.to.0.name",
        ),
        (of_reader(to=[{"email": "a@example.com", "name": 5}]), "personalizations.1.to.0.name"),
        (of_reader(to=[{"email": "a@example.com", "nick": "A"}]), "personalizations.1.to.0.nick"),
        (of_reader(cc="a@example.com"), "personalizations.1.cc"),
        (of_reader(bcc=to("x")), "personalizations.1.bcc.0.email"),
        (of_reader(bcc=to("Reader1@Example.com")), "personalizations.1"),
        (of_reader(to=to("READER0@example.com")), "personalizations.1.to"),
        (of_reader(categories=["a"]), "personalizations.1.categories"),
        (of_reader(subject=""), "personalizations.1.subject"),
        (of_reader(send_at="soon"), "personalizations.1.send_at"),
        (of_reader(from_={"email": "münch@example.com"}), "personalizations.1.from.email"),
        (of_reader(headers=[]), "personalizations.1.headers"),
        (of_reader(headers={"X-A": 1}), "personalizations.1.headers.X-A"),
        (of_reader(headers={"X-A": "a\r\nBcc: b"}), "personalizations.1.headers.X-A"),
        (of_reader(headers={"X-A": "a\nb"}), "personalizations.1.headers.X-A"),
        (of_reader(headers={"X-A": "a\rb"}), "personalizations.1.headers.X-A"),
        (of_reader(headers={"X A": "a"}), "personalizations.1.headers.X A"),
        (of_reader(headers={"X-Ä": "a"}), "personalizations.1.headers.X-Ä"),
        (of_reader(headers={"Subject": "a"}), "personalizations.1.headers.Subject"),
        (of_reader(headers={"X-A": "a", "x-a": "b"}), "personalizations.1.headers.x-a"),
        (of_reader(headers={"list-id": "a"}), "personalizations.1.headers.list-id"),
        (of_reader(substitutions=[]), "personalizations.1.substitutions"),
        (of_reader(substitutions={"%a%": 1}), "personalizations.1.substitutions.%a%"),
        (of_reader(substitutions=long_text(4, 10_001)), "personalizations.1.substitutions"),
        (
            of_reader(substitutions={str(n): "" for n in range(151)}),
            "personalizations.1.substitutions",
        ),
        (of_reader(custom_args=[]), "personalizations.1.custom_args"),
        (of_reader(custom_args={"a": 1}), "personalizations.1.custom_args.a"),
        (of_reader(custom_args={"a": None}), "personalizations.1.custom_args.a"),
        (of_reader(custom_args=long_text(4, 10_001)), "personalizations.1.custom_args"),
        (of_reader(custom_args=long_text(4, 9_950)), "personalizations.1.custom_args"),
        (sample_payload(1, template_id="d-1"), "personalizations.0.substitutions"),
        (sample_payload(from_=None), "from"),
        (sample_payload(from_="news@example.com"), "from"),
        (sample_payload(from_={"email": "ü@example.com"}), "from.email"),
        (sample_payload(reply_to={"email": "nobody"}), "reply_to.email"),
        (sample_payload(reply_to_list=to("a@example.com")), "reply_to_list"),
        (sample_payload(reply_to=None, reply_to_list=to("a")), "reply_to_list.0.email"),
        (sample_payload(subject=None), "subject"),
        (sample_payload(subject=""), "subject"),
        (sample_payload(subject=5), "subject"),
        (sample_payload(content=None), "content"),
        (sample_payload(content=[]), "content"),
        (sample_payload(content=["text"]), "content.0"),
        (sample_payload(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (
            sample_payload(content=[{"type": "text/html; charset=x", "value": "x"}]),
            "content.0.type",
        ),
        (sample_payload(content=[{"type": "text/html\r\n", "value": "x"}]), "content.0.type"),
        (sample_payload(content=[{"type": "", "value": "x"}]), "content.0.type"),
        (sample_payload(content=sample_payload()["content"][::-1]), "content"),
        (sample_payload(content=[{"type": "text/html", "value": "x"}] * 2), "content"),
        (sample_payload(headers={"DKIM-Signature": "x"}), "headers.DKIM-Signature"),
        (sample_payload(headers="x"), "headers"),
        (sample_payload(categories="a"), "categories"),
        (sample_payload(categories=list("abcdefghijk")), "categories"),
        (sample_payload(categories=["a", "b", "a"]), "categories.2"),
        (sample_payload(categories=["c" * 256]), "categories.0"),
        (sample_payload(categories=["größe"]), "categories.0"),
        (sample_payload(categories=[5]), "categories.0"),
        (sample_payload(custom_args="x"), "custom_args"),
        (sample_payload(custom_args={"a": 1}), "custom_args.a"),
        (sample_payload(send_at=str(int(NOW))), "send_at"),
        (sample_payload(send_at=NOW + 0.5), "send_at"),
        (sample_payload(send_at=True), "send_at"),
        (sample_payload(send_at=int(NOW) + 3 * DAY + 1), "send_at"),
        (sample_payload(send_at=int(NOW) * 1000), "send_at"),
        (sample_payload(batch_id="bogus"), "batch_id"),
        (sample_payload(asm={}), "asm.group_id"),
        (sample_payload(asm={"group_id": "7"}), "asm.group_id"),
        (
            sample_payload(asm={"group_id": 7, "groups_to_display": [1] * 26}),
            "asm.groups_to_display",
        ),
        (sample_payload(ip_pool_name="a"), "ip_pool_name"),
        (sample_payload(ip_pool_name="p" * 65), "ip_pool_name"),
        (sample_payload(surprise=1), "surprise"),
        (sample_payload(mail_settings=[]), "mail_settings"),
        (
            sample_payload(mail_settings={"sandbox_mode": {"enable": "true"}}),
            "mail_settings.sandbox_mode.enable",
        ),
        (sample_payload(mail_settings={"sandbox": {}}), "mail_settings.sandbox"),
        (
            sample_payload(tracking_settings={"click_tracking": {"on": True}}),
            "tracking_settings.click_tracking.on",
        ),
        (
            sample_payload(
                mail_settings={
                    "bypass_list_management": {"enable": True},
                    "bypass_spam_management": {"enable": True},
                }
            ),
            "mail_settings.bypass_list_management",
        ),
        (sample_payload(attachments={}), "attachments"),
        (sample_payload(attachments=[5]), "attachments.0"),
        (sample_payload(attachments=[{"content": "?", "filename": "a"}]), "attachments.0.content"),
        (sample_payload(attachments=[{"content": "aGE="}]), "attachments.0.filename"),
        (
            sample_payload(attachments=[{"content": "aGE=", "filename": "a;b"}]),
            "attachments.0.filename",
        ),
        (
            sample_payload(attachments=[{"content": "aGE=", "filename": "a", "disposition": "x"}]),
            "attachments.0.disposition",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_field(payload: Any, field: str | None) -> None:
    assert fields(payload) == [field]


def test_there_are_at_most_1000_personalizations() -> None:
    assert fields(sample_payload(1001)) == ["personalizations", "personalizations"]


def test_there_are_at_most_1000_recipients_of_all_kinds() -> None:
    readers = [sample_reader(n) for n in range(999)]
    last = sample_reader(999, cc=to("cc@example.com"))

    assert fields(sample_payload(personalizations=[*readers, last])) == ["personalizations"]


def test_all_problems_come_at_once() -> None:
    payload = sample_payload(
        subject="",
        personalizations=[
            sample_reader(0, to=to("bad")),
            sample_reader(1),
            sample_reader(2, to=to("worse")),
        ],
    )

    assert fields(payload) == [
        "subject",
        "personalizations.0.to.0.email",
        "personalizations.2.to.0.email",
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("a@b", "a b@example.com", "a@example..com", ".a@example.com", "a@-x.com", '"a"@b.org'),
        *("a@example.com\n", "a@exämple.com", "a@@example.com", "@example.com", "", None),
        *("l" * 65 + "@example.com", "a@" + "l" * 64 + ".com", "a@" + "abc." * 63 + "com"),
    ],
)
def test_these_are_no_addresses(address: str | None) -> None:
    assert not is_address(address)
