"""Pictures are made where they can do no harm."""

import time

import pytest

from digest.rendering.images import making
from digest.rendering.images.making import make_apart
from digest.rendering.images.measure import Kind
from digest.rendering.images.pillow import make
from pictures import picture, png_of, svg

#: A thousand steps, each over all pixels.
STEP = '<feMorphology operator="dilate" radius="99"/>'
ENDLESS = svg(
    f'<filter id="f">{STEP * 900}</filter><rect width="300" height="200" filter="url(#f)"/>'
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("WEBP", 900, 600), Kind.WEBP),
        (svg('<rect width="300" height="200" fill="teal"/>'), Kind.SVG),
        (png_of(300, 300), Kind.PNG),
        (picture("JPEG")[:2000], Kind.JPEG),
    ],
)
def test_the_same_comes_out_as_here(content: bytes, kind: Kind) -> None:
    assert make_apart(content, kind, 414) == make(content, kind, 414)


def test_what_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_CPU_SECONDS", 1)
    began = time.monotonic()

    assert make_apart(ENDLESS, Kind.SVG, 1104) == (
        "making it used up its processor time and was ended (SIGXCPU)"
    )
    assert time.monotonic() - began < 15


def test_a_large_one_fits_and_no_more_memory_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    large = picture("PNG", 8000, 6000)

    assert not isinstance(make_apart(large, Kind.PNG, 1104), str)

    monkeypatch.setattr(making, "_MEMORY_BYTES", 100 * 1024 * 1024)
    said = make_apart(large, Kind.PNG, 1104)

    assert isinstance(said, str)
    assert "broken" in said or "memory" in said
