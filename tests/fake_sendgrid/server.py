"""The fake as tests hold it: a real HTTP server in threads of this process."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import orjson

from .control import Control
from .events import Untidiness
from .exchange import Elsewhere, Exchange, Seen
from .faults import MAIL_SEND, Plan
from .http_values import Json
from .ledger import Accepted
from .listener import Listener, junk_tls
from .mails import Mail, fates_of
from .posts import Batch
from .schedule import Fate
from .service import Service
from .settings import DEFAULT_KEY, Settings

if TYPE_CHECKING:
    from .signer import Signer


class FakeSendGrid:
    """A SendGrid account on 127.0.0.1; use it in a `with` block.

    Args:
        port: 0 takes any free one.
        ledger_file: gets a line per accepted request before its answer leaves.
        published_schema: judge accepted bodies by SendGrid's own schema too.
        now: the account's clock, in Unix seconds.
        on_request: called for each request before its answer is written.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        key: str = DEFAULT_KEY,
        ledger_file: Path | None = None,
        published_schema: bool = False,
        latency: float = 0.0,
        log_delay: float = 0.0,
        drip: float = 1.0,
        now: Callable[[], float] = time.time,
        on_request: Callable[[Seen], None] | None = None,
    ) -> None:
        self.settings = Settings(key=key, latency=latency, log_delay=log_delay, drip=drip)
        self._service = Service(
            self.settings,
            now=now,
            ledger_file=ledger_file,
            second_opinion=_second_opinion() if published_schema else None,
        )
        self._plan = Plan()
        self._exchange = Exchange(self._service, self._plan, Control(self), on_request)
        self._listener = Listener(self._exchange.serve, port)
        self._exchange.listener = self._listener
        self._junk: Listener | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._listener.start()

    def stop(self) -> None:
        """Close every connection, the port and the ledger file."""
        self._listener.stop()
        if self._junk is not None:
            self._junk.stop()
        self._service.ledger.close()

    @property
    def url(self) -> str:
        """Where the API is: give it to the client as its host."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def tls_junk_url(self) -> str:
        """An https address whose handshake fails: fault F19."""
        if self._junk is None:
            self._junk = Listener(junk_tls)
            self._junk.start()
        return f"https://127.0.0.1:{self._junk.port}"

    @property
    def ledger(self) -> tuple[Accepted, ...]:
        """What was accepted, in that order."""
        return self._service.ledger.entries

    @property
    def mail_sends(self) -> int:
        """How many mail/send requests have begun."""
        return self._plan.count()

    @property
    def requests(self) -> list[Seen]:
        """Every request outside of /_fake/, in the order of the answers."""
        return list(self._exchange.requests)

    @property
    def redirected(self) -> list[Elsewhere]:
        """Who followed the redirect of fault F16: should be nobody."""
        return list(self._exchange.redirected)

    @property
    def connections(self) -> int:
        """How many TCP connections were accepted."""
        return self._listener.accepted

    @property
    def schema_violations(self) -> list[str]:
        """What SendGrid's published schema says against bodies the fake accepted."""
        return self._service.schema_violations

    @property
    def public_key(self) -> str:
        """The key that verifies the webhook's signatures."""
        return self._signer.public_key

    @cached_property
    def _signer(self) -> "Signer":
        # cryptography takes longer to import than the rest, and crash tests start us often.
        from .signer import Signer  # noqa: PLC0415

        return Signer()

    def mails(self) -> list[Mail]:
        """Return every mail to every reader, waiting and discarded ones too."""
        return list(self._service.mails())

    def mails_of(self, address: str) -> list[Mail]:
        """Return the mails to one address, oldest first."""
        return list(self._service.mails(address))

    def mail_of(self, address: str) -> Mail:
        """Return the mail to one address.

        Raises:
            LookupError: there is none, or more than one.
        """
        mails = self.mails_of(address)
        if len(mails) != 1:
            raise LookupError(f"{len(mails)} mails to {address}, not one")
        return mails[0]

    def copies(self) -> Counter[str]:
        """Return per address how many mails go or went out: more than one is a double."""
        gone = {Fate.DISCARDED, Fate.EXPIRED}
        return Counter(
            email
            for entry in self.ledger
            for email, fate in fates_of(entry, self._service.schedule)
            if fate not in gone
        )

    def fate_of(self, entry: Accepted) -> Fate:
        """Return where the mails of a request are."""
        return self._service.schedule.fate(
            at=entry.at, send_at=entry.send_at, batch_id=entry.batch_id
        )

    def fault(
        self,
        kind: str,
        *,
        at: Iterable[int] = (),
        path: str = MAIL_SEND,
        address: str | None = None,
    ) -> None:
        """Let a fault happen at requests of `path` by number, or at all of them.

        "F11" takes no numbers: requests with an address that contains `address` are refused.
        """
        if kind != "F11":
            self._plan.put(kind, at, path=path)
        elif address:
            self.settings.bad_addresses += (address,)
        else:
            raise ValueError("F11 needs the address, or a part of it")

    def chance(self, probability: float, kinds: Iterable[str] = (), *, seed: int = 0) -> None:
        """Let each mail/send meet one of the faults with a probability, the same for a seed."""
        self._plan.let_chance(probability, kinds, seed=seed)

    def clear_faults(self) -> None:
        """Let everything go well from here on."""
        self._plan.clear()
        self.settings.bad_addresses = ()

    def reset(self) -> None:
        """Forget mails, suppressions, faults and counts; batch ids and the file stay."""
        self._plan.restart()
        self.settings.bad_addresses = ()
        self._service.ledger.forget()
        self._service.suppressions.forget()
        self._service.schema_violations.clear()
        self._exchange.requests.clear()
        self._exchange.redirected.clear()

    def forward(self, *, minutes: float) -> None:
        """Let time pass for the account: what it keeps until its time leaves then."""
        self._service.instants.forward(60 * minutes)

    def suppress(
        self, name: str, email: str, *, at: float | None = None, reason: str = "", group: int = 0
    ) -> None:
        """Put an address on bounces, blocks, invalid_emails, spam_reports, unsubscribes or asm."""
        self._service.suppressions.add(name, email, at=at, reason=reason, group=group)

    def events(
        self,
        *,
        loss: float = 0.0,
        copies: int = 1,
        late: float = 0.0,
        seed: int = 0,
        attempt: str | None = None,
    ) -> list[Batch]:
        """Return the signed webhook posts about everything accepted, or about one attempt."""
        return self.batches(Untidiness(loss=loss, copies=copies, late=late, seed=seed), attempt)

    def batches(self, untidy: Untidiness, attempt: str | None = None) -> list[Batch]:
        """Return the signed posts, with every kind of untidiness to choose from."""
        mails = self._service.mails()
        wanted = (m for m in mails if attempt in {None, m.args.get("digest_attempt")})
        return self._signer.batches(wanted, untidy)

    def write_events(self, file: Path, untidy: Untidiness | None = None) -> None:
        """Write the events as one JSON array, as a user would export them."""
        found = [
            event
            for _, body in self.batches(untidy or Untidiness())
            for event in orjson.loads(body)
        ]
        file.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def _second_opinion() -> Callable[[Json], list[str]]:
    # jsonschema takes a third of the start, and few tests ask for it.
    from .schema import published_check  # noqa: PLC0415

    return published_check()
