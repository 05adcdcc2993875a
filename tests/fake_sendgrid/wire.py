"""How each fault looks on the line. Every function ends the connection unless it says so."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .connection import Connection
from .http_values import Answer, error_answer, html_answer, json_answer

#: Where F16 points to; the fake notes whether the key came along.
ELSEWHERE = "/_fake/elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a fault needs besides the connection."""

    #: What the request would have been answered.
    answer: Answer
    url: str
    #: Unix time, for the reset of a 429.
    now: float
    #: Seconds between two bytes of F12.
    drip: float
    stopping: threading.Event = field(repr=False)


class Play(Protocol):
    """Plays one fault; returns whether the connection lives on."""

    def __call__(self, connection: Connection, scene: Scene) -> bool:
        """Write, wait or close."""
        ...


def _saying(answer: Callable[[Scene], Answer]) -> Play:
    def play(connection: Connection, scene: Scene) -> bool:
        connection.sock.sendall(answer(scene).wire())
        return True

    return play


def _writing(data: Callable[[Scene], bytes]) -> Play:
    def play(connection: Connection, scene: Scene) -> bool:
        connection.sock.sendall(data(scene))
        return False

    return play


def _close(connection: Connection, scene: Scene) -> bool:
    return False


def _reset(connection: Connection, scene: Scene) -> bool:
    connection.reset()
    return False


def _silence(connection: Connection, scene: Scene) -> bool:
    connection.wait_for_the_end()
    return False


def _drip(connection: Connection, scene: Scene) -> bool:
    for number in scene.answer.wire(close=True):
        connection.sock.sendall(bytes([number]))
        if scene.stopping.wait(scene.drip):
            break
    return False


def _too_many(scene: Scene) -> Answer:
    # facts/sendgrid.md §2.6: the real spelling of the body; no Retry-After.
    return error_answer(429, "too many requests")


def _too_many_with_reset(scene: Scene) -> Answer:
    body = {"errors": [{"field": None, "message": "too many requests"}]}
    return json_answer(
        429,
        body,
        ("X-RateLimit-Limit", "600"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", str(int(scene.now) + 1)),
    )


def _redirect(status: int) -> Play:
    return _saying(lambda scene: Answer(status, headers=(("Location", scene.url + ELSEWHERE),)))


def _error(status: int, message: str) -> Play:
    return _saying(lambda scene: error_answer(status, message))


def _page(status: int) -> Play:
    return _saying(lambda scene: html_answer(status))


def _accepted_page(scene: Scene) -> Answer:
    page = b"<!doctype html><title>Welcome</title>"
    return Answer(scene.answer.status, page, "text/html", scene.answer.headers)


def _half_head(scene: Scene) -> bytes:
    head = scene.answer.head()
    return head[: len(head) // 2]


def _short_body(scene: Scene) -> bytes:
    return scene.answer.head(length=20) + b"short"


def _bad_chunk(scene: Scene) -> bytes:
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", scene.answer.head())
    return head + b"5\r\nhello\r\nzz\r\n"


PLAYS: dict[str, Play] = {
    "F1": _saying(lambda scene: scene.answer),
    "F2": _saying(_too_many),
    "F2b": _saying(_too_many_with_reset),
    "F3a": _error(400, "Bad Request"),
    "F3b": _error(401, "The provided authorization grant is invalid, expired, or revoked"),
    "F3c": _error(403, "access forbidden"),
    "F3d": _page(413),
    "F4a": _error(500, "internal server error"),
    "F4b": _page(502),
    "F4c": _page(503),
    "F5": _error(500, "internal server error"),
    "F5b": _page(502),
    "F6": _silence,
    "F6b": _silence,
    "F7": _reset,
    "F7b": _reset,
    "F8": _reset,
    "F9": _close,
    "F9b": _close,
    "F10": _writing(
        lambda scene: b"\x15\x03\x01\x00\x02\x02\x50 \x00\xff this is no HTTP\r\n\r\n"
    ),
    "F12": _drip,
    "F13": _writing(_half_head),
    "F14": _writing(_short_body),
    "F14b": _writing(_bad_chunk),
    "F15": _saying(_accepted_page),
    "F16": _redirect(307),
    "F16b": _redirect(302),
    "F17": _close,
}
