"""Which address answers what. The only importer of starlette in the workbench.

    GET   /TOKEN/                    the page
    GET   /TOKEN/workbench.css, .js  its parts
    GET   /TOKEN/state               all it shows, as JSON
    GET   /TOKEN/events              server-sent events: something changed
    GET   /TOKEN/mail/VARIANT        the mail, sandboxed
    GET   /TOKEN/issue.eml           the message, to be saved
    POST  /TOKEN/look                turn to another issue
    POST  /TOKEN/edit                change the issue file

GET changes nothing. Everything else is 404, whoever asks; see guard.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from importlib.resources import files
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from digest.workbench.bench import Bench
from digest.workbench.guard import (
    DATA_POLICY,
    MAIL_POLICY,
    PAGE_POLICY,
    headers,
    is_our_host,
    is_our_page,
    is_token,
    may_load,
)

#: An intro has at most 20,000 characters, of up to 12 bytes in JSON.
_LONGEST_BODY: Final = 300_000
_LONGEST_PATH: Final = 300
#: Seconds between signs of life, so that a page notices when nobody is there any more.
_SILENCE: Final = 15.0
_PARTS: Final = {
    "workbench.html": "text/html; charset=utf-8",
    "workbench.css": "text/css; charset=utf-8",
    "workbench.js": "text/javascript; charset=utf-8",
}
_HTML: Final = "text/html; charset=utf-8"


class Workbench:
    """Answers the page."""

    def __init__(self, bench: Bench, token: str, port: int) -> None:
        self._bench = bench
        self._token = token
        self._port = port
        folder = files("digest.workbench") / "page"
        self._parts = {name: (folder / name).read_bytes() for name in _PARTS}

    async def page(self, request: Request) -> Response:
        """Answer with the page; one that is opened later shows what became of the ledger, too."""
        self._check(request)
        self._bench.want_if_stale()
        return self._part("workbench.html", PAGE_POLICY)

    async def style(self, request: Request) -> Response:
        """Answer with the style sheet."""
        self._check(request)
        return self._part("workbench.css", DATA_POLICY)

    async def script(self, request: Request) -> Response:
        """Answer with the script."""
        self._check(request)
        return self._part("workbench.js", DATA_POLICY)

    async def state(self, request: Request) -> Response:
        """Answer with all that the page shows."""
        self._check(request)
        return _json(self._bench.state())

    async def events(self, request: Request) -> Response:
        """Tell the page of every change until it is closed."""
        self._check(request)
        kind = "text/event-stream; charset=utf-8"
        return StreamingResponse(self._tell(), 200, headers(DATA_POLICY, kind))

    async def mail(self, request: Request) -> Response:
        """Answer with the mail as one kind of reader sees it."""
        self._check(request)
        version = self._bench.version
        page = version.page(request.path_params["variant"]) if version else None
        if page is None:
            raise HTTPException(404)
        return Response(page, 200, headers(MAIL_POLICY, _HTML))

    async def eml(self, request: Request) -> Response:
        """Answer with the message as a file."""
        self._check(request)
        version = self._bench.version
        if version is None or version.html is None:
            raise HTTPException(404)
        # Both names are checked: letters, digits, `-`, `:`.
        name = f"{version.issue['newsletter']}-{version.issue['slot']}.eml".replace(":", "")
        answer = Response(version.eml, 200, headers(DATA_POLICY, "message/rfc822"))
        answer.headers["content-disposition"] = f'attachment; filename="{name}"'
        return answer

    async def look(self, request: Request) -> Response:
        """Turn to another issue."""
        values = await self._order(request, ("newsletter", "slot", "as_of"))
        await self._bench.look_at(values["newsletter"], values["slot"], values["as_of"])
        return _json({"done": True})

    async def edit(self, request: Request) -> Response:
        """Change the issue file."""
        wanted = ("newsletter", "slot", "base", "kind", "path", "value")
        values = await self._order(request, wanted)
        answer = await self._bench.edit(values)
        if "conflict" in answer:
            return _json(answer, 409)
        return _json(answer, 422 if "problems" in answer else 200)

    def _check(self, request: Request) -> None:
        """Refuse whoever is not the page or does not know its address."""
        if len(request.scope["path"]) > _LONGEST_PATH:
            raise HTTPException(404)
        if not is_our_host(request.headers.get("host", ""), self._port):
            raise HTTPException(421)
        if not is_token(request.path_params["token"], self._token):
            raise HTTPException(404)
        if request.method == "POST":
            allowed = is_our_page(request.headers, request.headers["host"])
        else:
            allowed = may_load(request.headers)
        if not allowed:
            raise HTTPException(403)

    async def _order(self, request: Request, wanted: tuple[str, ...]) -> dict[str, str]:
        """Return the fields of an order, all of them text."""
        self._check(request)
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _LONGEST_BODY:
                    raise HTTPException(413)
        except ClientDisconnect:
            raise HTTPException(400) from None
        try:
            values = json.loads(bytes(body))
        except (ValueError, RecursionError):
            raise HTTPException(400) from None
        if not isinstance(values, dict):
            raise HTTPException(400)
        fields = {name: values.get(name, "") for name in wanted}
        if not all(isinstance(value, str) for value in fields.values()):
            raise HTTPException(400)
        return fields

    async def _tell(self) -> AsyncIterator[bytes]:
        count = -1
        while not self._bench.is_closed:
            try:
                async with asyncio.timeout(_SILENCE):
                    count = await self._bench.changed_since(count)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            yield f"data: {count}\n\n".encode()

    def _part(self, name: str, policy: str) -> Response:
        return Response(self._parts[name], 200, headers(policy, _PARTS[name]))


def make_app(workbench: Workbench) -> Starlette:
    """Return the application."""
    gets = {
        "/": workbench.page,
        "/workbench.css": workbench.style,
        "/workbench.js": workbench.script,
        "/state": workbench.state,
        "/events": workbench.events,
        "/mail/{variant}": workbench.mail,
        "/issue.eml": workbench.eml,
    }
    routes = [Route(f"/{{token}}{path}", answer) for path, answer in gets.items()]
    routes += [
        Route(f"/{{token}}{path}", answer, methods=["POST"])
        for path, answer in (("/look", workbench.look), ("/edit", workbench.edit))
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refuse})
    # No hint whether an address without its slash would be right.
    app.router.redirect_slashes = False
    return app


def _json(values: Mapping[str, Any], status: int = 200) -> Response:
    body = json.dumps(values, ensure_ascii=False).encode(errors="replace")
    return Response(body, status, headers(DATA_POLICY, "application/json; charset=utf-8"))


async def _refuse(request: Request, error: Exception) -> Response:  # noqa: ARG001  starlette's signature
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    kind = "text/plain; charset=utf-8"
    response = Response(f"{error.detail}\n", error.status_code, headers(DATA_POLICY, kind))
    response.headers.update(error.headers or {})
    return response
