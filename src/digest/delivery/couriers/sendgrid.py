"""The courier that hands batches to SendGrid. Touches the network through `sendgrid_api.py`.

The library's Mail helper is not used: it is 36 times slower than a dict and reverses the readers,
so that errors would name the wrong ones (facts: SendGrid §5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.delivery.classify import classify
from digest.delivery.courier import Carry
from digest.delivery.couriers.sendgrid_api import SendGridApi
from digest.delivery.filling import Sign, unfit_readers
from digest.delivery.letter import Handover, Letter
from digest.delivery.outcome import Outcome, SetAside
from digest.delivery.payload import Body, Options, Payload

#: Facts, SendGrid §2.1.
_MOST_READERS: Final = 1000


class SendGridCourier:
    """Carries a letter through SendGrid, up to 1000 readers a request.

    Args:
        letter: what everybody gets.
        api: who carries it; closed with the courier.
        options: what SendGrid is asked to do besides.
        sign: makes the tokens of the unsubscribe links.
        now: aware; what the end of a rate limit is measured from.

    Raises:
        ConfigError: The title cannot stand in a header.
        NotReadyError: A part of the letter has no place for the unsubscribe link.
        ValueError: More than 1000 readers a request are asked for.
    """

    def __init__(
        self,
        letter: Letter,
        api: SendGridApi,
        *,
        options: Options,
        sign: Sign,
        now: Callable[[], datetime],
    ) -> None:
        if not 1 <= options.most_readers <= _MOST_READERS:
            msg = f"{options.most_readers} readers in one request"
            raise ValueError(msg)
        self._api = api
        self._payload = Payload(letter, options, sign)
        self._sandbox = options.sandbox
        self._most_readers = options.most_readers
        self._now = now

    @property
    def most_readers(self) -> int:
        """Readers in one request, at most."""
        return self._most_readers

    def prepare(self, handover: Handover) -> Carry:
        """Return what carries a batch.

        Readers whose address cannot be written are set aside before anything leaves.

        Raises:
            ValueError: There are too many readers, or none.
        """
        if not 1 <= len(handover.readers) <= self._most_readers:
            msg = f"a batch of {len(handover.readers)} readers"
            raise ValueError(msg)
        if unfit := unfit_readers(handover.readers):
            return lambda: SetAside(unfit)
        return _Carriage(self, self._payload.build(handover), len(handover.readers))

    def close(self) -> None:
        """Close connections; the courier is not used after this."""
        self._api.close()

    def carry(self, body: Body, readers: int) -> Outcome:
        """Make the request and return what came of it."""
        reply = self._api.send(body)
        return classify(reply, readers=readers, sandbox=self._sandbox, now=self._now())


@dataclass(frozen=True, slots=True)
class _Carriage:
    """One prepared batch."""

    courier: SendGridCourier
    body: Body
    readers: int

    def __call__(self) -> Outcome:
        return self.courier.carry(self.body, self.readers)

    def __repr__(self) -> str:
        return f"<a batch of {self.readers} readers>"
