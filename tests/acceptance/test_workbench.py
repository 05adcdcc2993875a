"""The preview workbench in a real browser: what it shows, what a click does, what it survives."""

import io
import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from command import article, make_site
from fake_sendgrid import FakeSendGrid
from sending import make_sending, send
from workbench import PATIENCE, Bench, serving

pytestmark = pytest.mark.browser

ISSUE = "issues/weekly/2026-W34.toml"
LEAD = "Mudflat marathon won"
SECOND = "Night bus to Upper Marl"
HAND = '# Decided on Tuesday.\npin = [\n    "kelp-crisps-cannery",  # Anna wants it first\n]\n'


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """Close the pages of every test: those that stay open go on drawing."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site")


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


@pytest.fixture
def url(site: Path) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.fixture(scope="module")
def shared_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A workbench that tests look at and leave as it is."""
    with serving(make_site(tmp_path_factory.mktemp("workbench") / "site")) as address:
        yield address


def test_it_shows_the_issue_and_all_about_it(browser: Browser, shared_url: str) -> None:
    bench = Bench(browser, shared_url)
    page = bench.page

    assert bench.titles()[0].startswith(LEAD)
    assert page.title() == "weekly/2026-W34 – preview"
    expect(page.locator("#slot")).to_have_value("2026-W34")
    assert "The Harbour Courier" in page.inner_text("#clients")
    assert "after which Gmail clips" in page.inner_text("#meter")
    assert page.locator("#findings > li").count() >= 1
    assert "draft" in page.inner_text("#left")
    assert LEAD in page.frame_locator("#frames iframe").locator("body").inner_text()
    assert bench.complaints == []


@pytest.mark.parametrize("width", ["320", "375", "600", "800"])
def test_the_mail_is_shown_in_every_width_and_way(
    browser: Browser, shared_url: str, width: str
) -> None:
    bench = Bench(browser, shared_url)
    page = bench.page
    page.check(f"#width-{width}", force=True)

    for variant in ("light", "dark", "forced-dark", "no-pictures", "no-style", "text", "source"):
        page.check(f"#variant-{variant}", force=True)
        page.wait_for_selector(f"#frames[data-shown*=' {variant} {width} ']")
        frame = page.locator("#frames iframe")
        box = frame.bounding_box()
        assert box is not None
        assert box["width"] == int(width)
        assert LEAD in page.frame_locator("#frames iframe").locator("body").inner_text()
    assert bench.complaints == []


def test_dark_is_dark_and_light_is_light_whatever_the_screen(
    browser: Browser, shared_url: str
) -> None:
    bright: dict[tuple[str, str], float] = {}
    for scheme in ("light", "dark"):
        bench = Bench(browser, shared_url, color_scheme=scheme)
        for variant in ("light", "dark", "forced-dark"):
            bench.page.check(f"#variant-{variant}", force=True)
            bench.page.wait_for_selector(f"#frames[data-shown*=' {variant} ']")
            shot = bench.page.locator("#frames iframe").screenshot(type="png")
            bright[scheme, variant] = brightness(bench, shot)

    for scheme in ("light", "dark"):
        assert bright[scheme, "light"] > 0.7
        assert bright[scheme, "dark"] < 0.4
        assert bright[scheme, "forced-dark"] < 0.4


def brightness(bench: Bench, png: bytes) -> float:
    """Return how bright a picture is on average, 0 to 1."""
    histogram = Image.open(io.BytesIO(png)).convert("L").histogram()
    return sum(level * count for level, count in enumerate(histogram)) / sum(histogram) / 255


def test_without_pictures_nothing_is_loaded(browser: Browser, shared_url: str) -> None:
    bench = Bench(browser, shared_url)
    bench.page.check("#variant-no-pictures", force=True)
    bench.page.wait_for_selector("#frames[data-shown*=' no-pictures ']")
    frame = bench.page.frame_locator("#frames iframe")

    assert frame.locator("img[src]").count() == 0
    assert frame.locator("img[alt]").count() > 0


