"""The API behind the wire: which path does what, for whom."""

import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from pathlib import Path

import orjson

from .account import Account
from .faults import MAIL_SEND
from .http_values import (
    Answer,
    Json,
    Problem,
    Request,
    error_answer,
    errors_answer,
)
from .instants import Instants
from .ledger import Ledger
from .logs import Logs
from .mails import Mail, mails_of
from .routes import Routes, json_of, last_part
from .rules import problems_of
from .schedule import Schedule
from .settings import Settings
from .suppressions import Suppressions

#: nginx's 30 MB, read strictly.
MOST_BODY_BYTES = 30_000_000


class Service:
    """One SendGrid account."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], float],
        ledger_file: Path | None = None,
        second_opinion: Callable[[Json], list[str]] | None = None,
    ) -> None:
        self.settings = settings
        self.instants = Instants(now)
        self.ledger = Ledger(ledger_file)
        self.schedule = Schedule(self.instants)
        self.suppressions = Suppressions(self.instants.next)
        self.logs = Logs(self.mails)
        self.schema_violations: list[str] = []
        self._second_opinion = second_opinion
        self._routes = Routes(
            self.schedule,
            self.suppressions,
            logs=self._read_logs,
            account=Account(settings),
        )

    def mails(self, address: str | None = None) -> Iterator[Mail]:
        """Yield all mails, or those to an address, oldest first."""
        for entry in self.ledger.entries:
            # Most bodies need no parsing: the address does not occur in them.
            if address is None or orjson.dumps(address)[1:-1] in entry.body:
                for mail in mails_of(entry, self.schedule, self.suppressions):
                    if address is None or mail.email == address:
                        yield mail

    def answer(self, request: Request, n: int) -> Answer:
        """Carry out the request; `n` is its number among those of its path."""
        if request.headers.get("authorization") != f"Bearer {self.settings.key}":
            return self._dated(
                error_answer(
                    401, "The provided authorization grant is invalid, expired, or revoked"
                )
            )
        if request.path == MAIL_SEND:
            return self._checked_send(request, n)
        methods = self._routes.find(request.path)
        if methods is None:
            return error_answer(404, "not found")
        if request.method not in methods:
            return error_answer(405, "method not allowed")
        scope, handler = methods[request.method]
        if scope and scope not in self.settings.scopes:
            return error_answer(403, "access forbidden")
        return self._with_limits(handler(request))

    def _checked_send(self, request: Request, n: int) -> Answer:
        content_type = request.headers.get("content-type", "").partition(";")[0]
        refusals = (
            (request.method != "POST", 405, "method not allowed"),
            ("mail.send" not in self.settings.scopes, 403, "access forbidden"),
            (self.settings.credits_exceeded, 401, "Maximum credits exceeded"),
            (
                request.headers.get("content-encoding", "identity") != "identity",
                400,
                "Content-Encoding is not enabled for this account",
            ),
            (
                content_type.strip().lower() != "application/json",
                400,
                "Content-Type should be application/json.",
            ),
        )
        for refused, status, message in refusals:
            if refused:
                return error_answer(status, message)
        return self._send(request, n)

    def _send(self, request: Request, n: int) -> Answer:
        every = self.settings.validate_every
        if not every or (n - 1) % every:
            return self._accept(request, n, None)
        try:
            payload = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return error_answer(400, "Bad Request")
        problems = problems_of(payload, now=self.instants.now(), knows_batch=self.schedule.knows)
        if not problems and self.settings.bad_addresses:
            problems = list(_refused(payload, self.settings.bad_addresses))
        if problems:
            return errors_answer(400, problems)
        if self._second_opinion is not None:
            self.schema_violations += self._second_opinion(payload)
        if payload.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return Answer(200)
        return self._accept(request, n, payload)

    def _accept(self, request: Request, n: int, payload: Json | None) -> Answer:
        entry = self.ledger.accept(
            n=n, at=self.instants.next(), path=request.path, body=request.body, payload=payload
        )
        if self.settings.latency:
            time.sleep(self.settings.latency)
        return Answer(202, headers=(("X-Message-Id", entry.message_id),))

    def _with_limits(self, answer: Answer) -> Answer:
        # All but mail/send tell their limits: facts/sendgrid.md §2.6.
        limits = (
            ("X-RateLimit-Limit", "600"),
            ("X-RateLimit-Remaining", "599"),
            ("X-RateLimit-Reset", str(int(self.instants.now()) + 60)),
        )
        told = Answer(answer.status, answer.body, answer.content_type, answer.headers + limits)
        return self._dated(told)

    def _dated(self, answer: Answer) -> Answer:
        date = ("Date", formatdate(self.instants.now(), usegmt=True))
        return Answer(answer.status, answer.body, answer.content_type, (*answer.headers, date))

    def _read_logs(self, request: Request) -> Answer:
        until = self.instants.now() - self.settings.log_delay
        if request.method == "POST":
            return self.logs.search(json_of(request), until=until)
        return self.logs.one(last_part(request), until=until)


def _refused(payload: Json, parts: Iterable[str]) -> Iterator[Problem]:
    """Yield fault F11, in the shape sendgrid-ruby#467 shows: the index, no `.0.email`."""
    for index, item in enumerate(payload["personalizations"]):
        if any(part in party["email"] for party in item["to"] for part in parts):
            yield Problem(
                "Does not contain a valid address.",
                f"personalizations.{index}.to",
                "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
                "#message.personalizations.to",
            )
