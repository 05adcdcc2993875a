"""A real name server on 127.0.0.1 that knows what a test tells it, over UDP."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from digest.runs.doctor.name_servers import NameServers

#: Name → kind → records as a zone file has them.
Zone = Mapping[str, Mapping[str, Sequence[str]]]
#: Every name server of the internet knows this one.
ROOT: Zone = {"com": {"NS": ["a.gtld-servers.net."]}}


class NameServer:
    """What is known of the running server."""

    def __init__(self, zone: Zone, *, silent: bool) -> None:
        self.asked: list[tuple[str, str]] = []
        self._zone = {name.casefold(): kinds for name, kinds in zone.items()}
        self._silent = silent
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def client(self) -> NameServers:
        """What asks this server and no other."""
        return NameServers(("127.0.0.1",), port=self.port, seconds=0.3 if self._silent else 2)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waking:
            waking.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            if not self._silent:
                self._socket.sendto(self._answer(wire), sender)

    def _answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name.to_text(omit_final_dot=True), kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        for _ in range(8):
            kinds = self._zone.get(name.to_text(omit_final_dot=True).casefold())
            if kinds is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
                break
            if kind in kinds:
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, kinds[kind]))
                break
            if "CNAME" not in kinds:
                break
            alias = dns.rrset.from_text_list(name, 60, "IN", "CNAME", kinds["CNAME"])
            answer.answer.append(alias)
            name = alias[0].target
        return answer.to_wire()


@contextlib.contextmanager
def name_server(zone: Zone, *, root: Zone = ROOT, silent: bool = False) -> Iterator[NameServer]:
    """Run a server while the block lasts.

    Args:
        zone: what it knows.
        root: what every server knows.
        silent: never answer.
    """
    server = NameServer({**root, **zone}, silent=silent)
    server.start()
    try:
        yield server
    finally:
        server.stop()
