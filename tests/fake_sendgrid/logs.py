"""The Email Logs API, /v3/logs, with its documented query language: facts/sendgrid.md §2.10."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from .http_values import Answer, Json, error_answer, json_answer
from .mails import Mail
from .outcomes import Outcome, outcome_of
from .schedule import Fate

_FIELDS = {
    "sg_message_id": "=",
    "subject": "=",
    "to_email": "=",
    "reason": "=",
    "status": "IN",
    "categories": "IN",
    "sg_message_id_created_at": "< > <= >=",
}
_CONDITION = re.compile(
    r"""\s*(?P<field>\w+)\s*(?P<operator><=|>=|=|<|>|\bIN\b)\s*
    (?P<timestamp>TIMESTAMP\s+)?(?P<value>"[^"]*"|'[^']*'|\((?:[^)'"]|'[^']*'|"[^"]*")*\))\s*""",
    re.VERBOSE,
)
_ITEM = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_STATUS = {
    Outcome.DELIVERED: "delivered",
    Outcome.OPENED: "delivered",
    Outcome.CLICKED: "delivered",
    Outcome.SPAM: "delivered",
    Outcome.UNSUBSCRIBED: "delivered",
    Outcome.BOUNCED: "bounced",
    Outcome.BLOCKED: "blocked",
    Outcome.DEFERRED: "deferred",
    Outcome.DROPPED: "dropped",
}


class QueryError(ValueError):
    """The query is outside of the documented language."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; all of a query must hold."""

    field: str
    operator: str
    values: tuple[str, ...]
    when: float = 0.0

    def holds(self, mail: Mail) -> bool:
        """Return whether the mail passes. Comparison minds capitals."""
        if self.field == "sg_message_id_created_at":
            return _compare(mail.accepted.at, self.operator, self.when)
        found = {
            "categories": mail.categories,
            "sg_message_id": (mail.sg_message_id,),
            "to_email": (mail.email,),
            "subject": (mail.subject,),
            "reason": (reason_of(mail),),
            "status": (status_of(mail),),
        }
        return not set(self.values).isdisjoint(found[self.field])


def parse_query(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a query.

    Raises:
        QueryError: an unknown field, an operator the field has not, OR, nesting, `and`.
    """
    found = []
    position = 0
    while True:
        match = _CONDITION.match(text, position)
        if match is None:
            raise QueryError(f"invalid query near {text[position : position + 20]!r}")
        found.append(_condition(match))
        position = match.end()
        if position == len(text):
            return tuple(found)
        joint = re.compile(r"AND\s+").match(text, position)
        if joint is None:
            raise QueryError(f"expected AND near {text[position : position + 20]!r}")
        position = joint.end()


def _condition(match: re.Match[str]) -> Condition:
    field, operator, value = match["field"], match["operator"], match["value"]
    if operator not in _FIELDS.get(field, "").split():
        raise QueryError(f"{field} {operator} is not supported")
    is_time = field == "sg_message_id_created_at"
    if bool(match["timestamp"]) is not is_time or value.startswith("(") is not (operator == "IN"):
        raise QueryError(f"{field} {operator} takes another value")
    values = tuple(one or other for one, other in _ITEM.findall(value))
    if not is_time:
        return Condition(field, operator, values)
    try:
        when = datetime.fromisoformat(values[0])
    except ValueError:
        raise QueryError(f"{values[0]} is no timestamp") from None
    if when.tzinfo is None:
        raise QueryError(f"{values[0]} has no zone")
    return Condition(field, operator, values, when.timestamp())


def _compare(left: float, operator: str, right: float) -> bool:
    match operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


class Logs:
    """Answers from the mails that are old enough to have appeared."""

    def __init__(self, mails: Callable[[str | None], Iterable[Mail]]) -> None:
        self._mails = mails

    def search(self, wish: Json, *, until: float) -> Answer:
        """POST /v3/logs, of mails accepted up to `until`. There are no pages."""
        if not isinstance(wish, dict) or not isinstance(wish.get("query", ""), str):
            return error_answer(400, "query must be a string", "query")
        limit = wish.get("limit", 10)
        if not isinstance(limit, int) or not 1 <= limit <= 1000:
            return error_answer(400, "limit must be between 1 and 1000", "limit")
        try:
            conditions = parse_query(wish["query"]) if wish.get("query") else ()
        except QueryError as error:
            return error_answer(400, str(error), "query")
        address = next((c.values[0] for c in conditions if c.field == "to_email"), None)
        found = [
            mail
            for mail in self._mails(address)
            if mail.accepted.at <= until and all(c.holds(mail) for c in conditions)
        ]
        return json_answer(200, {"messages": [_summary(mail) for mail in found[:limit]]})

    def one(self, sg_message_id: str, *, until: float) -> Answer:
        """GET /v3/logs/{sg_message_id}: the only place that returns custom_args."""
        for mail in self._mails(None):
            if mail.sg_message_id == sg_message_id and mail.accepted.at <= until:
                return json_answer(200, _details(mail))
        return error_answer(404, "message not found")


def status_of(mail: Mail) -> str:
    """Return the status the logs would show."""
    if mail.dropped or mail.fate in {Fate.DISCARDED, Fate.EXPIRED}:
        return "dropped"
    if mail.fate is not Fate.SENT:
        return "processed"
    return _STATUS[outcome_of(mail.email)]


def reason_of(mail: Mail) -> str:
    """Return why a mail did not arrive, or nothing."""
    if mail.dropped:
        return f"Address is on {mail.dropped}"
    return "cancelled" if mail.fate is Fate.DISCARDED else ""


def _summary(mail: Mail) -> dict[str, Json]:
    created = datetime.fromtimestamp(mail.accepted.at, UTC)
    return {
        "from_email": mail.sender,
        "sg_message_id": mail.sg_message_id,
        "subject": mail.subject,
        "to_email": mail.email,
        "reason": reason_of(mail),
        "status": status_of(mail),
        "sg_message_id_created_at": created.isoformat().replace("+00:00", "Z"),
    }


def _details(mail: Mail) -> dict[str, Json]:
    return {
        "from_email": mail.sender,
        "sg_message_id": mail.sg_message_id,
        "subject": mail.subject,
        "to_email": mail.email,
        "status": status_of(mail),
        "api_key_id": "fake",
        "client_ip": "127.0.0.1",
        "category": list(mail.categories),
        "custom_args": mail.args,
        "events": list(_log_events(mail)),
    }


def _log_events(mail: Mail) -> Iterator[dict[str, Json]]:
    at = int(mail.accepted.at)
    yield {
        "event": "received",
        "recv_message_id": mail.accepted.message_id,
        "received_at": at,
    }
    yield {"event": "processed", "sg_message_id": mail.sg_message_id, "processed_at": at}
