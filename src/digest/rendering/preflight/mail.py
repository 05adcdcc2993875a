"""A mail as preflight sees it: its parts, and what is known about it besides. Pure.

What is not known is None or empty, and rules about it say nothing: a lone HTML file has no
subject to be judged.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from digest.rendering.preflight.css import StyleRule, rules
from digest.rendering.preflight.document import Document, Element
from digest.rendering.preflight.finding import Place
from digest.rendering.reader_links import NAME_TAG, TAGS
from digest.rendering.rendered import LINK_GROWTH, RenderedIssue

if TYPE_CHECKING:
    from email.message import EmailMessage

#: What stands behind a preheader so that nothing else of the mail follows it in the inbox.
_FILLER: Final = re.compile("[\u00a0\u00ad\u034f\u061c\u2000-\u200f\u2060-\u2064\ufeff\\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story of an issue, out of its manifest."""

    #: `story-3`; "": it is told as a title only.
    anchor: str
    #: File of the article.
    path: str
    title: str
    url: str = ""
    identity: str = ""
    excerpt: str = ""
    published_at: datetime | None = None

    @property
    def place(self) -> Place:
        """Where it is, for people."""
        return Place(self.path or self.title, 0, self.anchor, self.path)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail, parsed when it is first looked at."""

    html: str
    #: None: it is not known whether there is one.
    text: str | None = None
    #: None: not known.
    subject: str | None = None
    #: As it was composed; `inbox_line` is what became of it. None: not known.
    preheader: str | None = None
    #: Name in small letters → value; None: whoever sends it writes them.
    headers: Mapping[str, str] | None = None
    #: Content types of the parts in their order; empty: not known.
    parts: tuple[str, ...] = ()
    #: Stories by their manifest; None: there is none.
    stories: tuple[Told, ...] | None = None
    #: Marks that will be filled for each reader.
    tags: frozenset[str] = field(default_factory=frozenset)
    #: When it goes out, aware; None: not known.
    dated: datetime | None = None
    #: Lines that must stand in it; empty: not known.
    postal_address: tuple[str, ...] = ()
    #: Subject of the newsletter's issue before; "": not known.
    subject_before: str = ""
    #: Fewer stories are too few; 0: not known.
    least: int = 0
    #: Bytes that click tracking adds to each link.
    link_growth: int = LINK_GROWTH
    #: Words of the articles themselves, which may speak of templates.
    told: str = ""

    @classmethod
    def of_rendered(
        cls,
        rendered: RenderedIssue,
        manifest: Mapping[str, Any] | None = None,
        **known: Any,  # noqa: ANN401  the fields above
    ) -> "Mail":
        """Return a mail as `render_issue` made it, with readers' tags still in it.

        Args:
            rendered: the mail.
            manifest: its `issue.json` as values.
            known: `dated`, `postal_address`, `subject_before`, `least`, `link_growth`.
        """
        return cls.of_parts(
            rendered.subject, rendered.preheader, rendered.html, rendered.text, manifest, **known
        )

    @classmethod
    def of_parts(
        cls,
        subject: str,
        preheader: str,
        html: str,
        text: str,
        manifest: Mapping[str, Any] | None = None,
        **known: Any,  # noqa: ANN401  as above
    ) -> "Mail":
        """Return a mail of ours as the ledger keeps it; arguments as `of_rendered`."""
        stories = None if manifest is None else tuple(_stories(manifest))
        return cls(
            subject=subject,
            preheader=preheader,
            html=html,
            text=text,
            stories=stories,
            told=_told(manifest or {}),
            tags=frozenset({TAGS.unsubscribe, TAGS.web_view, TAGS.preferences, NAME_TAG}),
            **known,
        )

    @classmethod
    def of_html(cls, html: str) -> "Mail":
        """Return a lone HTML part, as a file holds it."""
        return cls(html=html)

    @classmethod
    def of_message(cls, raw: bytes) -> "Mail":
        """Return a message as a mail program receives it.

        What cannot be decoded is shown as U+FFFD: a broken mail is checked like any other.
        """
        from email import message_from_bytes  # noqa: PLC0415  a mail of ours is no message yet
        from email.policy import default  # noqa: PLC0415  as above

        message = message_from_bytes(raw, policy=default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        headers = {name.lower(): str(value) for name, value in message.items()}
        return cls(
            html=_body(parts, "text/html"),
            text=_body(parts, "text/plain") if _has(parts, "text/plain") else "",
            subject=headers.get("subject", ""),
            headers=MappingProxyType(headers),
            parts=tuple(part.get_content_type() for part in parts),
        )

    @cached_property
    def document(self) -> Document:
        """The HTML part, read."""
        return Document(self.html)

    @cached_property
    def css(self) -> tuple[str, ...]:
        """The style sheets as they are written."""
        return tuple(element.own_text for element in self.document.of("style"))

    @cached_property
    def sheets(self) -> tuple[tuple[Element, tuple[StyleRule, ...]], ...]:
        """Every `<style>` with its rules."""
        elements = self.document.of("style")
        return tuple((one, tuple(rules(css))) for one, css in zip(elements, self.css, strict=True))

    @cached_property
    def inbox_line(self) -> str:
        """What is hidden at the beginning for inboxes to show, without filler; or ""."""
        for element, text in self.document.texts:
            if element.within("head"):
                continue
            if not any(map(_is_hidden, element.around())):
                return ""
            if words := _FILLER.sub(" ", text).strip():
                return words
        return ""

    def place_of(self, story: Told) -> Place:
        """Return where a story is told."""
        for element in self.document.elements:
            if story.anchor and element.attributes.get("id") == story.anchor:
                return story.place._replace(line=element.line)
        return story.place


def _is_hidden(element: Element) -> bool:
    return element.is_hidden or element.style.get("max-height") in {"0", "0px"}


def _stories(manifest: Mapping[str, Any]) -> Iterable[Told]:
    for number, story in enumerate(manifest.get("stories", ()), 1):
        moment = story.get("published_at")
        yield Told(
            anchor=f"story-{number}",
            path=story.get("path", ""),
            title=story.get("title", ""),
            url=story.get("url") or "",
            identity=story.get("identity") or "",
            excerpt=story.get("excerpt") or "",
            published_at=datetime.fromisoformat(moment) if moment else None,
        )


def _told(manifest: Mapping[str, Any]) -> str:
    """Return what the articles themselves say: one about templates may hold such marks."""
    stories = [f"{one['title']}\n{one.get('excerpt', '')}" for one in manifest.get("stories", ())]
    return "\n".join([*stories, *(one.get("title", "") for one in manifest.get("left_out", ()))])


def _has(parts: "Iterable[EmailMessage]", kind: str) -> bool:
    return any(part.get_content_type() == kind for part in parts)


def _body(parts: Iterable[Any], kind: str) -> str:
    for part in parts:
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            raw = part.get_payload(decode=True) or b""
            charset = part.get_content_charset("utf-8")
            try:
                return str(raw.decode(charset, "replace")).replace("\r\n", "\n")
            except LookupError:  # a charset nobody knows
                return str(raw.decode("utf-8", "replace")).replace("\r\n", "\n")
    return ""
