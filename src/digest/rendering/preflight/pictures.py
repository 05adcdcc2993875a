"""Rules about pictures. Pure."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from digest.rendering.preflight.document import Element
from digest.rendering.preflight.finding import Fault, Rule, Severity
from digest.rendering.preflight.mail import Mail

#: Ending → who shows nothing.
_FORMATS: Final = {
    "webp": "Outlook for Windows and macOS show no webp, Gmail not everywhere",
    "avif": "Outlook for Windows shows no avif, Gmail not everywhere",
    "svg": "Gmail on the web and Outlook for macOS show no svg",
    "jxl": "hardly any mail program shows jxl",
    "heic": "hardly any mail program shows heic",
    "tiff": "hardly any mail program shows tiff",
    "bmp": "a bmp is many times larger than a png",
}
_PIXELS: Final = re.compile(r"\d+(?:px)?\Z")


def _alt(mail: Mail) -> Iterator[Fault]:
    for element in mail.document.of("img"):
        if "alt" not in element.attributes:
            yield Fault("the picture has no alternative text", element.place)


def _width(mail: Mail) -> Iterator[Fault]:
    for element in mail.document.of("img"):
        if not _PIXELS.match(element.get("width")):
            yield Fault("the picture has no width in pixels", element.place)


def _height(mail: Mail) -> Iterator[Fault]:
    found = [one for one in mail.document.of("img") if not _PIXELS.match(one.get("height"))]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield Fault(f"the picture has no height in pixels{more}", found[0].place)


def _format(mail: Mail) -> Iterator[Fault]:
    for element in mail.document.of("img", "source"):
        ending = _ending(element)
        if ending in _FORMATS:
            yield Fault(_FORMATS[ending], element.place)


def _address(mail: Mail) -> Iterator[Fault]:
    for element in mail.document.of("img"):
        source = element.get("src")
        scheme = source.partition(":")[0].lower() if ":" in source else ""
        if scheme == "cid" and mail.headers is not None:
            continue
        if scheme == "http":
            yield Fault("the picture is not loaded over https", element.place, Severity.NOTE)
        elif scheme == "data":
            yield Fault("Gmail shows no picture that stands in the mail itself", element.place)
        elif scheme != "https" or not _host(source):
            yield Fault(
                f"{source[:80]!r} is not a full address" if source else "it has no address",
                element.place,
            )


def _host(source: str) -> str:
    try:
        return urlsplit(source).hostname or ""
    except ValueError:
        return ""


def _ending(element: Element) -> str:
    source = element.get("src") or element.get("srcset")
    if source.startswith("data:image/"):
        return re.split(r"[+;,]", source.removeprefix("data:image/"))[0].lower()
    try:
        path = urlsplit(source).path
    except ValueError:
        return ""
    return path.rpartition(".")[2].lower().replace("tif", "tiff").replace("tifff", "tiff")


RULES: Final = (
    Rule(
        id="picture.alt",
        severity=Severity.WARNING,
        title="a picture without `alt`",
        why="With pictures off, as Outlook shows every first mail, an empty box stays; screen "
        "readers read the file name.",
        source="WCAG 2.2 §1.1.1; Email Markup Consortium 2026: missing in 47.9 % of mails",
        remedy='Describe it: cover_alt in the article. What only decorates has alt="".',
        look=_alt,
    ),
    Rule(
        id="picture.width",
        severity=Severity.WARNING,
        title="a picture without `width` in pixels",
        why="Outlook for Windows ignores the style and shows it in its own size, over the edge.",
        source="caniemail css-width, html-width; email-html.md §3, Outlook for Windows",
        remedy='Write the shown width as an attribute: width="552".',
        look=_width,
    ),
    Rule(
        id="picture.height",
        severity=Severity.NOTE,
        title="a picture without `height` in pixels",
        why="The text jumps while pictures load.",
        source="HTML §4.8.17; email-html.md §1",
        remedy="Let digest measure pictures, or write the shown height as an attribute.",
        look=_height,
    ),
    Rule(
        id="picture.format",
        severity=Severity.WARNING,
        title="a picture in a format that many clients do not show (webp, avif, svg, …)",
        why="Some readers see an empty box.",
        source="caniemail image-webp, image-avif, image-svg; email-html.md §3, Cover pictures",
        remedy="Give the article a JPEG or PNG as its cover.",
        look=_format,
    ),
    Rule(
        id="picture.address",
        severity=Severity.ERROR,
        title="a picture without a full https address (a note: http)",
        why="A mail has no address of its own: the picture is not found. Gmail shows no "
        "`data:` pictures; http is blocked or loaded through a proxy.",
        source="RFC 3986 §5.1; caniemail image-base64",
        remedy="Publish the picture, and write its whole address: https://….",
        look=_address,
    ),
)
