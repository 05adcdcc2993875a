"""A case as the files that are measured: HTML, text, and the message a reader gets."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from digest.rendering.environment import load_templates
from digest.rendering.message import Envelope, build_message
from digest.rendering.reader_links import ReaderLinks, fill_html, fill_text
from digest.rendering.render import render_issue
from digest.rendering.rendered import RenderedIssue
from digest.rendering.template_folders import packaged_folder
from quality.cases import Case

_LINK: Final = "https://letters.harbour-courier.example/unsubscribe/Zm9yIHRoZSB0ZXN0cw"
_LINKS: Final = ReaderLinks(unsubscribe=_LINK, web_view=_LINK, preferences=_LINK)
_HEADERS: Final = (
    ("List-Id", '"The Week" <weekly.harbour-courier.example>'),
    ("List-Unsubscribe", f"<{_LINK}>"),
    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
)


def render_case(case: Case) -> RenderedIssue:
    """Return the letter of a case with a reader's links filled in."""
    rendered = render_issue(case.issue, case.look, load_templates((packaged_folder(),)))
    return replace(
        rendered,
        html=fill_html(rendered.html, _LINKS),
        text=fill_text(rendered.text, _LINKS),
    )


def write_case(case: Case, folder: Path) -> RenderedIssue:
    """Write `NAME.html`, `.txt` and `.eml` of a case, and its pictures into `assets/`."""
    rendered = render_case(case)
    envelope = Envelope(
        sender_name=case.look.site_name,
        sender_email="courier@harbour-courier.example",
        to="anna@reader.example",
        date=datetime(2026, 8, 17, 7, 0, tzinfo=UTC),
        message_id=f"<{case.name}@harbour-courier.example>",
        headers=_HEADERS,
    )
    (folder / f"{case.name}.html").write_text(rendered.html)
    (folder / f"{case.name}.txt").write_text(rendered.text)
    (folder / f"{case.name}.eml").write_bytes(build_message(rendered, envelope))
    assets = folder / "assets" / case.name
    assets.mkdir(parents=True, exist_ok=True)
    for story in case.issue.stories:
        if story.cover and story.cover.width and story.cover.height:
            name = story.cover.url.rpartition("/")[2]
            (assets / name).write_bytes(_png(story.cover.width // 8, story.cover.height // 8))
    for logo in ("logo.png", "logo-dark.png"):
        (assets / logo).write_bytes(_png(320, 96))
    return rendered


def _png(width: int, height: int) -> bytes:
    """Return a picture of one grey blue (PNG: W3C, *Portable Network Graphics*, §5)."""
    rows = b"".join(b"\0" + b"\x7c\x93\xab" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def warnings_of(rendered: RenderedIssue) -> Iterator[str]:
    """Yield what the editor is told about a letter's colours."""
    yield from (each for each in rendered.warnings if each.startswith("[site.colours]"))
