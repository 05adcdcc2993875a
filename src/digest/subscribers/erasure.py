"""How an erased person is remembered: by a keyed hash that names nobody. Pure."""

import hmac
from hashlib import sha256
from typing import Final

#: What the key is derived for, so that no other use of the same secret tells anything.
_PURPOSE: Final = b"digest/erased/1"


def erased_hash(secret: bytes, address_key: str) -> bytes:
    """Return the 32 bytes that stand for an erased address.

    Without the secret nobody can find an address by trying (GDPR recital 26), which a plain hash
    would allow: there are few addresses.
    """
    derived = hmac.digest(secret, _PURPOSE, sha256)
    return hmac.digest(derived, address_key.encode(), sha256)


def key_mark(secret: bytes) -> str:
    """Return what tells one key from another and says nothing of it: 16 hexadecimal digits."""
    return hmac.digest(secret, _PURPOSE + b"/mark", sha256).hex()[:16]