def test_it_follows_an_edit_within_a_second_or_two(browser: Browser, site: Path, url: str) -> None:
    bench = Bench(browser, url)
    bench.settled()
    began = time.monotonic()
    article(site, "fresh.md", post("A whale in the inner harbour"))

    bench.wait_for("state.issue.stories.some((each) => each.title.startsWith('A whale'))")
    took = time.monotonic() - began
    expect(bench.row("A whale in the inner harbour")).to_be_visible()
    bench.page.wait_for_function(
        "() => document.querySelectorAll('#frames iframe').length === 1"
        " && document.querySelector('#frames').dataset.shown.startsWith(state.mail)"
    )
    assert "A whale" in bench.mail()
    # An idle machine builds it in half a second, a busy one in as long as it says.
    assert took < bench.state["took"] * 2 + 1.5

    text = (site / "config.toml").read_text()
    (site / "config.toml").write_text(
        text.replace('title = "The Week in the', 'title = "Weeks in the')
    )
    bench.wait_for("state.issue.title.startsWith('Weeks in')")

    own = site / "templates/partials"
    own.mkdir(parents=True)
    (own / "intro.html.j2").write_text("<p>From a template of my own</p>\n")
    bench.page.wait_for_function(
        "() => fetch('mail/light').then((each) => each.text())"
        ".then((text) => text.includes('of my own'))",
        polling=300,
    )
    assert bench.complaints == []


def test_clicks_stand_in_the_issue_file_and_hand_written_words_stay(
    browser: Browser, site: Path, url: str
) -> None:
    bench = Bench(browser, url)
    page = bench.page
    path = site / ISSUE

    bench.row(SECOND).get_by_role("button", name="Pin").click()
    bench.wait_for("state.issue.stories[0].title.startsWith('Night bus')")
    assert len(decisions(path)["pin"]) == 1

    path.write_text("# Mine.\n" + path.read_text().replace(",\n", ",  # the driver is 80\n"))
    bench.wait_for("state.issue.file.exists && !state.building")
    bench.settled()
    bench.row("Radio Gran").get_by_role("button", name="Pin").click()
    bench.wait_for("state.issue.file.pin.length === 2 && !state.building")
    bench.row("Radio Gran").get_by_role("button", name="Earlier").click()
    bench.wait_for("state.issue.stories[0].title.startsWith('Radio Gran')")
    assert bench.titles()[1].startswith("Night bus")

    bench.row("Radio Gran").get_by_role("button", name="Exclude").click()
    bench.wait_for("!state.issue.stories.some((each) => each.title.startsWith('Radio Gran'))")
    assert len(decisions(path)["exclude"]) == 1
    page.locator("#left summary", has_text="excluded by the issue file").click()
    page.get_by_role("button", name="Allow: Radio Gran").click()
    bench.wait_for("state.issue.stories.some((each) => each.title.startsWith('Radio Gran'))")

    bench.settled()
    row = bench.row("Kelp crisp")
    row.locator("summary").click()
    row.get_by_label("Section").select_option("Sport")
    bench.wait_for(
        "state.issue.stories.some((each) => each.title.startsWith('Kelp')"
        " && each.place === 'Sport')"
    )
    bench.settled()
    row.get_by_label("Words instead of the excerpt").fill("Crisps of seaweed.\nTwo lines.")
    row.get_by_role("button", name="Save").click()
    bench.wait_for("Object.keys(state.issue.file.blurb).length === 1 && !state.building")
    assert "Crisps of seaweed." in bench.mail()

    text = path.read_text()
    assert text.startswith("# Mine.\n")
    assert "# the driver is 80" in text
    assert set(decisions(path)) == {"pin", "exclude", "move", "blurb"}
    assert bench.complaints == []


def test_words_are_edited_and_saved(browser: Browser, site: Path, url: str) -> None:
    bench = Bench(browser, url)
    page = bench.page

    page.get_by_label("Subject").fill("The barrier “holds” – at last")
    page.get_by_label("Subject").press("Enter")
    bench.wait_for("state.issue.subject === 'The barrier “holds” – at last'")
    page.get_by_label("Preheader").fill("And {{ count }} more")
    page.get_by_label("Preheader").press("Enter")
    bench.wait_for("state.issue.preheader.startsWith('And 1')")
    page.get_by_label("Intro, in Markdown").fill('A week of **water**.\n\nMostly "dry" water.')
    page.get_by_label("Intro, in Markdown").press("Control+Enter")
    bench.wait_for("state.issue.file.intro.includes('dry') && !state.building")

    assert "<strong>water</strong>" in bench.mail()
    assert "The barrier “holds”" in page.inner_text("#clients")
    assert decisions(site / ISSUE)["intro"] == 'A week of **water**.\n\nMostly "dry" water.\n'

    page.get_by_label("Subject").fill("something else")
    page.get_by_label("Subject").press("Escape")
    expect(page.get_by_label("Subject")).to_have_value("The barrier “holds” – at last")
    page.get_by_label("Subject").fill("")
    page.get_by_label("Subject").press("Enter")
    bench.wait_for("state.issue.file.subject === '' && state.issue.subject.startsWith('Mudflat')")
    assert "subject" not in decisions(site / ISSUE)


