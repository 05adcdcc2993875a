import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.images.measure import Kind, Measured, measure
from digest.rendering.images.shape import Size
from pictures import FORMATS, SVG, WEB_PAGE, moving, picture, png_of, turned, with_profile

FILES = [picture(form) for form in FORMATS] + [turned(6), moving(), with_profile("CMYK")]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("size", [(640, 400), (17, 33), (300, 16)])
def test_size_of_every_format(form: str, size: tuple[int, int]) -> None:
    assert measure(picture(form, *size)) == Measured(Kind(FORMATS[form]), Size(*size))


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("JPEG", {"comment": b"x" * 60_000}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0x"}),
        ("GIF", {"version": "GIF87a"}),
    ],
)
def test_size_of_other_forms(form: str, options: dict[str, object]) -> None:
    found = measure(picture(form, 640, 400, **options))

    assert isinstance(found, Measured)
    assert found.size == (640, 400)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_measured_as_it_is_seen(orientation: int) -> None:
    found = measure(turned(orientation, 640, 400))

    seen = (400, 640) if orientation >= 5 else (640, 400)
    assert found == Measured(Kind.JPEG, Size(*seen), turned=orientation > 1)


def test_an_svg_is_known_without_size() -> None:
    assert measure(SVG) == Measured(Kind.SVG, None)
    assert measure(b"<!-- drawn --><svg>") == Measured(Kind.SVG, None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (WEB_PAGE, "it is a web page"),
        (b"\xef\xbb\xbf\n<html>", "it is a web page"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"\0\0\0\x18ftypheic", "it is HEIC or a film"),
        (
            b"version https://git-lfs.github.com/spec/v1",
            "it is a pointer of Git LFS: the picture itself was not fetched",
        ),
        (b"once upon a time", "it is no picture that mail programs show"),
        (b"\xff\xd8\xff", "the file ends before the JPEG has said its size"),
        (b"\x89PNG\r\n\x1a\n", "the file ends before the PNG has said its size"),
        (b"GIF89a", "the file ends before the GIF has said its size"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "the file ends before the WebP has said its size"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(content: bytes, why: str) -> None:
    assert measure(content) == why


def test_a_name_says_nothing() -> None:
    """A web page that is called x.jpg is a web page, and a PNG behind it stays one."""
    assert measure(WEB_PAGE + picture("PNG")) == "it is a web page"
    assert measure(png_of(5, 6)) == Measured(Kind.PNG, Size(5, 6))


@given(st.binary(max_size=300))
def test_property_whatever_the_bytes_nothing_is_raised(content: bytes) -> None:
    assert isinstance(measure(content), Measured | str)


@given(st.sampled_from(FILES), st.data())
def test_property_whatever_is_broken_nothing_is_raised(
    content: bytes, data: st.DataObject
) -> None:
    head = bytearray(content[: data.draw(st.integers(0, 400))])
    for _ in range(data.draw(st.integers(0, 6))):
        if head:
            head[data.draw(st.integers(0, len(head) - 1))] = data.draw(st.integers(0, 255))

    assert isinstance(measure(bytes(head)), Measured | str)
