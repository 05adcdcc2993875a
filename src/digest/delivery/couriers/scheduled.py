"""Mail that SendGrid keeps until its time, and how it is called back. Touches the network.

Nothing here can send anything, so every request may be made again: a name that was made and not
heard of is lost and does no harm, and whether something is cancelled is always read back. What an
answer left open never counts as cancelled. Facts: SendGrid §2.5, reliability §3.4.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from digest.delivery.couriers.sendgrid_api import Json, SendGridApi
from digest.errors import DigestError, HeldError, NotReadyError, UnfinishedError

#: How long before its time what is cancelled is discarded for certain.
MARGIN: Final = timedelta(minutes=10)
#: SendGrid keeps nothing for longer.
MOST_AHEAD: Final = timedelta(hours=72)

_NAMES: Final = "/v3/mail/batch"
_STOPPED: Final = "/v3/user/scheduled_sends"
#: So many may be cancelled or paused at a time; older pages say 100.
_MOST_STOPPED: Final = 10
#: Seconds between tries; the last is not waited for.
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 0.0)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SCOPES: Final = (
    "Give the key the scopes mail.batch.create, mail.batch.read, user.scheduled_sends.create, "
    "user.scheduled_sends.read and user.scheduled_sends.update at SendGrid: Settings, API Keys."
)


class ScheduledSends:
    """What one SendGrid account keeps until its time.

    Args:
        api: who is asked; closed by whoever made it.
        pause: lets seconds pass between two tries.
    """

    def __init__(self, api: SendGridApi, *, pause: Callable[[float], object] = time.sleep) -> None:
        self._api = api
        self._pause = pause

    def make_batch(self) -> str:
        """Return a new name under which mail can be handed over, and cancelled together.

        Raises:
            NotReadyError: the key may not make one.
            DigestError: there was no clear answer, several times.
        """
        error = _unclear("no name came back")
        for pause in _PAUSES[:3]:
            try:
                status, body = self._asked("POST", _NAMES, {})
            except NotReadyError:
                raise
            except DigestError as again:
                error = again
            else:
                name = body.get("batch_id") if isinstance(body, dict) else None
                if status == 201 and isinstance(name, str) and _NAME.fullmatch(name):
                    return name
                error = _unclear(f"asked for a batch id, SendGrid answered {status}")
            self._pause(pause)
        raise error

    def cancel(self, name: str) -> bool:
        """Cancel everything kept under a name, and read back that it is cancelled.

        Returns:
            Whether this call has cancelled it; False when it was found cancelled, be it by an
            earlier call or by an earlier try of this one whose answer got lost.

        Raises:
            HeldError: SendGrid does not know the name, or holds as many cancellations as it can.
            NotReadyError: the key may not cancel, or not read back.
            UnfinishedError: it is not known to be cancelled, after several tries.
        """
        is_ours, said = False, ""
        for pause in _PAUSES:
            try:
                is_ours = self._ask(name) or is_ours
                if self._status(name) == "cancel":
                    return is_ours
                said = "SendGrid does not list it as cancelled"
            except (HeldError, NotReadyError):
                raise
            except DigestError as error:
                said = error.problems[0].what
            self._pause(pause)
        raise UnfinishedError(
            f"whether SendGrid has cancelled it is not known: {said}",
            where=f"SendGrid, batch {name}",
            remedy="Run the command again at once.",
        )

    def _ask(self, name: str) -> bool:
        """Ask for the cancellation; return whether SendGrid agreed to it just now."""
        status, body = self._asked("POST", _STOPPED, {"batch_id": name, "status": "cancel"})
        if status == 201:
            return True
        # 400: it is cancelled or paused already, unknown, or one too many.
        match self._status(name):
            case "cancel":
                return False
            case "pause":
                path = f"{_STOPPED}/{name}"
                return self._asked("PATCH", path, {"status": "cancel"})[0] == 204
            case _:
                raise self._refusal(name, f"{status}{_said(body)}")

    def _status(self, name: str) -> str:
        """Return "cancel", "pause", or "" for neither."""
        status, body = self._asked("GET", f"{_STOPPED}/{name}")
        if status == 404:
            return ""
        entries = dict(_entries(body)) if status == 200 else None
        if entries is None:
            raise _unclear(f"asked what is cancelled, SendGrid answered {status}{_said(body)}")
        return entries.get(name, "")

    def _refusal(self, name: str, said: str) -> DigestError:
        """Return why a cancellation was refused: looked up, not guessed from the words."""
        status, body = self._asked("GET", _STOPPED)
        stopped = [each for each, _ in _entries(body)] if status == 200 else []
        if len(stopped) >= _MOST_STOPPED:
            return HeldError(
                f"SendGrid cancels no more: it holds {len(stopped)} cancelled or paused batches",
                where=f"SendGrid, batch {name}",
                remedy="Release one whose time is long over (DELETE "
                f"{_STOPPED}/ID at SendGrid; there are {', '.join(stopped)}), or ask SendGrid's "
                "support to stop the mail. Then run the command again.",
            )
        status, _ = self._asked("GET", f"{_NAMES}/{name}")
        if status in {400, 404}:
            return HeldError(
                "SendGrid does not know this batch id",
                where=f"SendGrid, batch {name}",
                remedy="Was it made with the key of another account, or another region? Set the "
                "key that handed the issue over, and run the command again.",
            )
        return _unclear(f"asked to cancel, SendGrid answered {said}")

    def _asked(self, method: str, path: str, wish: Json = None) -> tuple[int, Json]:
        try:
            match method:
                case "GET":
                    return self._api.get(path)
                case "POST":
                    return self._api.post(path, wish)
                case _:
                    return self._api.patch(path, wish)
        except NotReadyError as error:
            raise NotReadyError(
                error.problems[0].what, where="SENDGRID_API_KEY", remedy=_SCOPES
            ) from error


def _entries(body: Json) -> Iterator[tuple[str, str]]:
    for entry in body if isinstance(body, list) else ():
        if isinstance(entry, dict):
            yield str(entry.get("batch_id", "")), str(entry.get("status", ""))


def _said(body: Json) -> str:
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    return f" ({message})" if isinstance(message, str) else ""


def _unclear(what: str) -> DigestError:
    return DigestError(what, where="SendGrid", remedy="Run the command again.")