def test_what_cannot_be_saved_says_why(browser: Browser, site: Path, url: str) -> None:
    bench = Bench(browser, url)
    page = bench.page

    page.get_by_label("Subject").fill("x" * 300)
    page.get_by_label("Subject").press("Enter")

    expect(page.locator("#said")).to_contain_text("200")
    expect(page.get_by_label("Subject")).to_have_value("x" * 300)
    assert not (site / ISSUE).exists()


def test_errors_are_shown_with_their_remedy_and_the_last_good_version_stays(
    browser: Browser, site: Path, url: str
) -> None:
    bench = Bench(browser, url)
    trouble = bench.page.locator("#trouble")
    good = (site / "config.toml").read_text()

    (site / "config.toml").write_text(good.replace("max_articles", "max_artikles"))
    expect(trouble).to_contain_text("max_artikles")
    expect(trouble).to_contain_text("config.toml")
    expect(bench.page.locator("#status")).to_contain_text("last good version")
    assert bench.titles()[0].startswith(LEAD)
    assert bench.page.locator("#frames iframe").count() == 1

    (site / "config.toml").write_text(good)
    expect(trouble).to_be_hidden()

    own = site / "templates/partials"
    own.mkdir(parents=True)
    (own / "intro.html.j2").write_text("<p>{{ nothing.of.the.kind }}</p>\n")
    expect(trouble).to_contain_text("intro.html.j2:1")
    (own / "intro.html.j2").unlink()
    expect(trouble).to_be_hidden()

    (site / ISSUE).parent.mkdir(parents=True)
    (site / ISSUE).write_text('pin = ["a"\n')
    expect(trouble).to_contain_text("2026-W34.toml")
    bench.row(LEAD).get_by_role("button", name="Pin").click()
    expect(bench.page.locator("#said")).to_contain_text("2026-W34.toml")
    assert (site / ISSUE).read_text() == 'pin = ["a"\n'
    (site / ISSUE).unlink()
    expect(trouble).to_be_hidden()


def test_an_edit_by_hand_at_the_same_time_is_never_lost(
    browser: Browser, site: Path, url: str
) -> None:
    bench = Bench(browser, url)
    page = bench.page
    bench.settled()
    page.get_by_label("Subject").fill("Mine")
    # The page is not told of the change before it saves: as in the moment in which both happen.
    page.route("**/state", lambda route: route.abort())
    (site / ISSUE).parent.mkdir(parents=True)
    (site / ISSUE).write_text('subject = "Theirs"  # by hand\n')
    page.get_by_label("Subject").press("Enter")

    expect(page.locator("#said")).to_contain_text("changed by somebody else")
    expect(page.locator("#said")).to_contain_text("Theirs")
    assert (site / ISSUE).read_text() == 'subject = "Theirs"  # by hand\n'
    expect(page.get_by_label("Subject")).to_have_value("Mine")

    page.unroute("**/state")
    page.evaluate("load()")
    expect(page.locator("#fields")).to_contain_text("The file says now: Theirs")
    page.get_by_label("Subject").press("Enter")
    bench.wait_for("state.issue.subject === 'Mine'")
    assert (site / ISSUE).read_text() == 'subject = "Mine"  # by hand\n'


def test_a_frozen_issue_is_shown_and_cannot_be_changed(
    browser: Browser, site: Path, fake: FakeSendGrid
) -> None:
    assert send(make_sending(site), fake, "--week", "2026-W33").code == 0
    with serving(site) as url:
        bench = Bench(browser, url)
        page = bench.page

        expect(page.locator("#frozen")).to_contain_text("digest edit weekly/2026-W34")
        expect(page.get_by_label("Subject")).to_be_disabled()
        assert page.locator("#stories button:not(:disabled):not(.title):visible").count() == 0
        answer = page.evaluate("edit('subject', '', 'Another')")
        assert answer is False
        expect(page.locator("#said")).to_contain_text("is frozen")
        assert not (site / ISSUE).exists()


def test_another_slot_and_another_day_are_a_click_away(
    browser: Browser, site: Path, url: str
) -> None:
    bench = Bench(browser, url)

    bench.page.locator("#slot").select_option("2026-W33")
    bench.wait_for("state.issue.slot === '2026-W33' && !state.building")
    expect(bench.page.locator("#file")).to_contain_text("2026-W33.toml")
    bench.page.locator("#slot").select_option("2026-W34")
    bench.wait_for("state.issue.slot === '2026-W34' && !state.building")
    bench.page.locator("#as-of").fill("2026-08-13")
    bench.wait_for("state.issue.as_of === '2026-08-13' && !state.building")
    assert not bench.titles()[0].startswith(LEAD)  # dated on the 15th


