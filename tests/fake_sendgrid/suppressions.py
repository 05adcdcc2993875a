"""The suppression lists and how they are read: facts/sendgrid.md §3."""

import threading
from collections.abc import Callable

from .http_values import Answer, Json, Request, error_answer, json_answer

LISTS = ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")
#: Blocks do not suppress later mail; the rest does.
_DROPS = ("bounces", "invalid_emails", "spam_reports", "unsubscribes")
MOST_PER_PAGE = 500


class Suppressions:
    """Five account-wide lists, and the unsubscribe groups."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._lists: dict[str, list[dict[str, Json]]] = {name: [] for name in LISTS}
        self._groups: list[tuple[int, str, int]] = []

    def add(
        self, name: str, email: str, *, at: float | None = None, reason: str = "", group: int = 0
    ) -> None:
        """Put an address on a list; `asm` puts it into a group.

        Raises:
            ValueError: there is no such list.
        """
        created = int(self._now() if at is None else at)
        if name == "asm":
            with self._lock:
                self._groups.append((group, email, created))
            return
        if name not in self._lists:
            raise ValueError(f"no list {name}; there are asm, {', '.join(LISTS)}")
        entry: dict[str, Json] = {"created": created, "email": email}
        if name in {"bounces", "blocks", "invalid_emails"}:
            entry["reason"] = reason or "550 5.1.1 The email account does not exist"
        if name in {"bounces", "blocks"}:
            entry["status"] = "5.1.1" if name == "bounces" else "4.0.0"
        if name == "spam_reports":
            entry["ip"] = "127.0.0.1"
        with self._lock:
            self._lists[name].append(entry)

    def reason(self, email: str, group: int | None, at: float) -> str | None:
        """Return the list that keeps mail accepted at `at` from the address."""
        wanted = email.lower()
        with self._lock:
            for name in _DROPS:
                for entry in self._lists[name]:
                    if entry["email"].lower() == wanted and entry["created"] <= at:
                        return name
            for number, address, created in self._groups:
                if number == group and address.lower() == wanted and created <= at:
                    return "asm"
        return None

    def page(self, name: str, request: Request) -> Answer:
        """GET /v3/suppression/{list}: start_time and end_time are inclusive."""
        numbers = {}
        for key, default in (
            ("start_time", 0),
            ("end_time", 2**62),
            ("limit", 500),
            ("offset", 0),
        ):
            text = request.query.get(key, str(default))
            if not text.isascii() or not text.isdigit():
                return error_answer(400, f"{key} must be an integer", key)
            numbers[key] = int(text)
        if not 1 <= numbers["limit"] <= MOST_PER_PAGE:
            return error_answer(400, "limit must be between 1 and 500", "limit")
        with self._lock:
            found = [
                entry
                for entry in self._lists[name]
                if numbers["start_time"] <= entry["created"] <= numbers["end_time"]
            ]
        # Newest first, so that offset paging over a growing list repeats entries, as it does.
        found.sort(key=lambda entry: entry["created"], reverse=True)
        return json_answer(200, found[numbers["offset"] :][: numbers["limit"]])

    def one(self, name: str, email: str) -> Answer:
        """GET /v3/suppression/{list}/{email}."""
        with self._lock:
            return json_answer(200, [e for e in self._lists[name] if e["email"] == email])

    def group(self, number: str) -> Answer:
        """GET /v3/asm/groups/{id}/suppressions: a plain list, no paging."""
        with self._lock:
            return json_answer(200, [e for g, e, _ in self._groups if str(g) == number])

    def groups(self) -> Answer:
        """GET /v3/asm/suppressions."""
        with self._lock:
            entries = [
                {"email": email, "group_id": g, "group_name": f"Group {g}", "created_at": created}
                for g, email, created in self._groups
            ]
        return json_answer(200, entries)

    def globally(self, email: str) -> Answer:
        """GET /v3/asm/suppressions/global/{email}: empty unless unsubscribed from all."""
        with self._lock:
            known = any(e["email"] == email for e in self._lists["unsubscribes"])
        return json_answer(200, {"recipient_email": email} if known else {})

    def forget(self) -> None:
        """Empty all lists."""
        with self._lock:
            for entries in self._lists.values():
                entries.clear()
            self._groups.clear()
