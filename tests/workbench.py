"""`digest preview --serve` as people use it: a process of its own, and a page in Chromium."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from command import environment

#: A machine that does other things as well may be slow; people are promised one second.
PATIENCE = 60_000


@contextmanager
def serving(site: Path, *words: str) -> Iterator[str]:
    """Run the workbench of the sample week in `site`; give the address of its page."""
    command = [sys.executable, "-m", "digest", "preview", "weekly", "--serve"]
    process = subprocess.Popen(
        [*command, *(words or ("--week", "2026-W33"))],
        cwd=site,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+/", line)
        assert found, f"{line}{process.communicate(timeout=60)}"
        yield found[0]
    finally:
        process.terminate()
        _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (0, "")


class Bench:
    """The page, and all that happened on it."""

    def __init__(self, browser: Browser, url: str, **settings: Any) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.pwned: list[Any] = []
        viewport = settings.pop("viewport", {"width": 1440, "height": 900})
        self.context: BrowserContext = browser.new_context(viewport=viewport, **settings)
        self.context.expose_binding("pwn", lambda _, number: self.pwned.append(number))
        self.page: Page = self.context.new_page()
        # Covers of the sample articles are nowhere; nothing leaves this computer.
        self.context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("dialog", lambda dialog: self.pwned.append(dialog.message))
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(url)
        self.wait_for_mail()

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "ERR_FAILED" not in text:
            self.complaints.append(text)

    def wait_for_mail(self) -> None:
        """Wait until a mail is shown."""
        self.page.wait_for_selector("#frames[data-shown] iframe")

    @property
    def state(self) -> Any:
        """What the page shows, as the server tells it."""
        return self.page.evaluate("fetch('state').then((answer) => answer.json())")

    def wait_for(self, script: str, *, seconds: float = PATIENCE / 1000) -> None:
        """Wait until a script about `state`, the page's own, is true."""
        self.page.wait_for_function(f"() => state && ({script})", timeout=seconds * 1000)

    def settled(self) -> None:
        """Wait until nothing is being built."""
        self.wait_for("!state.building")

    def row(self, title: str) -> Locator:
        """Return the row of a story in the issue."""
        return self.page.locator("#stories > li", has_text=title)

    def titles(self) -> list[str]:
        """Return the stories as they are listed."""
        return self.page.locator("#stories .title").all_inner_texts()

    def mail(self) -> str:
        """Return what the mail says, as the frame's address gives it."""
        address = self.page.locator("#frames iframe").first.get_attribute("src")
        return str(
            self.page.evaluate("(at) => fetch(at).then((answer) => answer.text())", address)
        )


def ask(
    url: str,
    method: str,
    path: str = "",
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask the workbench as a program does that minds no rules; `path` is below the token."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = path if path.startswith("/") else parts.path + path
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": parts.netloc, "Content-Length": str(len(body)), **(headers or {})}
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def from_page(url: str) -> dict[str, str]:
    """Return the headers of a request that the page itself sends."""
    origin = f"http://{urlsplit(url).netloc}"
    return {
        "Origin": origin,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json",
    }
