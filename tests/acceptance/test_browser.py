"""The sample issue in a real browser: it fits, it is silent, and nothing in it runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from command import article, digest, make_site

pytestmark = pytest.mark.browser

WEEK = ("preview", "weekly", "--week", "2026-W33")
SCRIPT = "document.title=/pwned/"
#: Each would run a script, fetch something, or change the page if it came through as markup.
VECTORS = (
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f"<svg onload={SCRIPT}>",
    f"<svg><script>{SCRIPT}</script></svg>",
    f"<body onload={SCRIPT}>",
    f"<iframe srcdoc='<script>parent.{SCRIPT}</script>'></iframe>",
    f"<a href='javascript:{SCRIPT}'>x</a>",
    f"[x](javascript:{SCRIPT})",
    f'![x](x"onerror="{SCRIPT})',
    f"<details open ontoggle={SCRIPT}>x</details>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<video><source onerror={SCRIPT}></video>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={SCRIPT}>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<base href=http://evil.example/>",
    "<object data=http://evil.example/x></object>",
    "<form action=http://evil.example><button>x</button></form>",
    f"--><script>{SCRIPT}</script><!--",
    f"<![endif]--><script>{SCRIPT}</script>",
    f'"></a><script>{SCRIPT}</script>',
    f"' onmouseover='{SCRIPT}",
    f"</title><script>{SCRIPT}</script>",
    "{{ config.__class__ }}{% include '/etc/passwd' %}",
    "__DIGEST_UNSUBSCRIBE_URL__",
    f"&lt;script&gt;{SCRIPT}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{SCRIPT}&amp;lt;/script&amp;gt;",
)  # fmt: skip
ADDRESSES = (
    f"javascript:{SCRIPT}",
    f"JaVaScRiPt:{SCRIPT}",
    f"java\\tscript:{SCRIPT}",
    "data:text/html,<script>parent.document.title=/pwned/</script>",
    f"vbscript:{SCRIPT}",
    f'https://x.example/a.png\\" onerror=\\"{SCRIPT}',
    "file:///etc/passwd",
)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


class Visit:
    """One page, and all that happened on it."""

    def __init__(self, browser: Browser, path: Path, *, width: int, scheme: str) -> None:
        self.requests: list[str] = []
        self.messages: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page: Page = context.new_page()
        self.page.route("**/*", self._route)
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        self.page.goto(path.as_uri())
        self.page.wait_for_timeout(50)

    def _route(self, route: Route) -> None:
        """Serve the mail and a picture in place of each cover; note everything else."""
        request = route.request
        if request.url.startswith("file:") and request.is_navigation_request():
            route.continue_()
        elif request.resource_type == "image" and request.url.startswith("https://"):
            route.fulfill(content_type="image/svg+xml", body=PICTURE)
        else:
            self.requests.append(request.url)
            route.abort()


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect/></svg>'


@pytest.fixture(scope="module")
def sample_html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = make_site(tmp_path_factory.mktemp("browser") / "site")
    assert digest(site, *WEEK).code == 0
    return site / "preview/weekly/2026-W34/issue.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 600, 800])
def test_the_issue_fits_every_screen(
    browser: Browser, sample_html: Path, width: int, scheme: str
) -> None:
    visit = Visit(browser, sample_html, width=width, scheme=scheme)

    wide = visit.page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1)"
        ".map(each => each.outerHTML.slice(0, 99))"
    )
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, wide
    assert visit.requests == []
    assert visit.messages == []


def test_dark_screens_get_a_dark_letter(browser: Browser, sample_html: Path) -> None:
    def brightness(scheme: str) -> float:
        page = Visit(browser, sample_html, width=600, scheme=scheme).page
        colour = page.evaluate(
            "getComputedStyle(document.querySelector('h2 a, h1 a, td a')).color.match(/\\d+/g)"
        )
        return sum(map(float, colour[:3])) / 3

    assert brightness("light") < 128 < brightness("dark")


def test_nothing_hostile_runs_or_leaves(browser: Browser, tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    for old in (site / "examples/articles").rglob("*.*"):
        if old.is_file():
            old.unlink()
    text = (site / "config.toml").read_text()
    for key in ("max_articles", "more", "min_words"):
        text = re.sub(rf"(?m)^{key} = .*", f"{key} = {0 if key == 'min_words' else 60}", text)
    (site / "config.toml").write_text(text)
    for number, vector in enumerate(VECTORS):
        article(site, f"v{number}.md", hostile(number, vector, f"https://x.example/{number}.png"))
    for number, address in enumerate(ADDRESSES):
        article(site, f"a{number}.md", hostile(100 + number, "plain", address))

    done = digest(site, *WEEK)
    visit = Visit(browser, site / "preview/weekly/2026-W34/issue.html", width=600, scheme="light")
    for link in visit.page.query_selector_all("a"):
        link.hover(timeout=1000, force=True)

    assert done.code == 0, done.err
    assert f"{len(VECTORS) + len(ADDRESSES)} files: 3" in done.out  # thirty or more are shown
    assert "pwned" not in visit.page.title()
    assert visit.requests == []
    assert visit.messages == []
    hrefs = visit.page.evaluate("[...document.querySelectorAll('a')].map(a => a.protocol)")
    assert set(hrefs) <= {"https:", "http:", "mailto:"}
    assert visit.page.query_selector_all("script, iframe, object, form, input, base, svg") == []
    handlers = visit.page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())"
        ".filter(name => name.startsWith('on'))"
    )
    assert handlers == []


def hostile(number: int, vector: str, address: str) -> str:
    """Return an article with `vector` in every text and `address` in every link."""
    quoted = vector.replace("'", "''")
    words = f"Number {number} tells of the boats that nobody else had counted. " * 3
    return (
        f"---\ntitle: '{number} {quoted}'\ndate: 2026-08-12\nexcerpt: 'E{number} {quoted}'\n"
        f"author: 'Jane {quoted}'\ncategory: 'c{number} {quoted}'\ntags: ['{quoted}']\n"
        f'coverImage: "{address}"\ncoverAlt: \'{quoted}\'\nsource: "{address}"\n'
        f"---\n{vector}\n\n{words}\n"
    )
