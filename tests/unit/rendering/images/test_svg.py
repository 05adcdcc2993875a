"""Drawings become pixels, and show nothing of this machine."""

from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from digest.rendering.images.measure import Kind
from digest.rendering.images.pillow import Made, make
from pictures import opened, saved, svg

GROUND = '<rect width="300" height="200" fill="teal"/>'
TEAL, RED = (0, 128, 128), (255, 0, 0)


def pixel(content: bytes, spot: tuple[int, int] = (300, 300)) -> object:
    made = make(content, Kind.SVG, 1104)
    assert isinstance(made, Made), made
    return opened(made.content).convert("RGB").getpixel(spot)


@pytest.mark.parametrize("width", [414, 1104])
def test_a_drawing_is_made_as_large_as_it_is_shown(width: int) -> None:
    made = make(svg(GROUND, "0 0 30 20"), Kind.SVG, width)

    assert isinstance(made, Made)
    assert (made.ending, made.size) == (".png", (width, width * 2 // 3))


def test_a_high_one_becomes_a_square() -> None:
    made = make(svg(GROUND, "0 0 200 300"), Kind.SVG, 414)

    assert isinstance(made, Made)
    assert made.size == (414, 414)


def test_letters_are_set() -> None:
    assert pixel(svg(GROUND)) == TEAL
    assert (
        pixel(svg(f'{GROUND}<text x="-40" y="200" font-size="300" fill="red">███</text>')) == RED
    )


@pytest.mark.parametrize("element", ["image", "feImage"])
@pytest.mark.parametrize("name", ["href", "x:href"])
def test_no_picture_of_this_machine_is_shown(tmp_path: Path, name: str, element: str) -> None:
    (tmp_path / "red.png").write_bytes(saved(Image.new("RGB", (30, 20), "red"), "PNG"))
    for address in (f"{tmp_path}/red.png", f"file://{tmp_path}/red.png"):
        image = f'<{element} {name}="{address}" width="300" height="200"/>'
        filled = (
            f'<filter id="f" x="0" y="0" width="1" height="1">{image}</filter>'
            '<rect width="300" height="200" filter="url(#f)"/>'
        )

        seen = pixel(svg(GROUND + (filled if element == "feImage" else image)))

        assert seen != RED


def test_pictures_inside_are_shown() -> None:
    inside = b64encode(saved(Image.new("RGB", (30, 20), "red"), "PNG")).decode()
    image = f'<image x:href="data:image/png;base64,{inside}" width="300" height="200"/>'

    assert pixel(svg(GROUND + image)) == RED


def test_entities_of_its_own_are_filled_in() -> None:
    """Illustrator writes them."""
    drawing = GROUND.replace("teal", "&ground;")

    assert pixel(svg(drawing, doctype='<!ENTITY ground "red">')) == RED
