"""Reads one HTTP/1.1 answer, strictly. Pure but for the `receive` it is given.

Strict, because what is not whole must not pass for an answer: `http.client` takes headers that
break off for complete ones, and a 202 read that way would count mail as sent that never was.
"""

import re
from collections.abc import Callable

from digest.delivery.answer import Answer

_MOST_HEAD_BYTES = 65_536
#: The plain list of a group's suppressions has no pages.
_MOST_BODY_BYTES = 64 * 1024 * 1024
_MOST_INTERIM = 10

# RFC 9112 §4, §5. Folded lines (§5.2) are obsolete and refused.
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\x00-\x08\x0a-\x1f\x7f]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")


class BrokenAnswerError(ValueError):
    """What came is no whole answer."""


class HttpReader:
    """Takes one answer from a stream.

    Args:
        receive: returns the next bytes, at least one; b"" at the stream's end; may raise
            `OSError`.
    """

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._rest = b""
        #: Whether the connection can carry another request after the answer.
        self.keeps = False

    def read(self) -> Answer:
        """Return the answer.

        Raises:
            BrokenAnswerError: it is not well-formed, too long, or ends before its end.
            OSError: from `receive`.
        """
        for _ in range(_MOST_INTERIM):
            version, status, headers = self._head()
            if status >= 200:
                break
        else:
            raise BrokenAnswerError("interim answers without end")
        body = self._body(status, headers)
        asked = {part.strip().lower() for part in headers.get("connection", "").split(",")}
        # Bytes behind the answer belong to nothing that was asked.
        self.keeps = version == b"HTTP/1.1" and "close" not in asked and not self._rest
        return Answer(status, headers, body)

    def _head(self) -> tuple[bytes, int, dict[str, str]]:
        head = self._until(b"\r\n\r\n", _MOST_HEAD_BYTES)
        first, *lines = head.split(b"\r\n")
        found = _STATUS_LINE.fullmatch(first)
        if found is None:
            raise BrokenAnswerError("no HTTP")
        headers: dict[str, str] = {}
        for line in lines:
            field = _FIELD.fullmatch(line)
            if field is None:
                raise BrokenAnswerError("a broken header")
            name, value = field[1].decode("ascii").lower(), field[2].decode("latin-1")
            if name == "content-length" and headers.get(name, value) != value:
                raise BrokenAnswerError("two lengths")
            headers[name] = value
        return first[:8], int(found[1]), headers

    def _body(self, status: int, headers: dict[str, str]) -> bytes:
        """Return the body (RFC 9112 §6.3); one that ends with the connection may be cut off."""
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if status == 204:
            return b""
        if coding is not None:
            if coding.lower() != "chunked" or length is not None:
                raise BrokenAnswerError("an unknown coding of the body")
            return self._chunks()
        if length is None or not re.fullmatch("[0-9]{1,12}", length):
            raise BrokenAnswerError("no length of the body")
        return self._exactly(int(length))

    def _chunks(self) -> bytes:
        pieces: list[bytes] = []
        while True:
            found = _CHUNK.fullmatch(self._until(b"\r\n", 1024))
            if found is None:
                raise BrokenAnswerError("a broken chunk")
            if (size := int(found[1], 16)) == 0:
                break
            pieces.append(self._exactly(size))
            if sum(map(len, pieces)) > _MOST_BODY_BYTES or self._exactly(2) != b"\r\n":
                raise BrokenAnswerError("a broken chunk")
        while self._until(b"\r\n", 8192):
            pass  # trailers say nothing we ask
        return b"".join(pieces)

    def _until(self, mark: bytes, most: int) -> bytes:
        """Return what stands before `mark`, and take both."""
        while mark not in self._rest:
            if len(self._rest) > most:
                raise BrokenAnswerError("too long")
            self._more()
        before, _, self._rest = self._rest.partition(mark)
        return before

    def _exactly(self, size: int) -> bytes:
        if size > _MOST_BODY_BYTES:
            raise BrokenAnswerError("too long")
        pieces, missing = [self._rest], size - len(self._rest)
        while missing > 0:
            self._rest = b""
            self._more()
            pieces.append(self._rest)
            missing -= len(self._rest)
        whole = b"".join(pieces)
        self._rest = whole[size:]
        return whole[:size]

    def _more(self) -> None:
        data = self._receive()
        if not data:
            raise BrokenAnswerError("the connection was closed before the answer's end")
        self._rest += data
