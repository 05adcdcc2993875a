"""Requests and answers as values, and SendGrid's way of putting an error. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

#: What `json.loads` gives: the payloads of strangers have no better type.
Json = Any

_PHRASES = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    302: "Found",
    307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    #: Path without the query, still quoted.
    path: str
    query: dict[str, str]
    #: Names in lower case; the last of several wins.
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be written, unless a fault stands between."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def head(self, *, length: int | None = None, close: bool = False) -> bytes:
        """Return status line and headers; `length` lies about the body on demand."""
        lines = [f"HTTP/1.1 {self.status} {_PHRASES[self.status]}", "Server: nginx"]
        if self.content_type is not None:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.status != 204:
            lines.append(f"Content-Length: {len(self.body) if length is None else length}")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def wire(self, *, close: bool = False) -> bytes:
        """Return the whole answer as it goes over the line."""
        return self.head(close=close) + self.body


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a request breaks."""

    message: str
    #: Dotted path such as "personalizations.1.to", or nothing.
    field: str | None = None
    help: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the entry of SendGrid's `errors` array."""
        return {"message": self.message, "field": self.field, "help": self.help}


def json_answer(status: int, value: Json, *headers: tuple[str, str]) -> Answer:
    """Return `value` as a JSON answer."""
    return Answer(status, orjson.dumps(value), "application/json", headers)


def errors_answer(status: int, problems: Iterable[Problem]) -> Answer:
    """Return the errors in SendGrid's shape: facts/sendgrid.md §2.3."""
    return json_answer(status, {"errors": [problem.as_json() for problem in problems]})


def error_answer(status: int, message: str, field_: str | None = None) -> Answer:
    """Return one error in SendGrid's shape."""
    return errors_answer(status, [Problem(message, field_)])


def html_answer(status: int) -> Answer:
    """Return the page of the nginx in front of SendGrid: 413 and gateway errors are no JSON."""
    phrase = _PHRASES[status]
    page = (
        f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {phrase}</h1></center>\r\n<hr><center>nginx</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return Answer(status, page.encode(), "text/html")
