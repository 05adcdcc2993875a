"""Whoever is not the page gets nothing from the workbench, and no article runs a script in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from command import article, make_site
from digest.workbench.guard import MAIL_POLICY, PAGE_POLICY
from workbench import Bench, ask, from_page, serving
from workbench_vectors import vectors

VECTORS: Final = vectors()
#: So many articles fit an issue.
BATCH: Final = 36
TOKEN: Final = "x" * 32
READS: Final = ("", "state", "events", "workbench.js", "workbench.css", "mail/light", "issue.eml")
WRITES: Final = ("look", "edit")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("guard") / "site")


@pytest.fixture(scope="module")
def url(site: Path) -> Iterator[str]:
    with serving(site) as address:
        yield address


class TestStrangers:
    """Requests as a program sends them that minds no rules."""

    @pytest.mark.parametrize("path", [*READS, *WRITES])
    @pytest.mark.parametrize(
        "host",
        ["evil.example", "127.0.0.1", "127.0.0.1.evil.example:{}", "localhost:1", "[::1]:{}", "",
         "127.0.0.1:{}@evil.example", "evil.example:{}", "127.0.0.1:{}.evil.example"],
    )  # fmt: skip
    def test_another_host_is_not_us(self, url: str, path: str, host: str) -> None:
        port = urlsplit(url).port
        method = "POST" if path in WRITES else "GET"

        status, _, body = ask(
            url, method, path, body=b"{}", headers={**from_page(url), "Host": host.format(port)}
        )

        assert status in {421, 400}
        assert b"Mudflat" not in body

    def test_localhost_is_us(self, url: str) -> None:
        port = urlsplit(url).port

        assert ask(url, "GET", "state", headers={"Host": f"localhost:{port}"})[0] == 200

    @pytest.mark.parametrize("path", [*READS, *WRITES])
    @pytest.mark.parametrize(
        "token", ["", TOKEN, "{}x", "x{}", "%00{}", "{}%00", ".", "..", "%2e%2e", "{}/{}", "é"]
    )
    def test_without_the_token_there_is_nothing(self, url: str, path: str, token: str) -> None:
        real = urlsplit(url).path.strip("/")
        wrong = token.replace("{}", real).encode().decode("ascii", "backslashreplace")
        method = "POST" if path in WRITES else "GET"

        status, headers, body = ask(
            url, method, f"/{wrong}/{path}", body=b"{}", headers=from_page(url)
        )

        assert status == 404
        assert "location" not in headers
        assert b"Mudflat" not in body

    @pytest.mark.parametrize("path", READS[1:])
    @pytest.mark.parametrize(
        "tail",
        ["/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "%2f..%2f..%2fetc%2fpasswd",
         "/..%5c..%5cetc", "%00", "/", "//", "/.", ";x", "/light", "/../light%00.html"],
    )  # fmt: skip
    def test_no_path_leads_anywhere(self, url: str, path: str, tail: str) -> None:
        status, _, body = ask(url, "GET", path + tail)

        assert status == 404
        assert b"root:" not in body

    @pytest.mark.parametrize(
        "variant", ["..%2fstate", "..", "%2e%2e", "__class__", "_made", "light.html", "LIGHT", ""]
    )
    def test_only_variants_are_variants(self, url: str, variant: str) -> None:
        assert ask(url, "GET", f"mail/{variant}")[0] == 404

    @pytest.mark.parametrize("path", WRITES)
    @pytest.mark.parametrize(
        "wrong",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "multipart/form-data; boundary=x"},
            {"Content-Type": ""},
        ],
    )
    def test_a_request_of_another_site_changes_nothing(
        self, site: Path, url: str, path: str, wrong: dict[str, str]
    ) -> None:
        order = {"newsletter": "weekly", "slot": "2026-W34", "base": "", "kind": "subject"}
        body = json.dumps({**order, "path": "", "value": "pwned"}).encode()

        status, _, _ = ask(url, "POST", path, body=body, headers=from_page(url) | wrong)

        assert status == 403
        assert not (site / "issues").exists()

    @pytest.mark.parametrize("path", WRITES)
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
    def test_only_post_changes(self, url: str, path: str, method: str) -> None:
        status, headers, _ = ask(url, method, path, headers=from_page(url))

        assert status == 405
        assert not any(name.startswith("access-control") for name in headers)

    @pytest.mark.parametrize("path", READS[1:])
    def test_another_site_cannot_load_anything(self, url: str, path: str) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}

        assert ask(url, "GET", path, headers=headers)[0] == 403

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b'"x"', b'{"slot": 1}', b"[" * 100_000, b"\xff",
                 b"x" * 400_000],
    )  # fmt: skip
    def test_nonsense_is_refused(self, url: str, body: bytes) -> None:
        assert ask(url, "POST", "edit", body=body, headers=from_page(url))[0] in {400, 413}

    @pytest.mark.parametrize(
        ("newsletter", "slot"),
        [("../../etc", "2026-W34"), ("weekly", "../../../x"), ("weekly", "2026-W34/../../x"),
         ("weekly\0", "2026-W34"), ("", "..\\x"), ("weekly", "/etc/passwd"), ("no", "2026-W34")],
    )  # fmt: skip
    def test_no_name_leads_out_of_the_folder(
        self, site: Path, url: str, newsletter: str, slot: str
    ) -> None:
        before = sorted(site.parent.rglob("*.toml"))
        order = {"newsletter": newsletter, "slot": slot, "base": "", "kind": "subject"}
        body = json.dumps({**order, "path": "", "value": "pwned"}).encode()

        status, _, answer = ask(url, "POST", "edit", body=body, headers=from_page(url))

        assert status == 422
        assert json.loads(answer)["problems"]
        assert sorted(site.parent.rglob("*.toml")) == before

    @pytest.mark.parametrize("path", READS)
    def test_nothing_is_kept_guessed_or_told(self, url: str, path: str) -> None:
        if path == "events":
            pytest.skip("a stream: its headers are those of state")
        _, headers, _ = ask(url, "GET", path)

        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"].replace(
            "style-src 'unsafe-inline'", "" if path.startswith("mail") else "x"
        )
        assert "set-cookie" not in headers
        assert "server" not in headers

    def test_mails_are_sandboxed(self, url: str) -> None:
        policy = ask(url, "GET", "mail/light")[1]["content-security-policy"]

        assert policy.startswith("sandbox; default-src 'none'")
        assert "allow-" not in policy
        assert "script-src" not in policy

    def test_only_this_computer_can_connect(self, url: str) -> None:
        assert urlsplit(url).hostname == "127.0.0.1"
        assert len(urlsplit(url).path.strip("/")) >= 32


def test_another_site_in_the_same_browser_reaches_nothing(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    context.route("http://evil.example/", lambda route: route.fulfill(
        content_type="text/html", body="<!doctype html><title>evil</title>"))  # fmt: skip
    page.goto("http://evil.example/")

    for path, mode in (("state", "cors"), ("state", "no-cors"), ("edit", "no-cors")):
        said = page.evaluate(
            "([at, mode, method]) =>"
            " fetch(at, {method, mode, body: method === 'POST' ? '{}' : null})"
            ".then((answer) => answer.text()).catch(() => 'refused')",
            [url + path, mode, "POST" if path in WRITES else "GET"],
        )
        assert said in {"refused", ""}
    page.evaluate(
        "(at) => { const frame = document.createElement('iframe'); frame.src = at;"
        "document.body.append(frame); return new Promise((done) => { frame.onload = done; }); }",
        url,
    )
    assert page.frames[1].url.startswith("chrome-error") or not page.frames[1].query_selector("h1")
    context.close()


class Stage:
    """A page that shows one vector after the other, with or without the guard."""

    def __init__(self, browser: Browser, policy: str) -> None:
        self.ran: list[str] = []
        self._policy = {"content-security-policy": policy} if policy else {}
        self._context = browser.new_context()
        self._context.expose_binding("pwn", lambda _, number: self.ran.append(str(number)))
        self._context.route("**/*", self._answer)
        self.page: Page = self._context.new_page()

    def _answer(self, route: Route) -> None:
        number = route.request.url.rpartition("/")[2]
        if route.request.is_navigation_request() and number.isdigit():
            body = VECTORS[int(number)].control
            kind = "text/html; charset=utf-8"
            route.fulfill(
                content_type=kind, headers=self._policy | {"content-type": kind}, body=body
            )
        else:
            route.abort()

    def show(self, number: int, patience: int) -> list[str]:
        """Show a vector; return what it ran within some milliseconds."""
        self.ran.clear()
        self.page.goto(f"http://control.example/{number}")
        for _ in range(max(1, patience // 25)):
            if self.ran:
                break
            self.page.wait_for_timeout(25)
        return [re.sub(r"\W", "", each) for each in self.ran]


def test_every_vector_runs_where_nothing_guards(browser: Browser) -> None:
    assert len(VECTORS) >= 100
    stage = Stage(browser, "")

    silent = [vector for n, vector in enumerate(VECTORS) if str(n) not in stage.show(n, 5000)]

    assert silent == []


@pytest.mark.parametrize("policy", [MAIL_POLICY, PAGE_POLICY], ids=["mail", "page"])
def test_even_a_careless_page_runs_nothing_behind_our_headers(
    browser: Browser, policy: str
) -> None:
    stage = Stage(browser, policy)

    ran = [vector for n, vector in enumerate(VECTORS) if stage.show(n, 25)]
    stage.page.wait_for_timeout(500)

    assert ran == []
    assert stage.ran == []


@pytest.mark.slow
def test_no_article_runs_a_script_in_the_workbench(browser: Browser, tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    text = (site / "config.toml").read_text()
    for key, value in (("max_articles", BATCH), ("more", 60), ("min_words", 0)):
        text = re.sub(rf"(?m)^{key} = .*", f"{key} = {value}", text)
    (site / "config.toml").write_text(text)
    folder = site / "examples/articles"
    with serving(site) as url:
        bench = Bench(browser, url)
        for first in range(0, len(VECTORS), BATCH):
            for old in folder.rglob("*.*"):
                if old.is_file():
                    old.unlink()
            batch = range(first, min(first + BATCH, len(VECTORS)))
            for number in batch:
                hostile(site, number, VECTORS[number].text)
            (site / "issues/weekly").mkdir(parents=True, exist_ok=True)
            (site / "issues/weekly/2026-W34.toml").write_text(issue_file(batch))
            last = batch[-1]
            bench.wait_for(
                f"!state.building && [...state.issue.stories, ...state.issue.left_out]"
                f".some((each) => each.path.startsWith('{last} '))"
            )
            look_everywhere(bench)
        # An error message that quotes what is hostile.
        quoted = (json.dumps(f"{n} {VECTORS[n].text[:90]}") for n in range(30))
        (site / "issues/weekly/2026-W34.toml").write_text(
            "".join(f"{key} = 1\n" for key in quoted)
        )
        bench.wait_for("state.problems.length > 10")
        bench.page.wait_for_timeout(300)

        assert bench.pwned == []
        assert bench.page.title() == "weekly/2026-W34 – preview"
        assert [each for each in bench.complaints if "blocked" not in each.lower()] == []
        assert (
            bench.page.locator("#bench script, #bench img, #bench svg, #bench object").count() == 0
        )


def look_everywhere(bench: Bench) -> None:
    """Open all that the page has to show."""
    page = bench.page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for variant in ("light", "dark", "forced-dark", "no-pictures", "no-style", "text", "source"):
        page.check(f"#variant-{variant}", force=True)
        page.wait_for_selector(f"#frames[data-shown*=' {variant} ']")
    page.locator("#filter").fill("img")
    page.locator("#filter").fill("")
    # A mail opened alone, outside its frame.
    alone = bench.context.new_page()
    alone.goto(f"{bench.url}mail/light")
    alone.wait_for_timeout(100)
    alone.close()


def hostile(site: Path, number: int, text: str) -> None:
    """Write an article with a vector in every text, and in its name where a name may hold it."""

    def quoted(words: str) -> str:
        return json.dumps(words)  # a YAML string in double quotes, escapes and all

    told = f"Number {number} tells of the boats that nobody else had counted. " * 5
    fields = {
        "title": f"{number} {text}",
        "excerpt": f"E{number} {text} {told}",
        "author": f"Jane {text}",
        "category": f"c{number} {text}",
        "coverImage": text if number % 3 else f"https://x.example/{number}.png",
        "coverAlt": text,
    }
    lines = "".join(f"{key}: {quoted(value)}\n" for key, value in fields.items())
    tags = f"tags: [{quoted(text)}]\n"
    article(
        site,
        file_name(number),
        f"---\n{lines}{tags}date: 2026-08-12\n---\n{text}\n\n{told}\n",
    )


def file_name(number: int) -> str:
    """Return a file name that holds as much of a vector as one may."""
    held = VECTORS[number].text.replace("/", "∕")
    return f"{number} {held[:80]}.md"


def issue_file(batch: range) -> str:
    """Return an issue file that says hostile things itself."""
    texts = [VECTORS[number].text for number in batch]
    line = next(each for each in texts if each.isprintable() and len(each) < 150)
    blurbs = "".join(
        f"{json.dumps(file_name(number))} = {json.dumps(VECTORS[number].text)}\n"
        for number in batch[:6]
    )
    intro = "\n\n".join(each for each in texts if "\x01" not in each)
    safe = line.replace("{", "(").replace("}", ")")
    return (
        f"subject = {json.dumps(safe)}\npreheader = {json.dumps(safe)}\n"
        f"intro = {json.dumps(intro)}\n[blurb]\n{blurbs}"
    )
