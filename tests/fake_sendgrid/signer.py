"""Webhook posts: events in SendGrid's bytes, signed with an ECDSA P-256 key."""

import base64
from collections.abc import Iterable

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .events import Untidiness, untidy_events
from .mails import Mail
from .posts import SIGNATURE_HEADER, TIMESTAMP_HEADER, Batch


class Signer:
    """An ECDSA P-256 key, and batches signed with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> str:
        """Base64 of the DER SubjectPublicKeyInfo, as SendGrid's settings show it."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def sign(self, body: bytes, timestamp: int) -> Batch:
        """Return headers and body of one post."""
        signed = self._key.sign(str(timestamp).encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: base64.b64encode(signed).decode(),
            TIMESTAMP_HEADER: str(timestamp),
        }
        return headers, body

    def batches(self, mails: Iterable[Mail], untidy: Untidiness) -> list[Batch]:
        """Return the posts that tell the fates of the mails."""
        events = untidy_events(mails, untidy)
        found = []
        for start in range(0, len(events), untidy.per_batch):
            part = events[start : start + untidy.per_batch]
            # SendGrid's bodies have CRLF between events; receivers that parse and write them
            # anew break the signature (sendgrid-python#950, #1028, #1030).
            body = b"[" + b",\r\n".join(orjson.dumps(event) for event in part) + b"]\r\n"
            newest = max(event["timestamp"] for event in part)
            found.append(self.sign(body, newest + int(untidy.late)))
        return found
