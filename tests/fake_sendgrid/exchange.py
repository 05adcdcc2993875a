"""The conversation on one connection: request, fault, answer, again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from socket import socket

from .connection import BrokenRequestError, Connection
from .control import PREFIX, Control
from .faults import KINDS, MAIL_SEND, Plan
from .http_values import Answer, Request, html_answer, json_answer
from .listener import Listener
from .service import MOST_BODY_BYTES, Service
from .wire import ELSEWHERE, PLAYS, Scene

#: Stands for the answer of a request that is not carried out.
_NOTHING = Answer(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as the fake saw it."""

    #: Its number among the requests of its path, from 1.
    n: int
    method: str
    path: str
    size_bytes: int
    #: What the account answered; 0 where a fault came first.
    status: int
    fault: str | None
    #: Whether it stands in the ledger.
    accepted: bool
    #: Whether it came over a connection that had carried a request before.
    reused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A request that followed the redirect of fault F16, which no client should."""

    method: str
    #: Whether the API key came along.
    had_key: bool
    size_bytes: int


class Exchange:
    """Serves connections: every request meets the plan of faults, then the account."""

    #: Set by who listens, before the first connection.
    listener: Listener

    def __init__(
        self,
        service: Service,
        plan: Plan,
        control: Control,
        on_request: Callable[[Seen], None] | None,
    ) -> None:
        self._service = service
        self._plan = plan
        self._control = control
        self._on_request = on_request
        # Appended to from many threads: list.append is atomic.
        self.requests: list[Seen] = []
        self.redirected: list[Elsewhere] = []

    def serve(self, sock: socket) -> None:
        """Answer requests on one connection until it ends."""
        connection = Connection(sock)
        try:
            while not self.listener.stopping.is_set() and self._one(connection):
                pass
        except BrokenRequestError:
            # A client that died in the middle of its request: nothing was accepted.
            return

    def _one(self, connection: Connection) -> bool:
        """Answer one request; return whether the connection lives on."""
        head = connection.read_head()
        if head is None:
            return False
        if head.path.startswith(PREFIX):
            wish = replace(head, body=connection.read_body(head, MOST_BODY_BYTES) or b"")
            return _say(connection, wish, self._wish(wish))
        n, kind = self._plan.next(head.path)
        kind = _keep_alive_fault(connection, head, kind)
        if kind is not None and KINDS[kind].early:
            return self._play(connection, head, n, kind, _NOTHING)
        body = connection.read_body(head, MOST_BODY_BYTES)
        if body is None:
            self._note(connection, head, n, None, Answer(413))
            connection.sock.sendall(html_answer(413).wire(close=True))
            return False
        return self._with_body(connection, replace(head, body=body), n, kind)

    def _with_body(
        self, connection: Connection, request: Request, n: int, kind: str | None
    ) -> bool:
        if kind is not None and not KINDS[kind].accepts:
            return self._play(connection, request, n, kind, _NOTHING)
        answer = self._service.answer(request, n)
        # A request that breaks a rule gets its error; the fault is spent.
        if kind is not None and answer.status < 300:
            return self._play(connection, request, n, kind, answer)
        self._note(connection, request, n, None, answer)
        return _say(connection, request, answer)

    def _play(
        self, connection: Connection, request: Request, n: int, kind: str, answer: Answer
    ) -> bool:
        self._note(connection, request, n, kind, answer)
        return PLAYS[kind](connection, self._scene(answer))

    def _wish(self, request: Request) -> Answer:
        if request.path == ELSEWHERE:
            seen = Elsewhere(
                method=request.method,
                had_key="authorization" in request.headers,
                size_bytes=len(request.body),
            )
            self.redirected.append(seen)
            return json_answer(200, {})
        return self._control.answer(request)

    def _scene(self, answer: Answer) -> Scene:
        return Scene(
            answer=answer,
            url=f"http://127.0.0.1:{self.listener.port}",
            now=self._service.instants.now(),
            drip=self._service.settings.drip,
            stopping=self.listener.stopping,
        )

    def _note(
        self, connection: Connection, request: Request, n: int, kind: str | None, answer: Answer
    ) -> None:
        seen = Seen(
            n=n,
            method=request.method,
            path=request.path,
            size_bytes=len(request.body),
            status=answer.status,
            fault=kind,
            accepted=request.path == MAIL_SEND and answer.status == 202,
            reused=connection.begun > 1,
        )
        self.requests.append(seen)
        if self._on_request is not None:
            self._on_request(seen)


def _say(connection: Connection, request: Request, answer: Answer) -> bool:
    close = "close" in request.headers.get("connection", "").lower()
    connection.sock.sendall(answer.wire(close=close))
    return not close


def _keep_alive_fault(connection: Connection, head: Request, kind: str | None) -> str | None:
    """Return F17 where an idle connection is to close under this request.

    A fresh connection has not been idle: there the fault waits for its next mail/send.
    """
    if connection.doomed and head.path == MAIL_SEND:
        return "F17"
    if kind == "F17" and connection.begun == 1:
        connection.doomed = True
        return None
    return kind
