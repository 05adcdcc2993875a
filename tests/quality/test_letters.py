"""Every template with every kind of content, held to its promises; the browser's in Chromium."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from digest.rendering.rendered import RenderedIssue
from digest.rendering.wrap import columns
from quality.cases import Case, cases
from quality.letters import render_case, warnings_of

CASES = {case.name: case for case in cases()}
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
#: About whole web pages: a mail stands in the page of its client.
WEB_PAGES = {name: {"enabled": False} for name in ("landmark-one-main", "region")}
WIDTHS = (320, 375, 600, 800)
FILLER = "\u2007\ufeff\u034f "
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect/></svg>'


@pytest.fixture(scope="module", params=CASES)
def letter(request: pytest.FixtureRequest) -> tuple[Case, RenderedIssue]:
    case = CASES[request.param]
    return case, render_case(case)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Every letter in turn: a new page for each test costs more than the tests."""
    opened = browser.new_page()
    opened.route(
        "**/*",
        lambda route: (
            route.fulfill(content_type="image/svg+xml", body=PICTURE)
            if route.request.resource_type == "image"
            else route.abort()
        ),
    )
    yield opened
    opened.close()


def sticks_out(page: Page, html: str) -> dict[int, int]:
    """Return width of the screen → pixels the letter is wider, where it is."""
    page.set_content(html, wait_until="load")
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("document.documentElement.scrollWidth") - width
    return {width: over for width, over in found.items() if over > 1}


@pytest.mark.browser
class TestInTheBrowser:
    def test_it_fits_every_screen_with_and_without_its_style_sheets(
        self, letter: tuple[Case, RenderedIssue], page: Page
    ) -> None:
        html = letter[1].html

        assert sticks_out(page, html) == {}
        assert sticks_out(page, re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)) == {}

    def test_axe_finds_nothing_on_light_and_dark_screens(
        self, letter: tuple[Case, RenderedIssue], page: Page
    ) -> None:
        page.set_viewport_size({"width": 600, "height": 900})
        page.set_content(letter[1].html, wait_until="load")
        page.evaluate(AXE + ";void 0")

        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("rules => axe.run(document, {rules})", WEB_PAGES)

            violations = [
                (scheme, each["id"], each["nodes"][0]["html"][:200])
                for each in found["violations"]
            ]
            assert violations == []

    def test_the_button_is_a_target_for_thumbs(
        self, letter: tuple[Case, RenderedIssue], page: Page
    ) -> None:
        page.set_content(letter[1].html)

        heights = page.evaluate(
            "[...document.querySelectorAll('.press a')].map(a => a.getBoundingClientRect().height)"
        )

        assert all(height >= 44 for height in heights)
        assert len(heights) == (letter[0].template != "compact")


class TestInTheInbox:
    def test_the_preheader_fills_its_place(self, letter: tuple[Case, RenderedIssue]) -> None:
        found = re.search(r'mso-hide: ?all">([^<]*)', letter[1].html)
        assert found

        shown = found[1].rstrip(FILLER)

        assert 85 <= len(shown) <= 130, shown
        assert len(found[1]) - len(shown) >= 150

    def test_the_subject_is_the_title_of_the_document(
        self, letter: tuple[Case, RenderedIssue]
    ) -> None:
        found = re.search(r"<title>(.*?)</title>", letter[1].html)

        assert found
        assert found[1].replace("&amp;", "&") == letter[0].issue.subject


class TestAsText:
    def test_lines_have_at_most_78_columns(self, letter: tuple[Case, RenderedIssue]) -> None:
        lines = letter[1].text.splitlines()

        assert [line for line in lines if columns(line) > 78 and "https://" not in line] == []

    def test_it_holds_nothing_that_is_not_seen(self, letter: tuple[Case, RenderedIssue]) -> None:
        hidden = {each for each in letter[1].text if unicodedata.category(each) in {"Cf", "Cc"}}

        assert hidden <= {"\n"}


def test_compact_letters_have_no_pictures() -> None:
    compact = [case for case in CASES.values() if case.template == "compact"]

    assert ["<img" in render_case(case).html for case in compact if not case.look.logo] == [
        False for case in compact if not case.look.logo
    ]


def test_a_poor_brand_colour_is_corrected_and_said() -> None:
    rendered = render_case(CASES["weekly-poor-contrast"])

    told = list(warnings_of(rendered))
    assert [each.partition(":")[0] for each in told] == [
        "[site.colours] accent",
        "[site.colours] muted",
    ]


def test_ten_articles_stay_below_thirty_kilobytes() -> None:
    for template in ("weekly", "compact"):
        assert render_case(CASES[f"{template}-sample"]).size_bytes < 30 * 1024
