"""Batch ids, and what cancelling and pausing does to mails that wait for their time.

Rules of facts/sendgrid.md §2.5. The fate of a mail is computed from the history, so a
cancellation that is undone after `send_at` does not bring a discarded mail back.
"""

import secrets
import string
import threading
from enum import StrEnum

from .http_values import Answer, Json, Problem, error_answer, errors_answer, json_answer
from .instants import Instants

MOST_HELD = 10
#: Later cancellations are "not guaranteed": the strict reading is that they do nothing.
CANCEL_MARGIN = 600
PAUSE_LIFETIME = 72 * 3600
_LETTERS = string.ascii_letters + string.digits


class Fate(StrEnum):
    """Where a mail is."""

    SENT = "sent"
    SCHEDULED = "scheduled"
    PAUSED = "paused"
    #: Cancelled in time: it never goes out.
    DISCARDED = "discarded"
    #: Paused for more than 72 hours.
    EXPIRED = "expired"


class Schedule:
    """The account's batch ids and their status over time."""

    def __init__(self, instants: Instants) -> None:
        self._instants = instants
        self._lock = threading.Lock()
        #: Per batch: when which status began; None is "neither".
        self._history: dict[str, list[tuple[float, str | None]]] = {}

    def create(self) -> Answer:
        """POST /v3/mail/batch."""
        batch_id = "".join(secrets.choice(_LETTERS) for _ in range(32))
        with self._lock:
            self._history[batch_id] = []
        return json_answer(201, {"batch_id": batch_id})

    def knows(self, batch_id: str) -> bool:
        """Return whether this account made the id."""
        return batch_id in self._history

    def validate(self, batch_id: str) -> Answer:
        """GET /v3/mail/batch/{id}."""
        if self.knows(batch_id):
            return json_answer(200, {"batch_id": batch_id})
        return error_answer(400, "invalid batch id")

    def status(self, batch_id: str) -> str | None:
        """Return "cancel", "pause" or nothing, as of now."""
        history = self._history.get(batch_id)
        return history[-1][1] if history else None

    def hold(self, wish: Json) -> Answer:
        """POST /v3/user/scheduled_sends."""
        problems = list(_problems(wish, "batch_id", "status"))
        if problems:
            return errors_answer(400, problems)
        batch_id, status = wish["batch_id"], wish["status"]
        with self._lock:
            if not self.knows(batch_id):
                return error_answer(400, "invalid batch id", "batch_id")
            if self.status(batch_id) is not None:
                return error_answer(400, "a status for this batch id exists", "batch_id")
            if len(self._held()) >= MOST_HELD:
                return error_answer(400, "the maximum number of cancellations/pauses is reached")
            self._history[batch_id].append((self._instants.next(), status))
        return json_answer(201, {"batch_id": batch_id, "status": status})

    def listed(self, batch_id: str | None = None) -> Answer:
        """GET /v3/user/scheduled_sends, of all or of one."""
        with self._lock:
            held = self._held()
        found = [entry for entry in held if batch_id in {None, entry["batch_id"]}]
        return json_answer(200, found)

    def change(self, batch_id: str, wish: Json) -> Answer:
        """PATCH /v3/user/scheduled_sends/{id}."""
        problems = list(_problems(wish, "status"))
        if problems:
            return errors_answer(400, problems)
        return self._record(batch_id, wish["status"])

    def release(self, batch_id: str) -> Answer:
        """DELETE /v3/user/scheduled_sends/{id}."""
        return self._record(batch_id, None)

    def _record(self, batch_id: str, status: str | None) -> Answer:
        with self._lock:
            if self.status(batch_id) is None:
                return error_answer(404, "batch id not found")
            self._history[batch_id].append((self._instants.next(), status))
        return Answer(204)

    def _held(self) -> list[dict[str, str]]:
        statuses = ((batch_id, self.status(batch_id)) for batch_id in self._history)
        return [{"batch_id": b, "status": status} for b, status in statuses if status]

    def fate(self, *, at: float, send_at: int | None, batch_id: str | None) -> Fate:
        """Return where the mail is that was accepted at `at`."""
        now = self._instants.now()
        due = max(at, send_at or 0)
        history = self._history.get(batch_id or "", [])
        status, since = _in_force(history, min(now, due))
        # What is added to a cancelled batch is cancelled too; else ten minutes' notice.
        if status == "cancel" and (since <= at or since <= due - CANCEL_MARGIN):
            return Fate.DISCARDED
        if now < due:
            return Fate.PAUSED if status == "pause" else Fate.SCHEDULED
        if status != "pause":
            return Fate.SENT
        return _after_pause(history, due, now)


def _after_pause(history: list[tuple[float, str | None]], due: float, now: float) -> Fate:
    ends = next(
        ((when, status) for when, status in history if when > due and status != "pause"), None
    )
    until = min(now, ends[0] if ends else now)
    if until - due > PAUSE_LIFETIME:
        return Fate.EXPIRED
    if ends is None:
        return Fate.PAUSED
    return Fate.DISCARDED if ends[1] == "cancel" else Fate.SENT


def _in_force(history: list[tuple[float, str | None]], when: float) -> tuple[str | None, float]:
    status, since = None, 0.0
    for began, value in history:
        if began <= when:
            status, since = value, began
    return status, since


def _problems(wish: Json, *names: str) -> list[Problem]:
    if not isinstance(wish, dict):
        return [Problem("Bad Request")]
    found = []
    if "batch_id" in names and not isinstance(wish.get("batch_id"), str):
        found.append(Problem("batch_id is required", "batch_id"))
    if wish.get("status") not in ("cancel", "pause"):
        found.append(Problem("status must be cancel or pause", "status"))
    return found
