import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.rendering.theme import CONTRAST, DEFAULT_COLOURS, contrast, make_theme, readable

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def palettes(chosen: dict[str, str], language: str = "en") -> list[dict[str, str]]:
    theme, _ = make_theme(chosen, language)
    light, dark = theme["light"], theme["dark"]
    assert isinstance(light, dict)
    assert isinstance(dark, dict)
    return [light, dark]


class TestContrast:
    @pytest.mark.parametrize(
        ("one", "other", "ratio"),
        # The reference values of WCAG: black on white, a colour on itself, #767676 on white.
        [("#000000", "#ffffff", 21), ("#7f7f7f", "#7f7f7f", 1), ("#767676", "#ffffff", 4.54)],
    )
    def test_is_that_of_wcag(self, one: str, other: str, ratio: float) -> None:
        assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
        assert contrast(other, one) == contrast(one, other)


class TestReadable:
    def test_leaves_a_readable_colour_alone(self) -> None:
        assert readable("#1d4f7c", "#ffffff") == "#1d4f7c"

    def test_darkens_on_light_and_lightens_on_dark(self) -> None:
        assert readable("#ffcc33", "#ffffff") == "#8a6700"
        assert contrast(readable("#1d4f7c", "#1b1e22"), "#000000") > contrast("#1d4f7c", "#000000")

    @given(colour=colours, ground=colours)
    @settings(max_examples=60)
    def test_any_colour_becomes_readable_on_any_ground(self, colour: str, ground: str) -> None:
        # On a medium grey even black and white reach no more than 4.58.
        assert contrast(readable(colour, ground), ground) >= 4.5


class TestMakeTheme:
    def test_the_colours_we_bring_need_no_correction(self) -> None:
        _, warnings = make_theme({}, "en")

        assert warnings == []

    def test_a_brand_colour_hard_to_read_is_corrected_in_words_and_said(self) -> None:
        theme, warnings = make_theme({"accent": "#ffcc33"}, "en")

        light = theme["light"]
        assert isinstance(light, dict)
        assert light["accent"] == "#ffcc33"
        assert light["link"] == "#8a6700"
        assert warnings == [
            (
                "[site.colours] accent: words in #ffcc33 are hard to read on #ffffff; "
                "the mail writes them in #8a6700."
            )
        ]

    def test_a_name_it_does_not_know_changes_nothing(self) -> None:
        assert make_theme({"accnet": "#ffcc33"}, "en") == make_theme({}, "en")

    def test_a_dark_letter_stays_as_the_publisher_made_it(self) -> None:
        dark = {"paper": "#101010", "background": "#000000", "text": "#eeeeee"}

        light_screen, dark_screen = palettes(dark)

        assert light_screen == dark_screen
        assert dark_screen["paper"] == "#101010"

    @given(chosen=st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULT_COLOURS, colours)))
    @settings(max_examples=60)
    def test_all_words_are_readable_on_light_and_on_dark_screens(
        self, chosen: dict[str, str]
    ) -> None:
        for palette in palettes(chosen):
            paper = palette["paper"]
            assert contrast(palette["text"], paper) >= 4.5
            assert contrast(palette["link"], paper) >= 4.5
            assert contrast(palette["muted"], paper) >= 4.5
            assert contrast(palette["outer"], palette["background"]) >= 4.5
            assert contrast(palette["on_link"], palette["link"]) >= 4.5

    @given(chosen=st.fixed_dictionaries({}, optional={"accent": colours, "muted": colours}))
    @settings(max_examples=30)
    def test_on_our_own_grounds_there_is_room_for_forced_dark_modes(
        self, chosen: dict[str, str]
    ) -> None:
        for palette in palettes(chosen):
            assert contrast(palette["link"], palette["paper"]) >= CONTRAST
            assert contrast(palette["outer"], palette["background"]) >= CONTRAST

    @pytest.mark.parametrize("language", ["en", "zh-Hans", "ar", "xx"])
    def test_fonts_can_stand_in_a_style_sheet_that_escapes_quotes(self, language: str) -> None:
        theme, _ = make_theme({}, language)

        for name in ("font", "heading_font"):
            assert not set("\"'<>&;") & set(str(theme[name]))
            assert str(theme[name]).endswith("serif")
