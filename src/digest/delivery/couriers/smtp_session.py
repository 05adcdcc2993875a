"""One connection to a mail server, and what its answers mean. Touches the network.

A server takes a message when it has read the line with the dot that ends it and says 250 (RFC
5321 §4.1.1.4). So nothing that fails before that line leaves is in doubt, whatever the state of
the connection; after it, only a clear answer is one.

    before the dot   no connection, 4xx          TryLater
                     5xx to the address          SetAside
                     5xx to the sender, login    Stop
                     5xx to DATA                 Refused
    after it         250                         Accepted
                     4xx, 5xx                    TryLater, Refused
                     anything else, no answer    Unknown
"""

import contextlib
import enum
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from digest.delivery.classify import without_addresses
from digest.delivery.outcome import (
    Accepted,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)

#: Servers close what nobody uses; a new connection costs less than to find that out.
IDLE: Final = timedelta(seconds=10)

# RFC 5321 §4.5.2.
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_SETTINGS = "[delivery.smtp] in config.toml"


class Security(enum.Enum):
    """How the connection is kept secret; values as in config.toml."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server, and how to speak to it."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    #: Name to log in with; "": without.
    username: str = ""
    password: str = field(default="", repr=False)
    connect_timeout: timedelta = timedelta(seconds=10)
    #: For each answer. RFC 5321 §4.5.3.2.6 wants 10 minutes after the dot.
    read_timeout: timedelta = timedelta(seconds=600)
    #: For TLS; None: certificates as the system trusts them.
    context: ssl.SSLContext | None = field(default=None, repr=False)


class RefusedError(Exception):
    """The message was not handed over, for certain."""

    def __init__(self, outcome: Outcome, *, gone: bool = False) -> None:
        super().__init__()
        self.outcome = outcome
        #: The connection came to its end; a new one may do.
        self.gone = gone


class Session:
    """The connection of one thread, open or not."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self.used_at = 0.0

    def close(self) -> None:
        """Close the connection without a word: nothing is said that could be waited for."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError):
                smtp.close()

    def begin(self, sender: str, address: str, now: float) -> None:
        """Say everything that comes before the message.

        Raises:
            RefusedError: The server does not take it, or is not there.
        """
        if self._smtp is not None and now - self.used_at <= IDLE.total_seconds():
            try:
                self._envelope(self._smtp, sender, address)
            except RefusedError as refused:
                # Many servers take so many mails and close; nothing of this one has left.
                if not refused.gone:
                    raise
            else:
                return
        self.close()
        with _refusing(_stop):
            self._smtp = _connect(self._server)
        self._envelope(self._smtp, sender, address)

    def finish(self, message: bytes, name: str) -> Outcome:
        """Send the message after DATA was granted."""
        if self._smtp is None or self._smtp.sock is None:
            return TryLater("the connection was closed by us")
        sock = self._smtp.sock
        try:
            sock.sendall(_LEADING_DOT.sub(b"..", message))
        except OSError as error:
            return TryLater(f"the mail server went away: {_named(error)}")
        try:
            # From here on the server may have taken the message, whatever we hear.
            sock.sendall(b".\r\n")
            code, said = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Unknown(f"no answer to the message: {_named(error)}")
        return _after_dot(code, said, name)

    @staticmethod
    def _envelope(smtp: smtplib.SMTP, sender: str, address: str) -> None:
        options = []
        if not address.isascii():
            # RFC 6531 §3.4.
            if not smtp.has_extn("smtputf8"):
                what = "the mail server takes no address with such letters (SMTPUTF8)"
                raise RefusedError(SetAside({0: what}))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            smtp.command_encoding = "utf-8"
        with _refusing(_stop):
            _expect(250, smtp.mail(sender, options))
        with _refusing(_aside):
            code, said = smtp.rcpt(address)
            # RFC 5321 §3.4, 251: not a local user, and it will be forwarded.
            _expect(250, (250 if code == 251 else code, said))
        with _refusing(Refused):
            _expect(354, smtp.docmd("DATA"))


def greet(server: Server) -> str:
    """Connect and log in as a send would, say QUIT, and return what the server is called.

    Raises:
        RefusedError: The server does not want it, or is not there.
    """
    with _refusing(_stop):
        smtp = _connect(server)
        try:
            said = smtp.ehlo_resp or smtp.helo_resp or b""
            smtp.quit()
        finally:
            smtp.close()
    return without_addresses(said.decode("utf-8", "replace").partition("\n")[0])


def _connect(server: Server) -> smtplib.SMTP:
    """Return a connection that mail can be handed over on.

    Raises:
        smtplib.SMTPException: The server does not want it.
        OSError: There is no connection, or no TLS.
    """
    context = server.context or ssl.create_default_context()
    seconds = server.connect_timeout.total_seconds()
    smtp = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
        if server.security is Security.TLS
        else smtplib.SMTP(server.host, server.port, timeout=seconds)
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
        if server.username:
            smtp.login(server.username, server.password)
        if smtp.sock is not None:
            smtp.sock.settimeout(server.read_timeout.total_seconds())
    except BaseException:
        smtp.close()
        raise
    return smtp


@contextlib.contextmanager
def _refusing(refusal: Callable[[str], Outcome]) -> Iterator[None]:
    """Turn what goes wrong before the message into an outcome: nothing of it was taken.

    Args:
        refusal: makes the outcome of a final refusal (5xx, RFC 5321 §4.2.1) from its text.

    Raises:
        RefusedError: Something went wrong.
    """
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise RefusedError(TryLater("the mail server went away"), gone=True) from error
    except smtplib.SMTPResponseException as error:
        said = _said(error.smtp_code, error.smtp_error)
        # 500 without an answer is smtplib's own, for a line without end.
        final = 500 <= error.smtp_code < 600 and isinstance(error.smtp_error, bytes)
        outcome = refusal(said) if final else TryLater(said)
        raise RefusedError(outcome, gone=error.smtp_code == 421) from error
    except smtplib.SMTPException as error:
        # Not offered: STARTTLS, or a way to log in that we know.
        raise RefusedError(_stop(_named(error))) from error
    except UnicodeError as error:
        raise RefusedError(_stop("name or password hold letters it cannot read")) from error
    except OSError as error:
        reason = f"no connection to the mail server: {_named(error)}"
        raise RefusedError(TryLater(reason), gone=True) from error


def _stop(said: str) -> Outcome:
    return Stop(f"the mail server refuses us: {said}", f"Check host, port and login: {_SETTINGS}.")


def _aside(said: str) -> Outcome:
    return SetAside({0: said})


def _after_dot(code: int, said: bytes, name: str) -> Outcome:
    """Return what the answer to the whole message means."""
    if code == 250:
        return Accepted(name)
    if 400 <= code < 500:
        return TryLater(_said(code, said))
    if 500 <= code < 600:
        return Refused(_said(code, said))
    return Unknown(f"no clear answer to the message: {_said(code, said)}")


def _expect(code: int, answer: tuple[int, bytes]) -> None:
    if answer[0] != code:
        raise smtplib.SMTPResponseException(*answer)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return without_addresses(f"{code} {text}")


def _named(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or 'handshake failed'}"
    return without_addresses(str(error)) or type(error).__name__
