"""What the publisher's own people are told, as a mail and as a chat's JSON. Pure.

A notice is written in lines, and each way shows them as it can:

    # What changed            a heading
    - one of several          a list
      digest resume NAME      two blanks in front: a command, as it is typed
    https://example.org/…     a link
    anything else             a paragraph; an empty line parts them

Never readers' addresses: `masked` stands in front of everything that leaves.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from digest.issue.header import safe_line, shortened
from digest.rendering.reader_links import neutralise

#: Of Slack's blocks: characters in a section, in a header, and blocks in a message.
_SECTION: Final = 3000
_HEADER: Final = 150
_BLOCKS: Final = 40
#: Characters of a body, in any way.
_LONGEST: Final = 20_000
# Whatever stands on both sides of an "@" (also written %40, full-width or small): a quoted local
# part, any script, any length. Rather one word too many than one address.
_AT = "(?:@|\uff20|\ufe6b|%40|&#64;|&#x40;|&commat;)"
# At most 128 before it: of a long word, time would grow with the square.
_ADDRESS = re.compile(
    rf'(?:"[^"\n]*"|[^\s@<>()\[\]",;:/?&]{{1,128}}){_AT}[^\s@<>()\[\]{{}}"\',:;|/?&]+',
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[\x21-\x7e]+")
_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
#: Kinds of lines that begin with two characters of ours.
_MARKED: Final = frozenset({"heading", "item", "command"})
#: Of the box: dark on light, 15:1.
_PAPER, _INK, _EDGE = "#fff4d6", "#1c1f24", "#9a6b00"
_CODE: Final = "font-family:Menlo,Consolas,monospace;font-size:14px"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the publisher's own people should know."""

    #: What makes it one, `missed weekly/2026-W34`: it is told once.
    key: str
    #: `sent`, `skipped`, `missed`, `held`, … (`runs/notice_texts.py`).
    kind: str
    #: Number of the issue it is about; None for others.
    issue_id: int | None = None
    #: Key in config.toml of the newsletter whose editors are asked; "": none are.
    newsletter: str = ""
    #: One line.
    subject: str
    #: What happened, and what to do.
    lines: tuple[str, ...]
    #: Where more is to be seen, an http or https URL; or "".
    link: str = ""

    @property
    def body(self) -> str:
        """The lines and the link as one text."""
        lines = (*self.lines, "", self.link) if self.link else self.lines
        # What a line tells of may hold line breaks, and must not become lines of ours.
        return "\n".join(" ".join(line.splitlines()) for line in lines)


def masked(text: str) -> str:
    """Return `text` without anything that looks like an e-mail address."""
    return _ADDRESS.sub("(address)", text)


def subject_of(subject: str, site: str) -> str:
    """Return the subject of a notice's mail: header-safe, and whose it is."""
    return shortened(safe_line(masked(f"[{site}] {subject}")))


def text_of(body: str) -> str:
    """Return the text part of a notice's mail."""
    lines = _clean(body).rstrip().split("\n")
    return "".join(f"{line[2:] if _kind(line) == 'heading' else line}\n" for line in lines)


def html_of(subject: str, body: str) -> str:
    """Return the HTML part of a notice's mail: whole, and without anything from elsewhere."""
    title = html.escape(neutralise(safe_line(masked(subject))))
    # No colours: the mail program's own are right by day and by night.
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title></head>\n"
        f'<body style="margin:0;padding:16px"><div style="max-width:600px;{_FONT};font-size:16px;'
        f'line-height:1.5">\n<h1 style="font-size:20px;line-height:1.3;margin:0 0 16px">{title}'
        f"</h1>\n{lines_in_html(body)}\n</div></body></html>\n"
    )


def lines_in_html(body: str, colour: str = "") -> str:
    """Return the lines of a notice as HTML, for inside of a block.

    Args:
        body: the lines.
        colour: of text and links, `#rrggbb`; "": what is around decides.
    """
    shade = f";color:{colour}" if colour else ""
    return "\n".join(_blocks_in_html(_clean(body).split("\n"), shade))


