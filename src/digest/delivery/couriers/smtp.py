"""The courier for any mail server: one message a reader, one connection a thread."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from digest.delivery.courier import Carry
from digest.delivery.couriers.smtp_session import RefusedError, Server, Session
from digest.delivery.filling import Sign, unfit_readers
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.mail import Mails
from digest.delivery.outcome import Accepted, Outcome, SetAside
from digest.delivery.way import Way
from digest.errors import NotReadyError


class SmtpCourier:
    """Carries a letter over SMTP.

    Args:
        letter: what everybody gets.
        server: who takes it.
        sign: makes the tokens of the unsubscribe links.
        now: aware; for the header Date.
        clock: monotonic seconds, to know how long a connection was idle.

    Raises:
        NotReadyError: The letter's way out is SendGrid's, which no other server fills in.
    """

    def __init__(
        self,
        letter: Letter,
        server: Server,
        *,
        sign: Sign,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if letter.unsubscribe and letter.unsubscribe.way is Way.SENDGRID_GROUP:
            raise NotReadyError(
                "SendGrid's unsubscribe groups work with the courier sendgrid only",
                where="config.toml, [subscribers] unsubscribe",
                remedy='Use "endpoint" or "mailto", or the courier "sendgrid".',
            )
        self._mails = Mails(letter, sign)
        self._sender = letter.sender_email
        self._server = server
        self._now = now
        self._clock = clock
        self._own = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[Session] = []

    @property
    def most_readers(self) -> int:
        """One: a server answers for one message."""
        return 1

    def prepare(self, handover: Handover) -> Carry:
        """Return what carries the mail of one reader.

        Raises:
            ValueError: There are several readers, or none.
        """
        (reader,) = handover.readers
        if unfit := unfit_readers(handover.readers):
            return lambda: SetAside(unfit)
        message = self._mails.build(reader, handover.token, self._now())
        name = self._mails.message_id(reader, handover.token)
        return lambda: self._carry(reader, message, name)

    def close(self) -> None:
        """Close connections; the courier is not used after this."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
        self._own = threading.local()

    def _carry(self, reader: Reader, message: bytes, name: str) -> Outcome:
        session = self._session()
        outcome: Outcome | None = None
        try:
            session.begin(self._sender, reader.address, self._clock())
            outcome = session.finish(message, name)
        except RefusedError as refused:
            outcome = refused.outcome
        finally:
            # After anything but a success a new connection knows of no half-made mail.
            if not isinstance(outcome, Accepted):
                session.close()
        session.used_at = self._clock()
        return outcome

    def _session(self) -> "Session":
        session: Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = Session(self._server)
            with self._lock:
                self._sessions.append(session)
        return session
