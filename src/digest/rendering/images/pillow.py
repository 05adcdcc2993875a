"""Pictures opened, made fit for mails, and drawn. The one module that knows Pillow.

Hostile files come here: only five decoders are open to them (SVG is drawn first, `svg.py`), at
most so many pixels are unpacked, and whatever a decoder raises is an answer. What comes out holds
nothing but pixels: no Exif block with the place it was taken at, no colour profile, no trailing
bytes. Equal bytes in, equal bytes out. Touches nothing.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from digest.rendering.images.measure import Kind
from digest.rendering.images.placeholder import Drawing
from digest.rendering.images.shape import MOST_PIXELS, Size, kept_box, made_size, wrong_size

#: Good enough on a screen that shows two pixels for one.
_QUALITY: Final = 82
#: Drawings and logos of fewer colours stay sharp as PNG, and are smaller.
_FEW_COLOURS: Final = 64
_FORMATS: Final = {
    Kind.JPEG: "JPEG",
    Kind.PNG: "PNG",
    Kind.GIF: "GIF",
    Kind.WEBP: "WEBP",
    Kind.AVIF: "AVIF",
}
_PAPER: Final = (255, 255, 255)

# `wrong_size` has refused bombs by then; this is for those whose head lies.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Made:
    """A picture for mails."""

    content: bytes
    #: Of its file, with dot: `.jpg` or `.png`.
    ending: str
    size: Size


def make(content: bytes, kind: Kind, most_width: int) -> Made | str:
    """Return the picture upright, cropped, in sRGB, at most so wide; or why that cannot be.

    Of an animation the first picture. Transparent parts become white: on dark screens, black
    lines on nothing would be gone. Never raises, whatever the bytes are.
    """
    try:
        if kind is Kind.SVG:
            from digest.rendering.images.svg import png_of  # noqa: PLC0415  few issues have one

            drawn = png_of(content, most_width)
            if isinstance(drawn, str):
                return drawn
            content, kind = drawn, Kind.PNG
        # What Pillow says of odd files on the way would stand on the user's screen.
        with warnings.catch_warnings(action="ignore"):
            return _opened(content, kind, most_width)
    except Image.DecompressionBombError:
        return "it is too large to be opened"
    except UnidentifiedImageError:
        return f"the {kind.value} is broken"
    except Exception as error:  # noqa: BLE001  decoders raise all there is: SyntaxError, struct.error
        return f"the {kind.value} is broken ({_said(error)})"


def draw(size: Size, drawing: Drawing) -> Made:
    """Return a drawing in that size."""
    # Twice as large, then made smaller: Pillow draws hard edges.
    large = Size(size.width * 2, size.height * 2)
    image = Image.new("RGB", large, drawing.ground)
    pen = ImageDraw.Draw(image)
    for colour, corners in drawing.shapes:
        pen.polygon([(x * large.width, y * large.height) for x, y in corners], fill=colour)
    if _can_write(drawing.letters):
        font = ImageFont.load_default(large.height * 0.42)
        middle = (large.width / 2, large.height / 2)
        pen.text(middle, drawing.letters, fill=drawing.ink, font=font, anchor="mm")
    image = image.resize(size, Image.Resampling.LANCZOS)
    return Made(_png(image.quantize(64, dither=Image.Dither.NONE)), ".png", size)


def _can_write(text: str) -> bool:
    """Return whether the font that comes with Pillow has these letters."""
    font = ImageFont.load_default(40)
    missing = bytes(font.getmask("\U0010fffe"))
    return bool(text) and all(bytes(font.getmask(letter)) != missing for letter in text)


def _opened(content: bytes, kind: Kind, most_width: int) -> Made | str:
    with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as image:
        if wrong := wrong_size(Size(*image.size)):
            return wrong
        return _made(image, most_width)


def _made(image: Image.Image, most_width: int) -> Made | str:
    image.draft("RGB", (most_width, most_width))  # a JPEG is unpacked no larger than needed
    upright = ImageOps.exif_transpose(image)
    if "A" in upright.getbands() and not upright.getchannel("A").getbbox():
        return "nothing is on it: every pixel is transparent"
    flat = _on_paper(_in_srgb(upright))
    few = image.format in {"PNG", "GIF"} and bool(flat.getcolors(_FEW_COLOURS))
    if box := kept_box(Size(*flat.size)):
        flat = flat.crop(box)
    size = made_size(Size(*flat.size), most_width)
    if size != flat.size:
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if few:
        return Made(_png(flat.quantize(_FEW_COLOURS, dither=Image.Dither.NONE)), ".png", size)
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return Made(buffer.getvalue(), ".jpg", size)


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        changed = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile: shown as without
        return image
    return changed or image


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return image if image.mode == "RGB" else image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, _PAPER)
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _said(error: Exception) -> str:
    line = " ".join(str(error).split())[:100]
    return line if line.isprintable() and line else type(error).__name__
