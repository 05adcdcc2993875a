import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digest.rendering.images.measure import Kind, Measured, measure
from digest.rendering.images.pillow import Made, draw, make
from digest.rendering.images.placeholder import drawing_of
from digest.rendering.images.shape import Size
from pictures import (
    FORMATS,
    SVG,
    growing_svg,
    moving,
    opened,
    photo,
    picture,
    png_of,
    saved,
    svg,
    turned,
    with_profile,
)

FILES = {Kind(FORMATS[form]): picture(form, 96, 64) for form in FORMATS}


def made_of(content: bytes, kind: Kind = Kind.JPEG, most_width: int = 1104) -> Made:
    made = make(content, kind, most_width)
    assert isinstance(made, Made), made
    return made


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_becomes_one_that_mail_programs_show(form: str) -> None:
    made = made_of(picture(form, 1600, 1000), Kind(FORMATS[form]), 1104)

    found = measure(made.content)
    assert isinstance(found, Measured)
    assert (found.kind, found.size) == (Kind.JPEG, Size(1104, 690))
    assert (made.ending, made.size) == (".jpg", Size(1104, 690))


def test_a_drawing_of_few_colours_stays_sharp() -> None:
    made = made_of(saved(Image.new("RGB", (800, 400), "#1d4f7c"), "PNG"), Kind.PNG, 414)

    assert made.ending == ".png"
    assert opened(made.content).convert("RGB").getpixel((3, 3)) == (0x1D, 0x4F, 0x7C)


def test_equal_bytes_make_equal_bytes() -> None:
    content = picture("WEBP", 900, 600)

    assert make(content, Kind.WEBP, 414) == make(content, Kind.WEBP, 414)


def test_a_small_picture_is_not_enlarged() -> None:
    assert made_of(picture("JPEG", 100, 60)).size == (100, 60)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_picture_comes_out_upright(orientation: int) -> None:
    content = turned(orientation, 640, 640)
    expected = {3: 180, 6: -90, 8: 90}[orientation]

    made = opened(made_of(content).content)

    upright = photo(640, 640).rotate(expected)
    for spot in ((20, 20), (620, 20), (20, 620)):
        pairs = zip(made.getpixel(spot), upright.getpixel(spot), strict=True)  # type: ignore[arg-type]  # an RGB picture
        assert all(abs(one - other) < 12 for one, other in pairs)


def test_nothing_but_pixels_is_left() -> None:
    made = made_of(turned(6))

    assert b"Anna" not in made.content
    assert b"Exif" not in made.content
    assert not opened(made.content).getexif()
    assert "icc_profile" not in opened(made_of(with_profile()).content).info


def test_a_portrait_becomes_a_square() -> None:
    assert made_of(picture("JPEG", 800, 1400), most_width=414).size == (414, 414)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_every_kind_of_pixels_is_opened(mode: str) -> None:
    image = Image.new("L", (64, 48), 90) if mode == "I;16" else photo(64, 48)

    assert made_of(saved(image.convert(mode), "PNG"), Kind.PNG).size == (64, 48)


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_colours_of_every_profile_become_those_of_screens(mode: str) -> None:
    assert opened(made_of(with_profile(mode)).content).mode in {"RGB", "P"}


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.putpixel((40, 40), (0, 0, 0, 255))
    clear = saved(image, "PNG")

    made = opened(made_of(clear, Kind.PNG).content).convert("RGB")

    assert made.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(("form", "kind"), [("GIF", Kind.GIF), ("WEBP", Kind.WEBP)])
def test_of_an_animation_the_first_picture_is_kept(form: str, kind: Kind) -> None:
    red, _, blue = opened(made_of(moving(form), kind).content).convert("RGB").getpixel((9, 9))  # type: ignore[misc]  # an RGB picture

    assert red > 200
    assert blue < 50


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (png_of(60_000, 60_000), Kind.PNG, "too large to be opened"),
        (png_of(2_000_000_000, 2_000_000_000), Kind.PNG, "too large to be opened"),
        (png_of(0, 0), Kind.PNG, "the PNG is broken"),
        (png_of(1, 30_000), Kind.PNG, "it is only 1 by 30,000 pixels"),
        (png_of(300, 300), Kind.PNG, "the PNG is broken"),
        (picture("JPEG", 640, 400)[:2000], Kind.JPEG, "the JPEG is broken"),
        (picture("WEBP", 640, 400)[:900], Kind.WEBP, "the WebP is broken"),
        (picture("PNG"), Kind.JPEG, "the JPEG is broken"),
        (b"", Kind.GIF, "the GIF is broken"),
        (SVG, Kind.SVG, "nothing is on it: every pixel is transparent"),
        (svg("", "0 0 900 30"), Kind.SVG, "it is a line"),
        (SVG[:90], Kind.SVG, "the SVG is broken"),
        (growing_svg(), Kind.SVG, "the SVG is broken"),
        (svg("&x;", doctype='<!ENTITY x SYSTEM "file:///etc/passwd">'), Kind.SVG, "broken"),
        (svg("<g>" * 50_000 + "</g>" * 50_000), Kind.SVG, "the SVG is broken"),
    ],
)
def test_what_cannot_be_opened_says_why(content: bytes, kind: Kind, why: str) -> None:
    said = make(content, kind, 1104)

    assert isinstance(said, str)
    assert why in said
    assert said.isprintable()


def test_a_picture_that_is_something_else_too_leaves_that_behind() -> None:
    """A JPEG with a web page behind it is shown as a picture, and the page is gone."""
    made = made_of(picture("JPEG") + b"<script>alert(1)</script>")

    assert b"script" not in made.content


def test_a_frame_larger_than_its_picture_costs_nothing() -> None:
    """A GIF of 20 by 20 whose first frame says it is 60,000 high is refused or cropped."""
    content = bytearray(saved(Image.new("P", (20, 20)), "GIF"))
    at = content.index(b"\x2c")
    content[at + 5 : at + 9] = b"\x60\xea\x60\xea"

    assert isinstance(make(bytes(content), Kind.GIF, 414), Made | str)


def test_a_drawing_is_made_in_its_size() -> None:
    made = draw(Size(414, 232), drawing_of("Science", 1, "#1d4f7c"))

    assert opened(made.content).size == (414, 232)
    assert made == draw(Size(414, 232), drawing_of("Science", 1, "#1d4f7c"))
    assert len(made.content) < 20_000


def test_letters_the_font_does_not_have_are_left_out() -> None:
    assert draw(Size(100, 60), drawing_of("科学", 0, "#1d4f7c")).size == (100, 60)


@settings(max_examples=60)
@given(st.sampled_from(sorted(FILES, key=str)), st.sampled_from(sorted(FILES, key=str)), st.data())
def test_property_whatever_the_bytes_nothing_is_raised(
    kind: Kind, of: Kind, data: st.DataObject
) -> None:
    content = bytearray(FILES[of])
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))

    made = make(bytes(content[:end]), kind, 414)

    assert isinstance(made, Made | str)
    if isinstance(made, Made):
        assert Image.open(io.BytesIO(made.content)).size == made.size
