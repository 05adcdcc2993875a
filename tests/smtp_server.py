"""A real mail server on 127.0.0.1 that keeps what it took."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: Says what the server answers to a command, or nothing for what is usual.
Objection = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail the server answered for with 250."""

    sender: str
    #: As told by RCPT TO.
    recipients: tuple[str, ...]
    #: The message, byte for byte.
    message: bytes
    #: Of the client: one connection, one port.
    port: int
    #: The user who had logged in; or "".
    user: str
    encrypted: bool


@dataclass(slots=True, kw_only=True)
class Manners:
    """What the server does besides taking everything. May be changed at any time."""

    #: Answers by command (`MAIL`, `RCPT`, `DATA`, `MESSAGE`) and what was said.
    objections: dict[str, Objection] = field(default_factory=dict)
    #: User name → password.
    users: dict[str, str] = field(default_factory=dict)

    def objection(self, command: str, said: str) -> str | None:
        """Return the answer to a command, if it is not the usual one."""
        found = self.objections.get(command)
        return None if found is None else found(said)


class MailServer:
    """What is known of the running server."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.taken: list[Taken] = []
        self.port = 0

    async def handle_MAIL(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if (answer := self.manners.objection("MAIL", address)) is not None:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if (answer := self.manners.objection("RCPT", address)) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer the whole message."""
        message = envelope.content
        assert isinstance(message, bytes)
        assert isinstance(session.peer, tuple)
        if (answer := self.manners.objection("MESSAGE", "")) is not None:
            return answer
        self.taken.append(
            Taken(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                message=message,
                port=session.peer[1],
                user=session.auth_data if isinstance(session.auth_data, str) else "",
                encrypted=session.ssl is not None,
            )
        )
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Say whether somebody may log in."""
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        known = self.manners.users.get(user) == password
        return AuthResult(success=known, handled=False, auth_data=user)


class _Controller(Controller):
    """A controller that asks the system for a free port."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library's own


@contextlib.contextmanager
def mail_server(
    manners: Manners | None = None,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    smtputf8: bool = True,
) -> Iterator[MailServer]:
    """Run a server while the block lasts.

    Args:
        manners: what it does besides taking everything.
        starttls: offer STARTTLS, and insist on it.
        tls: speak TLS from the first byte.
        smtputf8: take addresses that are not ASCII.
    """
    server = MailServer(manners or Manners())
    controller = _Controller(
        server,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        enable_SMTPUTF8=smtputf8,
        authenticator=server.authenticate,
        auth_required=bool(server.manners.users),
        ident="mail.test",
    )
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()
