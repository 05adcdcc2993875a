"""`make pictures`: the workbench as an editor sees it, for README and docs/workbench.md.

A copy of the sample site in a temporary folder, with a few decisions; light, and dark. Needs
Chromium and fonts, see letter_pictures.py.
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = ROOT / "docs" / "pictures"
sys.path[:0] = [str(ROOT / "tests")]

from command import make_site  # noqa: E402  found just above
from workbench import serving  # noqa: E402

CHROMIUM: Final = "/usr/bin/chromium"
#: So many bytes a picture may have.
MOST: Final = 150_000
_DECIDED: Final = '''\
# Decided on Tuesday, with Anna.
intro = """
A week of **water**, mostly where it belongs.
"""
pin = [
    "night-bus-to-upper-marl",  # the driver is eighty
]

[move]
"grandmother-radio-hour" = "News"
'''


def main() -> None:
    """Draw the pictures into docs/pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = make_site(Path(folder, "site"))
        decided = site / "issues/weekly/2026-W34.toml"
        decided.parent.mkdir(parents=True)
        decided.write_text(_DECIDED)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with serving(site) as url:
            for scheme in ("light", "dark"):
                path = HERE / f"workbench-{scheme}.png"
                path.write_bytes(_small(_shot(browser, url, scheme)))
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
        browser.close()


def _shot(browser: Browser, url: str, scheme: str) -> bytes:
    page = browser.new_page(
        viewport={"width": 1440, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.route("https://**/*", _draw)
    page.goto(url)
    page.wait_for_selector("#frames[data-shown] iframe", timeout=60_000)
    page.wait_for_function("() => state && !state.building")
    if scheme == "dark":
        page.check("#variant-dark", force=True)
        page.wait_for_selector("#frames[data-shown*=' dark ']")
        page.locator("#stories summary").first.click()
    page.wait_for_timeout(1000)  # pictures of the mail
    taken = page.screenshot()
    page.close()
    return taken


def _draw(route: Route) -> None:
    """Answer with the scene of a picture's name, and refuse all else."""
    scene = HERE / "scenes" / f"{Path(route.request.url).stem}.svg"
    if scene.is_file():
        route.fulfill(body=scene.read_bytes(), content_type="image/svg+xml")
    else:
        route.abort()


def _small(whole: bytes) -> bytes:
    """Return a picture with as many colours as fit into `MOST` bytes."""
    image = Image.open(io.BytesIO(whole)).convert("RGB")
    for colours in (256, 128, 64, 32):
        buffer = io.BytesIO()
        # Small things in strong colours keep them.
        reduced = image.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        reduced.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST:
            break
    return buffer.getvalue()


if __name__ == "__main__":
    main()
