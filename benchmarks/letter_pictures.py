"""`make pictures`: the sample letters as readers see them, for README and docs/templates.md.

Each template is shown light and dark, on a wide screen and on a telephone, in one picture. The
covers are drawn for this (`docs/pictures/scenes`): the sample articles name pictures of a site
that is not there. Needs Chromium and fonts for all scripts of the sample: `apt-get install
chromium fonts-noto-core fonts-noto-cjk fonts-roboto-unhinted`.
"""

import base64
import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = ROOT / "docs" / "pictures"
sys.path[:0] = [str(ROOT / "tests")]

from quality.cases import TEMPLATES, Case, as_template, sample  # noqa: E402  found just above
from quality.letters import render_case  # noqa: E402

CHROMIUM: Final = "/usr/bin/chromium"
#: So many bytes a picture may have.
MOST: Final = 150_000
_WIDE: Final = (760, 1180)
_PHONE: Final = (375, 960)
# Linux lacks Georgia; this one is as wide and as round.
_STAND_IN: Final = ("Georgia", "Noto Serif")
_GROUND: Final = {"light": "#d9dee5", "dark": "#000000"}
_FRAME: Final = """\
<!doctype html><style>
body {{ margin: 0; padding: 36px; width: 1180px; display: flex; gap: 36px; background: {ground};
  align-items: flex-start; box-sizing: border-box; }}
img {{ display: block; }}
.wide {{ width: 760px; border-radius: 10px; box-shadow: 0 6px 30px rgb(0 0 0 / 25%); }}
.phone {{ width: 312px; border: 7px solid #2b2f36; border-radius: 32px; }}
</style><img class="wide" src="{wide}"><img class="phone" src="{phone}">"""


def main() -> None:
    """Draw the pictures into docs/pictures."""
    issue, looks = sample()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for template in TEMPLATES:
            case = Case(template, "sample", as_template(issue, template), looks)
            html = render_case(case).html.replace(*_STAND_IN)
            for scheme in ("light", "dark"):
                path = HERE / f"{template}-{scheme}.png"
                path.write_bytes(_framed(browser, html, scheme))
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
        browser.close()


def _framed(browser: Browser, html: str, scheme: str) -> bytes:
    wide, phone = (_shot(browser, html, scheme, size) for size in (_WIDE, _PHONE))
    page = browser.new_page(viewport={"width": 1180, "height": 400})
    page.set_content(_FRAME.format(ground=_GROUND[scheme], wide=wide, phone=phone))
    whole = page.screenshot(full_page=True)
    page.close()
    return _small(whole)


def _shot(browser: Browser, html: str, scheme: str, size: tuple[int, int]) -> str:
    """Return the beginning of a letter as a `data:` address."""
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.route("**/*", _draw)
    page.set_content(html, wait_until="load")
    shown = min(height, int(page.evaluate("document.body.scrollHeight")))
    taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": shown})
    page.close()
    return f"data:image/png;base64,{base64.b64encode(taken).decode()}"


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
    for colours in (256, 192, 128, 96, 64):
        buffer = io.BytesIO()
        # Without dithering: its noise is what PNG cannot compress.
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST:
            return buffer.getvalue()
    return buffer.getvalue()


if __name__ == "__main__":
    main()
