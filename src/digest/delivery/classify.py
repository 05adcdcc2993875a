"""What a reply of SendGrid's mail/send means for the batch. Pure.

    no connection, nothing of the body sent    TryLater
    202; 200 in sandbox mode                   Accepted
    429                                        TryLater, until X-RateLimit-Reset
    413                                        Divide
    400 that names readers only                SetAside
    400, 404, 405, 415                         Refused
    401, 403                                   Stop
    anything else, or no whole answer          Unknown

A 202 whose headers came and whose body did not is no well-formed answer, so it is unknown:
evidence (the attempt's token in the provider's logs) settles it, a guess would not. A mail sent
twice cannot be called back. Facts: reliability §1.3, SendGrid §2.3; 408 is not among the
refusals because a gateway may say it after it has passed the request on.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from digest.delivery.answer import Answer, Lost, NotSent, Reply
from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)

_MOST_CHARACTERS = 300
# What follows the index is `to`, `to.0.email` or nothing: the reader. A complaint about headers
# or substitutions is about what we wrote for all of them, and no reader's fault.
_READER = re.compile(r"personalizations\.(\d{1,4})(?:\.to(?:\..*)?)?")
_ADDRESS = re.compile(r"[^\s\[<(\"'=,;:]+@[^\s\]>)\"',;]+")
#: A longer wait is no rate limit but a mistake, such as milliseconds for seconds.
_LONGEST_WAIT = timedelta(hours=24)


class _Complaint(NamedTuple):
    message: str
    field: str


def classify(reply: Reply, *, readers: int, sandbox: bool, now: datetime) -> Outcome:
    """Return what became of a batch.

    Args:
        reply: what came back for the request.
        readers: how many it was for.
        sandbox: whether SendGrid was asked to check only: it then says 200 for 202.
        now: aware; what a rate limit's end is measured from.
    """
    match reply:
        case NotSent(reason):
            return TryLater(reason)
        case Lost(reason):
            return Unknown(reason)
        case Answer():
            return _classify_answer(reply, readers=readers, sandbox=sandbox, now=now)


def _classify_answer(  # noqa: PLR0911  a table has a row for each answer
    answer: Answer, *, readers: int, sandbox: bool, now: datetime
) -> Outcome:
    match answer.status:
        case 202:
            return Accepted(answer.headers.get("x-message-id", ""))
        case 200 if sandbox:
            return Accepted(answer.headers.get("x-message-id", ""))
        case 429:
            return TryLater("SendGrid: too many requests", _wait(answer.headers, now))
        case 413:
            return Divide("SendGrid: the request is too large")
        case 400:
            return _refused(answer, readers)
        case 401 | 403:
            return _stop(answer)
        case 404 | 405 | 415:
            return Refused(f"SendGrid answered {_said(answer)}")
        case _:
            return Unknown(f"SendGrid answered {answer.status}")


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long until `X-RateLimit-Reset` (unix seconds); None: it does not say."""
    reset = headers.get("x-ratelimit-reset", "").strip()
    if not re.fullmatch(r"[0-9]{1,11}", reset):
        return None
    wait = datetime.fromtimestamp(int(reset), UTC) - now
    return None if wait > _LONGEST_WAIT else max(wait, timedelta())


def _refused(answer: Answer, readers: int) -> Outcome:
    aside: dict[int, str] = {}
    complaints = list(_complaints(answer))
    for complaint in complaints:
        found = _READER.fullmatch(complaint.field)
        if found is None or int(found[1]) >= readers:
            return Refused(f"SendGrid answered {_said(answer)}")
        aside.setdefault(int(found[1]), without_addresses(complaint.message))
    return SetAside(aside) if aside else Refused(f"SendGrid answered {_said(answer)}")


def _stop(answer: Answer) -> Stop:
    said = _said(answer).lower()
    if "credits" in said:
        return Stop(
            "SendGrid: maximum credits exceeded",
            "Buy credits or a larger plan, or wait for the next day or month; then run the same"
            " command again.",
        )
    if "verified" in said or "sender identity" in said:
        return Stop(
            "SendGrid: the sender's address is not verified",
            "Verify it, or its domain, at SendGrid: Settings, Sender Authentication.",
        )
    if answer.status == 403:
        return Stop(
            "SendGrid: the key may not send mail",
            "Give the key the scope mail.send at SendGrid: Settings, API Keys.",
        )
    return Stop(
        "SendGrid does not take the key",
        "Put a valid key into SENDGRID_API_KEY, and see that `region` in [delivery.sendgrid] is"
        " the account's.",
    )


def _said(answer: Answer) -> str:
    """Return the status, and what SendGrid says about it, without addresses."""
    messages = dict.fromkeys(
        f"{complaint.message} ({complaint.field})" if complaint.field else complaint.message
        for complaint in _complaints(answer)
    )
    return without_addresses(f"{answer.status}: {'; '.join(messages)}".removesuffix(": "))


def _complaints(answer: Answer) -> Iterator[_Complaint]:
    """Yield SendGrid's `{"errors": [{"message", "field", "help"}]}`; of a page nothing."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return
    errors = value.get("errors") if isinstance(value, dict) else None
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            yield _Complaint(str(error.get("message") or ""), str(error.get("field") or ""))
        else:
            yield _Complaint(str(error), "")


def without_addresses(text: str) -> str:
    """Return at most 300 printable characters of `text`; each address becomes `(address)`.

    What a server says goes into logs and onto screens, and it repeats what it was sent.
    """
    line = " ".join(_ADDRESS.sub("(address)", text[:10_000]).split())
    shown = "".join(letter for letter in line if letter.isprintable())
    return shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1] + "…"
