"""The keys that sign readers' links, out of the environment variable DIGEST_SECRET. Pure.

`NAME:BASE64[,NAME:BASE64…]`: the first key signs, the others only let the links of mails already
sent go on working. No message here repeats anything of the value, not even what should be a
name: somebody may have written the two the wrong way round.
"""

import base64
import binascii
import re
from typing import Final

from digest.delivery.links import Key
from digest.errors import NotReadyError

_WHERE: Final = "DIGEST_SECRET"
_REMEDY: Final = (
    "Make a key once with `openssl rand -base64 32`, keep it with your other passwords, and set "
    "DIGEST_SECRET to it wherever digest runs."
)
_NAME: Final = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII)
#: Bytes: 128 bits, as many as a signature has.
_SHORTEST: Final = 16
#: Name of a key that was given none.
_FIRST_NAME: Final = "1"
_STANDARD: Final = str.maketrans("-_", "+/")


def parse_keys(text: str) -> tuple[Key, ...]:
    """Return the keys in `text`, the present one first; at least one.

    Args:
        text: `NAME:BASE64[,NAME:BASE64…]`; without a name the key is called `1`.

    Raises:
        NotReadyError: there is none, or one is not well-formed, too short, or named like another.
    """
    if not text.strip():
        raise _error("is not set: nobody could unsubscribe")
    keys: dict[str, Key] = {}
    for position, part in enumerate(text.split(","), 1):
        key = _parse_key(part.strip(), position)
        if key.name in keys:
            raise _error(f"key {position} has the name of one before it")
        keys[key.name] = key
    return tuple(keys.values())


def _parse_key(part: str, position: int) -> Key:
    name, colon, encoded = part.rpartition(":")
    name = name if colon else _FIRST_NAME
    if not _NAME.fullmatch(name):
        raise _error(f"the name of key {position} is not 1 to 8 letters and digits")
    try:
        # Both alphabets of RFC 4648, with or without the padding that copying loses.
        whole = encoded.translate(_STANDARD).rstrip("=")
        secret = base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)
    except (binascii.Error, ValueError):
        # `from None`: what was raised could quote the key.
        raise _error(f"key {position} is not base64") from None
    if len(secret) < _SHORTEST:
        raise _error(f"key {position} has {len(secret)} bytes; at least {_SHORTEST} are needed")
    return Key(name, secret)


def _error(what: str) -> NotReadyError:
    return NotReadyError(what, where=_WHERE, remedy=_REMEDY)
