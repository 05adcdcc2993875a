"""Records of the domain name system. The only module that knows dnspython. Asks name servers."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dns.resolver import Resolver

#: For one question, other servers included.
QUESTION_SECONDS: Final = 2.0
#: For all questions of one check.
CHECK_SECONDS: Final = 8.0


#: A name that every name server knows which knows the internet. One that answers "no such name"
#: to everything says nothing about the sender's domain.
_KNOWN: Final = "com"


class NoAnswerError(Exception):
    """No name server of the internet answered; says nothing about the domain."""


class NameServers:
    """Who is asked.

    Args:
        addresses: of name servers; empty: those this machine uses.
        port: where they listen.
        seconds: for one question.
    """

    def __init__(
        self,
        addresses: Sequence[str] = (),
        *,
        port: int = 53,
        seconds: float = QUESTION_SECONDS,
    ) -> None:
        self._addresses = tuple(addresses)
        self._port = port
        self._seconds = seconds

    def begin(self) -> "Questions":
        """Return what asks for one check.

        Raises:
            NoAnswerError: this machine knows no name server, or none that knows the internet.
        """
        from dns.resolver import NoResolverConfiguration, Resolver

        try:
            resolver = Resolver(configure=not self._addresses)
        except (NoResolverConfiguration, OSError) as error:
            raise NoAnswerError from error
        if self._addresses:
            resolver.nameservers = list(self._addresses)
            resolver.port = self._port
        resolver.timeout = resolver.lifetime = self._seconds
        questions = Questions(resolver, time.monotonic() + CHECK_SECONDS)
        if not questions.knows(_KNOWN):
            raise NoAnswerError
        return questions


class Questions:
    """Questions of one check.

    Every method returns an empty tuple when there is no such record or no such name.
    """

    def __init__(self, resolver: "Resolver", until: float) -> None:
        self._resolver = resolver
        self._until = until

    def knows(self, name: str) -> bool:
        """Return whether a zone of that name is there.

        Raises:
            NoAnswerError: no name server answered in time.
        """
        return bool(self._ask(name, "NS"))

    def txt(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name, each in one piece.

        Raises:
            NoAnswerError: no name server answered in time.
        """
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace")
            for record in self._ask(name, "TXT")
        )

    def mx(self, name: str) -> tuple[str, ...]:
        """Return who takes mail for a name, the preferred first; `.` is nobody (RFC 7505).

        Raises:
            NoAnswerError: no name server answered in time.
        """
        found = sorted(
            (record.preference, str(record.exchange)) for record in self._ask(name, "MX")
        )
        return tuple(exchange.rstrip(".") or "." for _, exchange in found)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return the addresses of a name.

        Raises:
            NoAnswerError: no name server answered in time.
        """
        return tuple(
            str(record.address) for kind in ("A", "AAAA") for record in self._ask(name, kind)
        )

    def cname(self, name: str) -> str:
        """Return what a name stands for; "": it stands for itself, or for nothing.

        Raises:
            NoAnswerError: no name server answered in time.
        """
        for record in self._ask(name, "CNAME"):
            return str(record.target).rstrip(".").casefold()
        return ""

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        from dns.exception import DNSException
        from dns.name import EmptyLabel, LabelTooLong, NameTooLong
        from dns.resolver import NXDOMAIN, NoAnswer

        if time.monotonic() > self._until:
            raise NoAnswerError
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (NXDOMAIN, NoAnswer, EmptyLabel, LabelTooLong, NameTooLong):
            return ()
        except (DNSException, OSError) as error:
            raise NoAnswerError from error
