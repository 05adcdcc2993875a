"""Stacks of fonts, by name or with a font of the publisher's in front."""

import re

import pytest

from digest.rendering.fonts import STACKS, make_fonts


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("language", ["en", "zh-Hans", "ja", "ar", "he"])
def test_every_stack_ends_in_a_generic_family_and_needs_no_quotes(
    name: str, language: str
) -> None:
    fonts = make_fonts(name, name, language)

    for stack in (fonts["font"], fonts["heading_font"]):
        assert re.search(r"(?:^|, )(?:sans-serif|serif|monospace)$", stack)
        assert re.fullmatch(r"[A-Za-z, -]+", stack)


def test_a_font_of_ones_own_stands_in_front() -> None:
    fonts = make_fonts("Source Sans", "Lora", "en")

    assert fonts["font"] == f"Source Sans, {STACKS['system']}"
    assert fonts["heading_font"] == f"Lora, {STACKS['serif']}"
    assert fonts["word_heading_font"] == "Georgia, serif"


def test_scripts_that_latin_fonts_lack_have_stacks_of_their_own() -> None:
    assert "SimSun" in make_fonts("system", "serif", "zh-Hans")["heading_font"]
    assert "PingFang SC" in make_fonts("system", "serif", "zh-Hans")["font"]
    assert "Geeza Pro" in make_fonts("system", "serif", "ar-EG")["heading_font"]
    assert "Arial Hebrew" in make_fonts("system", "serif", "he")["font"]
    assert "Microsoft YaHei" in make_fonts("system", "serif", "zh")["word_font"]
    assert "Segoe UI" in make_fonts("system", "serif", "ar")["word_font"]