def test_days_without_articles_are_no_error(browser: Browser, site: Path) -> None:
    with serving(site, "--week", "2020-W10") as url:
        page = browser.new_page()
        page.goto(url)
        page.wait_for_function("() => state && state.issue", timeout=PATIENCE)

        assert "No article for these days" in page.inner_text("#stories")
        assert "There is no mail" in page.inner_text("#frames")
        page.close()


def test_preflight_leads_to_the_place(browser: Browser, site: Path, url: str) -> None:
    bench = Bench(browser, url)
    bench.page.locator("#stories .title").nth(2).click()
    bench.page.wait_for_selector("#frames[data-shown$=' story-3']")

    frame = bench.page.frame_locator("#frames iframe")
    assert frame.locator(":target").get_attribute("id") == "story-3"
    check = bench.state["issue"]["checks"][0]
    anchor = check["anchor"] or f"L{check['line']}"
    bench.page.locator("#findings .place").first.click()
    bench.page.wait_for_selector(f"#frames[data-shown$=' {anchor}']")
    assert frame.locator(":target").get_attribute("id") == anchor


def test_the_keyboard_does_everything(browser: Browser, site: Path, url: str) -> None:
    bench = Bench(browser, url)
    page = bench.page

    page.keyboard.press("d")
    page.wait_for_selector("#frames[data-shown*=' dark ']")
    page.keyboard.press("1")
    page.wait_for_selector("#frames[data-shown*=' dark 320 ']")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    # Until the page is drawn anew the help's own box has the keyboard.
    page.dispatch_event("#keys-on", "keydown", {"key": "2"})
    page.wait_for_selector("#frames[data-shown*=' dark 375 ']")
    page.keyboard.press("/")
    expect(page.locator("#filter")).to_be_focused()
    page.keyboard.type("draft")
    assert page.locator("#variant-dark").is_checked()  # typing is typing

    pin = bench.row(LEAD).get_by_role("button", name="Pin")
    pin.focus()
    page.keyboard.press("Enter")
    bench.wait_for("state.issue.file.pin.length === 1 && !state.building")
    # Where the keyboard was stays near: on the button that takes it back.
    assert page.evaluate("document.activeElement.closest('#stories li') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(browser: Browser, shared_url: str, scheme: str, width: int) -> None:
    bench = Bench(
        browser,
        shared_url,
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
        bypass_csp=True,
    )
    page = bench.page
    for each in page.locator("#stories details, #left details").all()[:4]:
        each.evaluate("(details) => { details.open = true; }")
    page.get_by_label("Subject").fill("Something typed")
    page.evaluate(
        "state.problems = [{where: 'config.toml', what: 'is wrong', remedy: 'Put it right.'}],"
        "showTrouble(), showStatus(), say('Said', 'Detail')"
    )
    page.evaluate(AXE_SCRIPT)
    for dialog in (False, True):
        if dialog:
            page.evaluate("document.querySelector('#help').showModal()")
        found = page.evaluate("axe.run(document, {iframes: false, resultTypes: ['violations']})")
        assert [
            (each["id"], [node["html"][:120] for node in each["nodes"]])
            for each in found["violations"]
        ] == []


@pytest.mark.parametrize("width", [320, 390, 760, 1024, 1440, 2200])
def test_it_fits_every_screen(browser: Browser, shared_url: str, width: int) -> None:
    bench = Bench(browser, shared_url, viewport={"width": width, "height": 844})

    assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
    bench.page.check("#width-all", force=True)
    bench.page.wait_for_selector("#frames[data-shown*=' all ']")
    assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
    assert bench.page.locator("#frames iframe").count() == 4


def test_the_message_can_be_saved(browser: Browser, shared_url: str) -> None:
    bench = Bench(browser, shared_url)

    with bench.page.expect_download() as begun:
        bench.page.click("#eml")

    assert begun.value.suggested_filename == "weekly-2026-W34.eml"
    assert LEAD in Path(begun.value.path()).read_text()


def decisions(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def post(title: str) -> str:
    words = f"{title}. Nobody had seen one so far up the river in sixty years of keeping count. "
    return (
        f"---\ntitle: {title}\ndate: 2026-08-14\ncategory: news\n"
        f"excerpt: {title}, and everybody went to look at it.\n"
        f"coverImage: https://harbour-courier.example/{re.sub('[^a-z]', '', title.lower())}.jpg\n"
        f"---\n{words * 12}\n"
    )
