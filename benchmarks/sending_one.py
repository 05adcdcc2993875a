"""Sends one letter to many readers in one of several ways; prints what that took, as JSON.

    sending_one.py digest  URL READERS IN_FLIGHT STORE
    sending_one.py helper  URL READERS
    sending_one.py anymail URL READERS

Time counts from the first reader to the last answer; imports and the filling of the store do not.
All ways send the same: a mail of 60,000 bytes; for each reader an address, a name, a signed
unsubscribe link in body and header, and a number.
"""

import base64
import hmac
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SECRET = b"0123456789abcdef0123456789abcdef"
HTML = "<p>" + "One story of the harbour, told at some length. " * 1276 + "</p>"
TEXT = "One story of the harbour. " * 80
SUBJECT = "The bridge opens again"
_AT_ONCE = 1000


def readers(count: int) -> Iterator[tuple[int, str, str]]:
    """Yield number, address and name of so many readers."""
    for number in range(1, count + 1):
        yield number, f"reader{number}@readers.example", f"Reader Number {number}"


def main() -> None:
    """Send as asked, and print the figures."""
    way, url, count, *rest = sys.argv[1:]
    send = {"digest": _digest, "helper": _helper, "anymail": _anymail}[way]
    print(json.dumps({**send(url, int(count), rest), "peak_mib": _peak_mib()}))


def _digest(url: str, count: int, rest: list[str]) -> dict[str, float]:
    from digest.delivery.couriers.sendgrid import SendGridCourier
    from digest.delivery.couriers.sendgrid_api import SendGridApi
    from digest.delivery.links import UNSUBSCRIBE, Key, signer
    from digest.delivery.payload import Options
    from digest.runs.clock import read_now
    from digest.runs.drive import Drive, drive
    from digest.store.database import open_store
    from digest.store.ledger import Ledger
    from digest.store.recipients import freeze_recipients
    from digest.store.witness import Witness
    from sending_issue import letter, new_issue

    in_flight, store = int(rest[0]), rest[1]
    database = open_store(store)
    issue, _ = Ledger(database).claim(new_issue(), 0)
    sign = signer(Key("1", SECRET), UNSUBSCRIBE, "weekly")
    courier = SendGridCourier(
        letter(), SendGridApi("SG.benchmark", host=url), options=Options(), sign=sign, now=read_now
    )
    witness = Witness(store)
    witness.begin("0" * 32, 0)
    begun = time.perf_counter()
    freeze_recipients(database, issue.id, issue.audience, _AT_ONCE, 1)
    frozen = time.perf_counter()
    how = Drive(courier=courier, in_flight=in_flight, per_second=0, most=_AT_ONCE, witness=witness)
    driven = drive(database, Ledger(database).issue(issue.id), how)
    ended = time.perf_counter()
    assert driven.issue.state.value == "sent", driven
    assert sum(driven.standing.readers.values()) == count, driven.standing
    return {"seconds": ended - begun, "without_freezing": ended - frozen}


def _token() -> Callable[[int], str]:
    def sign(number: int) -> str:
        signature = hmac.new(SECRET, b"unsubscribe\0weekly\0%d" % number, "sha256").digest()[:16]
        return f"1.{number}.weekly.{base64.urlsafe_b64encode(signature)[:22].decode()}"

    return sign


def _helper(url: str, count: int, _rest: list[str]) -> dict[str, float]:
    import sendgrid  # type: ignore[import-untyped]  # the library has no types
    from sendgrid.helpers.mail import (  # type: ignore[import-untyped]  # the library has no types
        CustomArg,
        Header,
        Mail,
        Personalization,
        Substitution,
        To,
    )

    client = sendgrid.SendGridAPIClient("SG.benchmark", host=url)
    sign = _token()
    begun = time.perf_counter()
    waiting: list[tuple[int, str, str]] = []

    def flush() -> None:
        mail = Mail("news@harbour.example", None, SUBJECT, TEXT, HTML)
        mail.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        mail.add_custom_arg(CustomArg("digest_issue", "weekly/2026-W34"))
        for number, address, name in waiting:
            token = sign(number)
            person = Personalization()
            person.add_to(To(address, name))
            person.add_substitution(Substitution("__DIGEST_READER__", token))
            person.add_header(
                Header("List-Unsubscribe", f"<https://letters.harbour.example/u/{token}>")
            )
            person.add_custom_arg(CustomArg("digest_reader", str(number)))
            mail.add_personalization(person)
        answer = client.send(mail)
        assert answer.status_code == 202
        waiting.clear()

    for reader in readers(count):
        waiting.append(reader)
        if len(waiting) == _AT_ONCE:
            flush()
    if waiting:
        flush()
    return {"seconds": time.perf_counter() - begun}


def _anymail(url: str, count: int, _rest: list[str]) -> dict[str, float]:
    import warnings

    warnings.simplefilter("ignore")
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["anymail"],
        EMAIL_BACKEND="anymail.backends.sendgrid.EmailBackend",
        ANYMAIL={"SENDGRID_API_KEY": "SG.benchmark", "SENDGRID_API_URL": f"{url}/v3/"},
    )
    django.setup()
    from anymail.message import AnymailMessage
    from django.core.mail import get_connection

    sign = _token()
    connection = get_connection()
    connection.open()
    begun = time.perf_counter()
    waiting: list[tuple[int, str, str]] = []

    def flush() -> None:
        tokens = {address: sign(number) for number, address, _ in waiting}
        mail = AnymailMessage(
            subject=SUBJECT,
            body=TEXT,
            from_email="news@harbour.example",
            to=[f"{name} <{address}>" for _, address, name in waiting],
            connection=connection,
            headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
        mail.attach_alternative(HTML, "text/html")
        mail.merge_data = {
            address: {"__DIGEST_READER__": token} for address, token in tokens.items()
        }
        mail.esp_extra = {"merge_field_format": "{}"}
        mail.merge_metadata = {
            address: {"digest_reader": str(number)} for number, address, _ in waiting
        }
        mail.merge_headers = {
            address: {"List-Unsubscribe": f"<https://letters.harbour.example/u/{token}>"}
            for address, token in tokens.items()
        }
        mail.send()
        waiting.clear()

    for reader in readers(count):
        waiting.append(reader)
        if len(waiting) == _AT_ONCE:
            flush()
    if waiting:
        flush()
    connection.close()
    return {"seconds": time.perf_counter() - begun}


def _peak_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
