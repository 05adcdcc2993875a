"""One reader's mail as one message, for couriers that carry messages. Pure.

Subject, parts, links and list headers are those SendGrid gets, so a rehearsal shows what a
provider would send.
"""

from datetime import UTC, datetime

from digest.delivery.filling import Sign, fill, header_name, prepare_content
from digest.delivery.headers import MARK, common_headers, list_unsubscribe
from digest.delivery.letter import Letter, Reader
from digest.rendering.message import Envelope, build_message
from digest.rendering.rendered import RenderedIssue

_NOBODY = Reader(10**18, f"{'x' * 64}@reader.example", "")
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class Mails:
    """Makes the messages of one letter.

    Args:
        letter: what everybody gets.
        sign: makes the tokens of the unsubscribe links.

    Raises:
        ConfigError: The subject, a name or a link cannot stand in a header.
        NotReadyError: A part of the letter has no place for the unsubscribe link.
    """

    def __init__(self, letter: Letter, sign: Sign) -> None:
        self._letter = letter
        self._sign = sign
        self._content = prepare_content(letter)
        self._unsubscribe = list_unsubscribe(letter.unsubscribe)
        self._common = tuple(common_headers(letter).items())
        self._domain = letter.sender_email.rpartition("@")[2]
        # What cannot be written stops the issue now, not a thread that carries it.
        self.build(_NOBODY, "0" * 32, _SOME_DAY)

    def message_id(self, reader: Reader, attempt: str) -> str:
        """Return the Message-ID: the same whenever the same attempt is made into a message."""
        return f"<{attempt}.{reader.id}@{self._domain}>"

    def build(self, reader: Reader, attempt: str, date: datetime) -> bytes:
        """Return the message of one reader with CRLF line ends.

        Args:
            reader: who it is for; an address `filling.unfit_readers` finds nothing wrong with.
            attempt: the token of the hand-over.
            date: aware.
        """
        letter = self._letter
        token = self._sign(reader.id, reader.address)
        html, text = fill(self._content, token, reader.name)
        envelope = Envelope(
            sender_name=letter.sender_name,
            sender_email=letter.sender_email,
            to=reader.address,
            to_name=header_name(reader.name),
            date=date,
            message_id=self.message_id(reader, attempt),
            reply_to=letter.reply_to,
            headers=self._headers(token, attempt),
        )
        content = RenderedIssue(
            subject=letter.subject, preheader="", html=html, text=text, size_bytes=0
        )
        return build_message(content, envelope)

    def _headers(self, token: str, attempt: str) -> tuple[tuple[str, str], ...]:
        if self._letter.unsubscribe is None:
            return (*self._common, ("X-Digest-Notice", self._letter.issue))
        own = (("X-Digest-Attempt", attempt),)
        if not self._unsubscribe:
            return (*self._common, *own)
        value = self._unsubscribe.replace(MARK, token)
        return (("List-Unsubscribe", value), *self._common, *own)
