"""The couriers, each with a world around it that shows what readers finally get."""

import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import pytest

from contract.couriers.certificates import server_context
from digest.delivery.courier import Courier
from digest.delivery.couriers.outbox import OutboxCourier, Shelf
from digest.delivery.couriers.sendgrid import SendGridCourier
from digest.delivery.couriers.sendgrid_api import SendGridApi
from digest.delivery.couriers.smtp import SmtpCourier
from digest.delivery.couriers.smtp_session import Security, Server
from digest.delivery.couriers.transport import Timeouts
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.outcome import Outcome
from digest.delivery.payload import Options
from fake_sendgrid import FakeSendGrid, Mail
from smtp_server import MailServer, Manners, mail_server
from unit.delivery.letters import ATTEMPT, NOW, SIGN

SHORT = timedelta(seconds=5)
#: No such secret may be seen anywhere.
CANARY = "SG.canary-of-the-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One mail as its reader's mail program understands it."""

    address: str
    to_name: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    #: Unfolded, not decoded.
    headers: Mapping[str, str]


class World(Protocol):
    """A courier's surroundings."""

    def courier(self, letter: Letter) -> Courier:
        """Return a courier that reaches this world."""
        ...

    def lost_courier(self, letter: Letter) -> Courier:
        """Return a courier that cannot reach it."""
        ...

    def received(self) -> list[Received]:
        """Return every mail that was accepted, in any order."""
        ...


def deliver(courier: Courier, readers: tuple[Reader, ...]) -> list[Outcome]:
    """Hand over to the readers in batches as large as the courier takes."""
    most = courier.most_readers
    batches = [readers[start : start + most] for start in range(0, len(readers), most)]
    return [
        courier.prepare(Handover(batch=number, token=ATTEMPT, readers=batch))()
        for number, batch in enumerate(batches, 1)
    ]


class SendGridWorld:
    """The strict fake."""

    def __init__(self, fake: FakeSendGrid) -> None:
        self._fake = fake

    def courier(self, letter: Letter) -> Courier:
        """Return a courier that reaches the fake."""
        return self._to(letter, self._fake.url)

    def lost_courier(self, letter: Letter) -> Courier:
        """Return a courier to a port where nobody listens."""
        return self._to(letter, "http://127.0.0.1:1")

    def received(self) -> list[Received]:
        """Return what the fake accepted."""
        return [_of_mail(mail) for mail in self._fake.mails()]

    @staticmethod
    def _to(letter: Letter, url: str) -> Courier:
        api = SendGridApi(CANARY, host=url, timeouts=Timeouts(connect=SHORT, read=SHORT))
        # Click tracking marks the way out; without it the parts are equal everywhere.
        options = Options(click_tracking=False)
        return SendGridCourier(letter, api, options=options, sign=SIGN, now=lambda: NOW)


class SmtpWorld:
    """A mail server."""

    def __init__(self, server: MailServer, security: Security) -> None:
        self._server = server
        self._security = security

    def courier(self, letter: Letter) -> Courier:
        """Return a courier that logs in to the server."""
        return self._to(letter, self._server.port)

    def lost_courier(self, letter: Letter) -> Courier:
        """Return a courier to a port where nobody listens."""
        return self._to(letter, 1)

    def received(self) -> list[Received]:
        """Return what the server took."""
        return [of_message(taken.message) for taken in self._server.taken]

    def _to(self, letter: Letter, port: int) -> Courier:
        server = Server(
            host="127.0.0.1",
            port=port,
            security=self._security,
            username="courier" if self._security is Security.STARTTLS else "",
            password=CANARY,
            connect_timeout=SHORT,
            read_timeout=SHORT,
            context=server_context().client,
        )
        return SmtpCourier(letter, server, sign=SIGN, now=lambda: NOW)


class OutboxWorld:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def courier(self, letter: Letter) -> Courier:
        """Return a courier that writes into the folder."""
        return self._to(letter, self._folder / "out")

    def lost_courier(self, letter: Letter) -> Courier:
        """Return a courier to a folder that is a file."""
        file = self._folder / "file"
        file.write_text("in the way")
        return self._to(letter, file)

    def received(self) -> list[Received]:
        """Return what was written."""
        return [of_message(path.read_bytes()) for path in self._folder.rglob("*.eml")]

    @staticmethod
    def _to(letter: Letter, folder: Path) -> Courier:
        return OutboxCourier(letter, Shelf(folder=folder), sign=SIGN, now=lambda: NOW)


def of_message(data: bytes) -> Received:
    """Return what a mail program reads in a message."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    plain = email.message_from_bytes(data)
    (to,), (sender,) = message["To"].addresses, message["From"].addresses
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return Received(
        address=to.addr_spec,
        to_name=to.display_name,
        sender=sender.addr_spec,
        sender_name=sender.display_name,
        reply_to=str(message["Reply-To"] or ""),
        subject=message["Subject"],
        # RFC 2046 §4.1.1: the line ends of a text are CRLF on the way.
        text=text.get_content().replace("\r\n", "\n"),
        html=html.get_content().replace("\r\n", "\n"),
        headers={name: re.sub(r"\r?\n", "", str(value)) for name, value in plain.items()},
    )


def _of_mail(mail: Mail) -> Received:
    payload = mail.accepted.payload
    (to,) = [
        item["to"][0]
        for item in payload["personalizations"]
        if item["to"][0]["email"] == mail.email
    ]
    return Received(
        address=mail.email,
        to_name=to.get("name", ""),
        sender=mail.sender,
        sender_name=payload["from"].get("name", ""),
        reply_to=mail.reply_to or "",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
    )


@contextmanager
def _sendgrid() -> Iterator[World]:
    with FakeSendGrid(key=CANARY) as fake:
        yield SendGridWorld(fake)
        assert fake.schema_violations == []


class MailServers:
    """One server for each way to keep a connection secret, started when first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[Security, MailServer] = {}

    def world(self, security: Security) -> SmtpWorld:
        """Return the world of an empty server."""
        if security not in self._running:
            self._running[security] = self._stack.enter_context(_running(security))
        server = self._running[security]
        server.taken.clear()
        return SmtpWorld(server, security)


def _running(security: Security) -> AbstractContextManager[MailServer]:
    context = server_context().server
    return mail_server(
        # aiosmtpd offers a login after STARTTLS only.
        Manners(users={"courier": CANARY} if security is Security.STARTTLS else {}),
        starttls=context if security is Security.STARTTLS else None,
        tls=context if security is Security.TLS else None,
    )


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[MailServers]:
    """The mail servers of all tests."""
    with ExitStack() as stack:
        yield MailServers(stack)


@pytest.fixture(params=["sendgrid", "smtp", "smtp-starttls", "smtp-tls", "outbox"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, mail_servers: MailServers
) -> Iterator[World]:
    """Each courier's world in turn."""
    match request.param:
        case "sendgrid":
            with _sendgrid() as found:
                yield found
        case "outbox":
            yield OutboxWorld(tmp_path)
        case "smtp":
            yield mail_servers.world(Security.NONE)
        case kind:
            yield mail_servers.world(Security(kind.removeprefix("smtp-")))
