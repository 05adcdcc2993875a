"""One good version of an issue, with the mail as each reader sees it."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from digest.workbench.variants import VARIANTS, source_page, text_page, with_clip_line


class Version:
    """One good version; its variants are made when they are first asked for."""

    def __init__(self, issue: Mapping[str, Any], number: int, took: float) -> None:
        #: For the page, see `issue.build_issue`.
        self.issue = issue
        self.number = number
        #: Seconds it took to build.
        self.took = took
        #: The mail; None: the issue holds no article.
        self.html: str | None = None
        #: Of all that is shown of the mail; "": there is none.
        self.digest = ""
        self.text = ""
        self.eml = b""
        #: Folders to watch.
        self.watch: list[str] = []
        self._pages: dict[str, bytes] = {}

    @classmethod
    def of(cls, answer: Mapping[str, Any], number: int, took: float) -> "Version":
        """Return what the worker answered."""
        version = cls(answer["issue"], number, took)
        version.watch = answer["watch"]
        if mail := answer["mail"]:
            version.html, version.text = mail["html"], mail["text"]
            version.eml = base64.b64decode(mail["eml"])
            version.digest = hashlib.sha256(version.eml).hexdigest()[:16]
        return version

    def page(self, name: str) -> bytes | None:
        """Return the mail as `light`, `dark`, …, `text` or `source`; None: there is no such."""
        if self.html is None:
            return None
        if name not in self._pages:
            made = self._made(name, self.html)
            if made is None:
                return None
            self._pages[name] = made.encode(errors="replace")
        return self._pages[name]

    def _made(self, name: str, html: str) -> str | None:
        if name in VARIANTS:
            return VARIANTS[name](with_clip_line(html))
        if name == "source":
            return source_page(html)
        return text_page(self.text) if name == "text" else None
