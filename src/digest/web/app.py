"""What is answered to whom: pages to people, RFC 8058 to mail programs.

    GET, HEAD  /u/TOKEN   a page with buttons; the store is not even read
    POST       /u/TOKEN   leaves; the same answer whatever the token is worth
    GET, POST  /u/probe   proves to `digest send` that this is its own installation

Nothing is asked of a POST but the pair RFC 8058 names: no cookie, no Origin, no login (its
requests have no context). Only a failure of ours is told apart, with 503, so that the mail
program comes again. The only importer of starlette.
"""

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from digest.delivery.links import Key, parse_token
from digest.errors import StoreError
from digest.runs.probe import probe_answer
from digest.web.departures import Departure
from digest.web.form import parse_form
from digest.web.pages import EVERYTHING, FROM_PAGE, LEAVE, PAIR, Answer, Pages, plain
from digest.web.writer import Writer

#: A form of ours has 100 bytes; mail programs wrap the pair in 300.
_LONGEST_BODY: Final = 10_000
#: A token has at most 120 characters.
_LONGEST_PATH: Final = 1_000
#: For the whole body to come in.
_BODY_SECONDS: Final = 10.0
#: For the store to take it: `store.database` waits 10 s for another command.
_STORE_SECONDS: Final = 25.0

#: Nothing of this is at the end of a token.
_AROUND: Final = " .,;:!?)>]}'\""

_DONE: Final = plain("OK")
_NOT_NOW: Final = plain("Please try again.")
_NO_PAIR: Final = plain("Post List-Unsubscribe=One-Click (RFC 8058).")


class Desk:
    """Answers the requests of one publisher's readers."""

    def __init__(
        self,
        pages: Pages,
        keys: Sequence[Key],
        writer: Writer,
        *,
        body_seconds: float = _BODY_SECONDS,
        store_seconds: float = _STORE_SECONDS,
    ) -> None:
        self._pages = pages
        self._keys = keys
        self._writer = writer
        self._body_seconds = body_seconds
        self._store_seconds = store_seconds

    async def link(self, request: Request) -> Response:
        """Answer a reader's link."""
        # Not request.url: it is made of the Host header, which may be anything.
        if len(request.scope["path"]) > _LONGEST_PATH:
            raise HTTPException(414)
        # Mail programs that make links of the text part take the full stop after it along.
        token = request.path_params["token"].strip(_AROUND)
        if request.method == "POST":
            return await self._leave(token, request)
        return _response(self._pages.of(_newsletter(token)).ask)

    async def probe(self, request: Request) -> Response:
        """Answer a challenge of `runs.probe`."""
        await self._read_body(request)
        proof = probe_answer(request.query_params.get("c", ""), self._keys)
        if proof is None:
            raise HTTPException(404)
        # A departure of nobody: the answer also says that the store can be used.
        if not await self._is_saved(Departure("", everything=False, origin="endpoint:probe")):
            return _response(_NOT_NOW, 503)
        return _response(plain(proof.rstrip("\n")))

    async def _leave(self, token: str, request: Request) -> Response:
        body = await self._read_body(request)
        fields = parse_form(request.headers.get("content-type", ""), body)
        if fields.get(PAIR[0]) != PAIR[1]:
            return _response(_NO_PAIR, 400)
        by_hand = FROM_PAGE in fields
        everything = by_hand and fields.get(LEAVE) == EVERYTHING
        pages = self._pages.of(_newsletter(token))
        departure = Departure(
            token, everything, "endpoint:page" if by_hand else "endpoint:one-click"
        )
        if not await self._is_saved(departure):
            failed = _response(pages.not_now if by_hand else _NOT_NOW, 503)
            failed.headers["retry-after"] = "60"
            return failed
        if not by_hand:
            return _response(_DONE)
        return _response(pages.left_everything if everything else pages.left)

    async def _is_saved(self, departure: Departure) -> bool:
        try:
            async with asyncio.timeout(self._store_seconds):
                # Whether the token was genuine is nobody's business.
                await self._writer.leave(departure)
        except (StoreError, TimeoutError):
            return False
        return True

    async def _read_body(self, request: Request) -> bytes:
        if int(request.headers.get("content-length", "0")) > _LONGEST_BODY:
            raise HTTPException(413)
        body = bytearray()
        try:
            async with asyncio.timeout(self._body_seconds):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > _LONGEST_BODY:
                        raise HTTPException(413)
        except TimeoutError:
            raise HTTPException(408) from None
        except ClientDisconnect:
            raise HTTPException(400) from None
        return bytes(body)


def make_app(desk: Desk, url: str) -> Starlette:
    """Return the application.

    Args:
        desk: what answers.
        url: of `[subscribers]`. Should it have a path, links work with it and without: web
            servers hand it on or cut it off.
    """
    routes = []
    for prefix in dict.fromkeys(("", urlsplit(url).path.rstrip("/"))):
        routes += [
            Route(f"{prefix}/u/probe", desk.probe, methods=["GET", "POST"]),
            Route(f"{prefix}/u/{{token}}", desk.link, methods=["GET", "POST"]),
        ]
    app = Starlette(
        routes=routes, exception_handlers={HTTPException: _refuse, Exception: _apologise}
    )
    # RFC 8058: no redirects, not even to a better spelling.
    app.router.redirect_slashes = False
    return app


def _newsletter(token: str) -> str:
    claim = parse_token(token)
    return claim.newsletter if claim else ""


def _response(answer: Answer, status: int = 200) -> Response:
    return Response(answer.body, status, answer.headers)


async def _refuse(request: Request, error: Exception) -> Response:  # noqa: ARG001  starlette's signature
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    response = _response(plain(error.detail), error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _apologise(request: Request, error: Exception) -> Response:  # noqa: ARG001  starlette's signature
    # A bug of ours: starlette raises it again after this answer, and it is logged.
    return _response(_NOT_NOW, 503)
