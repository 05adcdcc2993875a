"""What a file is and how large its picture is, told from its first bytes. Pure.

Ours, because every preview does it: Pillow takes 30 ms to import before it opens the first file,
and these few formats keep their size where it is found in microseconds. What a file is called,
and what a server says it is, is not asked: its bytes decide.

Sources: PNG (W3C, §5.2, §11.2.2), GIF89a §18, JPEG (ITU-T T.81, B.2.2), Exif 2.3 §4.6, WebP
container (RFC 9649), HEIF image spatial extents (ISO/IEC 23008-12, §6.5.3).
"""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from digest.rendering.images.shape import Size

#: Size stands in the head of a file; JPEG keeps a preview and colour tables before it.
HEAD_BYTES: Final = 1_000_000
_SEGMENTS: Final = 1_000


class Kind(enum.Enum):
    """What the bytes of a picture are."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WebP"
    AVIF = "AVIF"
    SVG = "SVG"


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture, as far as its first bytes tell."""

    kind: Kind
    #: As it is seen, turned upright; of an SVG nothing is known.
    size: Size | None
    #: The file is not upright, and some mail programs show it so.
    turned: bool = False


def measure(content: bytes) -> Measured | str:
    """Return what `content` is, or a phrase that says why it is no picture.

    Never raises, whatever the bytes are.
    """
    head = content[:HEAD_BYTES]
    if not head.strip():
        return "the file is empty"
    for starts, kind, find in _KINDS:
        if starts(head):
            if kind is Kind.SVG:
                return Measured(kind, None)
            size, turned = find(head)
            if size is None:
                return f"the file ends before the {kind.value} has said its size"
            return Measured(kind, size, turned)
    return _what_else(head)


_Found = tuple[Size | None, bool]


def _png(head: bytes) -> _Found:
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None, False
    return Size(_big(head[16:20]), _big(head[20:24])), False


def _gif(head: bytes) -> _Found:
    return (Size(_little(head[6:8]), _little(head[8:10])) if len(head) >= 10 else None), False


def _jpeg(head: bytes) -> _Found:
    at, orientation = 2, 1
    for _ in range(_SEGMENTS):
        while head[at : at + 2] == b"\xff\xff":  # fill bytes, T.81 B.1.1.2
            at += 1
        if len(head) < at + 9 or head[at] != 0xFF:
            break
        marker, length = head[at + 1], _big(head[at + 2 : at + 4])
        # SOF0 to SOF15, without the tables DHT, JPG and DAC among them.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = _big(head[at + 5 : at + 7]), _big(head[at + 7 : at + 9])
            size = Size(height, width) if orientation >= 5 else Size(width, height)
            return size, orientation > 1
        if marker == 0xE1 and head[at + 4 : at + 10] == b"Exif\0\0":
            orientation = _orientation(head[at + 10 : at + 2 + length])
        at += 2 + max(length, 2)
    return None, False


def _orientation(tiff: bytes) -> int:
    """Return the tag Orientation (274) of an Exif block: 1 is upright, from 5 on its side."""
    number = _little if tiff[:2] == b"II" else _big
    at = number(tiff[4:8])
    for entry in range(min(number(tiff[at : at + 2]), 200)):
        start = at + 2 + 12 * entry
        if number(tiff[start : start + 2]) == 274:
            value = number(tiff[start + 8 : start + 10])
            return value if 1 <= value <= 8 else 1
    return 1


def _webp(head: bytes) -> _Found:
    form, data = head[12:16], head[20:]
    size = None
    if form == b"VP8X" and len(data) >= 10:
        size = Size(1 + _little(data[4:7]), 1 + _little(data[7:10]))
    elif form == b"VP8L" and len(data) >= 5 and data[0] == 0x2F:
        bits = _little(data[1:5])
        size = Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    elif form == b"VP8 " and data[3:6] == b"\x9d\x01\x2a" and len(data) >= 10:
        size = Size(_little(data[6:8]) & 0x3FFF, _little(data[8:10]) & 0x3FFF)
    return size, False


def _avif(head: bytes) -> _Found:
    sizes = [
        Size(_big(found[1]), _big(found[2]))
        # The box `ispe`: version and flags, width, height. Thumbnails have one, too.
        for found in re.finditer(rb"ispe\0{4}(.{4})(.{4})", head[:65_536], re.DOTALL)
    ]
    return max(sizes, key=lambda size: size.width * size.height, default=None), False


_KINDS: Final[tuple[tuple[Callable[[bytes], object], Kind, Callable[[bytes], _Found]], ...]] = (
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), Kind.PNG, _png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), Kind.JPEG, _jpeg),
    (lambda head: head[:6] in {b"GIF87a", b"GIF89a"}, Kind.GIF, _gif),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", Kind.WEBP, _webp),
    (lambda head: head[4:8] == b"ftyp" and b"avi" in head[8:64], Kind.AVIF, _avif),
    (
        lambda head: re.match(rb"\s*(?:<[?!][^>]{0,2000}>\s*){0,20}<(?:\w+:)?svg[\s>]", head),
        Kind.SVG,
        _gif,
    ),
)
#: How other files begin → what they are.
_OTHERS: Final[Mapping[bytes, str]] = {
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"%pdf": "a PDF",
    b"bm": "a bitmap (BMP)",
    b"ii*\0": "a TIFF",
    b"mm\0*": "a TIFF",
    b"version https://git-lfs": "a pointer of Git LFS: the picture itself was not fetched",
}


def _what_else(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    for sign, name in _OTHERS.items():
        if start.startswith(sign):
            return f"it is {name}"
    if head[4:8] == b"ftyp":
        return "it is HEIC or a film"
    return "it is no picture that mail programs show"


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")