def box_html(body: str) -> str:
    """Return the lines of a notice as a box of 600 px, to stand on top of another mail.

    Text and paper both have colours, so a program that turns one by night turns both; no class,
    so no rule of the mail below reaches into it.
    """
    return (
        # Outlook for Windows does not know max-width.
        '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" '
        'cellspacing="0" border="0"><tr><td><![endif]-->\n'
        '<table role="presentation" dir="ltr" align="center" width="100%" cellpadding="0" '
        f'cellspacing="0" border="0" bgcolor="{_PAPER}" '
        'style="width:100%;max-width:600px;margin:16px auto;'
        f'background-color:{_PAPER};border:2px solid {_EDGE};border-collapse:separate">\n'
        f'<tr><td align="left" style="padding:4px 20px 8px;{_FONT};font-size:15px;'
        f'line-height:1.5;color:{_INK};word-break:break-word">\n'
        f"{lines_in_html(body, _INK)}\n</td></tr></table>\n"
        "<!--[if mso]></td></tr></table><![endif]-->"
    )


def chat_message(subject: str, body: str, site: str) -> bytes:
    """Return a notice as JSON that Slack takes, and Mattermost and others that follow it."""
    title = safe_line(masked(f"[{site}] {subject}"))
    lines = [_in_chat(line) for line in _clean(body).strip("\n").split("\n")]
    header = title if len(title) <= _HEADER else f"{title[: _HEADER - 1]}…"
    blocks: list[object] = [
        {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}}
    ]
    blocks += [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in _sections(lines)
    ][: _BLOCKS - 1]
    # What a phone shows, and programs that know no blocks.
    whole = _cut("\n".join([f"*{_escape(title)}*", *lines]), _SECTION)
    return json.dumps({"text": whole, "blocks": blocks}, ensure_ascii=True).encode("ascii")


def _clean(body: str) -> str:
    """Return the lines masked, each printable, the whole not endless."""
    lines = []
    # What a template must hold is told by its tag, which must not be one here.
    for line in neutralise(masked(body[:_LONGEST])).split("\n"):
        indent = "  " if line.startswith("  ") else ""
        lines.append(indent + safe_line(line))
    return "\n".join(lines)


def _blocks_in_html(lines: Iterable[str], shade: str) -> Iterator[str]:
    for kind, group in groupby(lines, _kind):
        texts = [html.escape(line[2:] if kind in _MARKED else line) for line in group]
        match kind:
            case "item":
                items = "".join(f'<li style="margin:0 0 4px{shade}">{text}</li>' for text in texts)
                yield f'<ul style="margin:0 0 12px;padding:0 0 0 20px{shade}">{items}</ul>'
            case "heading":
                shown = "<br>".join(texts)
                yield f'<div style="margin:16px 0 4px;font-weight:bold{shade}">{shown}</div>'
            case "command":
                shown = "<br>".join(texts)
                yield f'<div style="margin:0 0 12px;{_CODE}{shade}">{shown}</div>'
            case "link":
                yield from (
                    f'<div style="margin:0 0 12px{shade}"><a href="{text}" '
                    f'style="text-decoration:underline{shade}">{text}</a></div>'
                    for text in texts
                )
            case "text":
                yield f'<div style="margin:0 0 12px{shade}">{"<br>".join(texts)}</div>'
            case _:
                pass  # an empty line parts the blocks by standing there


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    if line.startswith("# "):
        return "heading"
    if line.startswith("- "):
        return "item"
    if line.startswith("  "):
        return "command"
    return "link" if _LINK.fullmatch(line) else "text"


def _in_chat(line: str) -> str:
    match _kind(line):
        case "heading":
            return f"*{_escape(line[2:])}*"
        case "item":
            return f"• {_escape(line[2:])}"
        case "command":
            return f"`{_escape(line[2:]).replace('`', chr(39))}`"
        case _:
            return _escape(line)


def _escape(text: str) -> str:
    """Return text for Slack, which gives three characters a meaning: mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sections(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines in as few parts as have room for them."""
    part = ""
    for line in lines:
        whole = _cut(line, _SECTION)
        if part and len(part) + 1 + len(whole) > _SECTION:
            yield part
            part = ""
        part = f"{part}\n{whole}" if part else whole
    if part:
        yield part


def _cut(text: str, most: int) -> str:
    """Return at most so many characters, never half of an `&amp;`."""
    if len(text) <= most:
        return text
    return re.sub(r"&[a-z]{0,3}\Z", "", text[: most - 1]) + "…"
