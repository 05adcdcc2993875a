"""The fake's own paths under /_fake/, for tests that run it as another process. No key needed."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from .events import Untidiness
from .http_values import Answer, Json, Request, error_answer, json_answer
from .schedule import Fate

if TYPE_CHECKING:
    from .server import FakeSendGrid

PREFIX = "/_fake/"
_SETTABLE = {
    "latency": float,
    "log_delay": float,
    "drip": float,
    "validate_every": int,
    "credits_exceeded": bool,
    "key": str,
    "senders": dict,
    "domains": dict,
    "credits_left": int,
    "groups": tuple,
}


class Control:
    """Drives a fake over HTTP."""

    def __init__(self, fake: "FakeSendGrid") -> None:
        self._fake = fake
        self._paths: dict[tuple[str, str], Callable[[Request], Json]] = {
            ("GET", "ledger"): self._ledger,
            ("GET", "mail"): self._mail,
            ("GET", "requests"): self._requests,
            ("GET", "events"): self._events,
            ("POST", "faults"): self._faults,
            ("POST", "reset"): self._reset,
            ("POST", "suppress"): self._suppress,
            ("POST", "settings"): self._settings,
            ("POST", "clock"): self._clock,
        }

    def answer(self, request: Request) -> Answer:
        """Carry out one wish; what cannot be understood is a 400 that says why."""
        found = self._paths.get((request.method, request.path.removeprefix(PREFIX)))
        if found is None:
            known = ", ".join(f"{method} {PREFIX}{name}" for method, name in self._paths)
            return error_answer(404, f"there are {known}")
        try:
            return json_answer(200, found(request))
        except (AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
            return error_answer(400, f"{type(error).__name__}: {error}")

    def _ledger(self, request: Request) -> Json:
        fake = self._fake
        entries = []
        for entry in fake.ledger:
            line = entry.as_json()
            if request.query.get("readers") == "0":
                del line["readers"]
            fate = fake.fate_of(entry)
            entries.append(line | {"fate": fate.value, "discarded": fate is Fate.DISCARDED})
        return {
            "requests": fake.mail_sends,
            "accepted": entries,
            "schema_violations": fake.schema_violations,
        }

    def _mail(self, request: Request) -> Json:
        mails = self._fake.mails_of(request.query["address"])
        return [
            {
                "message_id": mail.accepted.message_id,
                **{
                    name: getattr(mail, name)
                    for name in ("email", "subject", "text", "html", "headers", "args", "fate")
                },
            }
            for mail in mails
        ]

    def _requests(self, request: Request) -> Json:
        return [asdict(seen) for seen in self._fake.requests]

    def _events(self, request: Request) -> Json:
        query = request.query
        untidy = Untidiness(
            loss=float(query.get("loss", "0")),
            copies=int(query.get("copies", "1")),
            late=float(query.get("late", "0")),
            seed=int(query.get("seed", "0")),
        )
        batches = self._fake.batches(untidy, attempt=query.get("attempt"))
        return {
            "public_key": self._fake.public_key,
            "batches": [{"headers": head, "body": body.decode()} for head, body in batches],
        }

    def _faults(self, request: Request) -> Json:
        wish = orjson.loads(request.body)
        fake = self._fake
        if "probability" in wish:
            fake.chance(wish["probability"], wish.get("kinds", ()), seed=wish.get("seed", 0))
        elif "kind" in wish:
            fake.fault(
                wish["kind"],
                at=wish.get("at", ()),
                path=wish.get("path", "/v3/mail/send"),
                address=wish.get("address"),
            )
        elif wish == {}:
            fake.clear_faults()
        else:
            raise ValueError("give kind and at, or probability, or {} to clear all")
        return {}

    def _reset(self, request: Request) -> Json:
        self._fake.reset()
        return {}

    def _suppress(self, request: Request) -> Json:
        wish = orjson.loads(request.body)
        self._fake.suppress(
            wish["list"],
            wish["email"],
            at=wish.get("at"),
            reason=wish.get("reason", ""),
            group=wish.get("group", 0),
        )
        return {}

    def _clock(self, request: Request) -> Json:
        self._fake.forward(minutes=float(orjson.loads(request.body)["minutes"]))
        return {}

    def _settings(self, request: Request) -> Json:
        for name, value in orjson.loads(request.body).items():
            if name == "scopes":
                self._fake.settings.scopes = frozenset(value)
            else:
                setattr(self._fake.settings, name, _SETTABLE[name](value))
        return {}
