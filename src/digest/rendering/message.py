"""A rendered issue → one message as mail programs read it. Pure: equal input, equal bytes.

Text first, HTML second, because readers show the last part they can (RFC 2046 §5.1.4). Headers
of a real delivery (List-Unsubscribe, List-Id) are the envelope's, and stand in front.
"""

import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import Compat32
from email.utils import format_datetime, quote

from digest.errors import ConfigError
from digest.issue.header import LIMIT_BYTES, clean_header
from digest.rendering.rendered import RenderedIssue

#: RFC 2047 §2: a line with encoded words has at most 76 characters.
_LINE = 76
# The older policy writes headers as they are given. The newer one takes encoded words apart and
# folds them anew, losing and doubling blanks on the way (Python 3.11, one long subject in ten).
_POLICY = Compat32(linesep="\r\n", max_line_length=_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a message says about itself besides its content."""

    #: Shown instead of the address; may be "".
    sender_name: str
    #: ASCII address.
    sender_email: str
    #: ASCII but for the local part.
    to: str
    #: Aware.
    date: datetime
    #: With its angle brackets: `<weekly.2026-W34@example.org>`.
    message_id: str
    #: Where answers go, an ASCII address; "": to the sender.
    reply_to: str = ""
    #: The recipient's name; may be "".
    to_name: str = ""
    #: Further headers, ASCII, written as they are: folded at blanks only, so that no URL breaks.
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.date.utcoffset() is None:
            msg = f"the date of a message is naive: {self.date!r}"
            raise ValueError(msg)


def build_message(rendered: RenderedIssue, envelope: Envelope) -> bytes:
    """Return `rendered` as one multipart message with CRLF line ends.

    Args:
        rendered: The mail; its links stay as they are.
        envelope: Who sends it to whom, when.

    Raises:
        ConfigError: The subject, a name, an address, the id or a header cannot be written.
    """
    message: Message[str | Header, str | Header] = Message(policy=_POLICY)
    sender = clean_header(envelope.sender_name, "the sender's name")
    mailbox = clean_header(envelope.sender_email, "the sender's address")
    message["From"] = _encode_address("From", sender, mailbox)
    if envelope.reply_to:
        message["Reply-To"] = clean_header(envelope.reply_to, "the address for answers")
    to = clean_header(envelope.to, "the recipient")
    if envelope.to_name and to.isascii():
        name = clean_header(envelope.to_name, "the recipient's name")
        message["To"] = _encode_address("To", name, to)
    elif to.isascii():
        message["To"] = to
    message["Subject"] = encode_header("Subject", clean_header(rendered.subject, "the subject"))
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = clean_header(envelope.message_id, "the message id")
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="{_boundary(rendered)}"'
    message.set_payload([_part(rendered.text, "plain"), _part(rendered.html, "html")])
    # RFC 6532 §3.2: an address that is not ASCII stands in its header as UTF-8.
    extra = envelope.headers if to.isascii() else (*envelope.headers, ("To", f"<{to}>"))
    return b"".join(_line(name, value) for name, value in extra) + message.as_bytes()


def encode_header(name: str, text: str) -> Header:
    """Return `text`, clean by `clean_header`, as it is written after `name: ` (RFC 2047)."""
    # A word that no line has room for is encoded too.
    plain = text.isascii() and max(map(len, text.split(" "))) < _LINE // 2
    return Header(text, "us-ascii" if plain else "utf-8", header_name=name, maxlinelen=_LINE)


def _encode_address(field: str, name: str, address: str) -> Header:
    """Return `name <address>`, both clean; the name quoted, or encoded where it must be."""
    header = Header(header_name=field, maxlinelen=_LINE)
    if name.isascii():
        header.append(f'"{quote(name)}"' if name else "", "us-ascii")
    else:
        header.append(name, "utf-8")
    header.append(f"<{address}>", "us-ascii")
    return header


def _line(name: str, value: str) -> bytes:
    """Return one header as it is, with its line end; folded at blanks (RFC 5322 §2.2.3).

    `email`'s policies encode a long URL into words that no mail program takes apart again.
    """
    if not value.isprintable():
        what = "holds a control character or line break"
        raise ConfigError(what, where=f"the header {name}", remedy="Write plain text on one line.")
    lines = [f"{name}:"]
    for word in value.split(" "):
        # The first word stays beside the name: a line of a blank alone is obsolete syntax.
        if lines != [f"{name}:"] and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    for line in lines:
        if len(line) > LIMIT_BYTES:
            what = f"holds {len(line)} characters without a blank; a line has {LIMIT_BYTES}"
            raise ConfigError(
                what, where=f"the header {name}", remedy="Shorten the address in it."
            )
    return ("\r\n".join(lines) + "\r\n").encode()


def _part(text: str, subtype: str) -> Message:
    """Return one part as quoted-printable UTF-8, which survives every server."""
    part = Message(policy=_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    # RFC 2045 §6.7 (4): line breaks of a text are CRLF and stand as they are.
    data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    part.set_payload(binascii.b2a_qp(data, istext=True).decode("ascii"))
    return part


def _boundary(rendered: RenderedIssue) -> str:
    # RFC 2045 §6.7: "=_" cannot occur in quoted-printable, so no text can end its part early.
    digest = hashlib.sha256(f"{rendered.text}\0{rendered.html}".encode()).hexdigest()
    return f"=_digest_{digest[:32]}"
