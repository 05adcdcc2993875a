"""`digest serve` as its operator meets it: refusals, signals, crashes, a store in use."""

import base64
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, sync_playwright

from command import digest, make_site
from serving import PAIR, SECRET, URLENCODED, address, make_store, serving, standing, token


@pytest.fixture
def served_site(tmp_path: Path) -> Path:
    site = make_site(tmp_path / "site")
    make_store(site / "digest.db", 5000)
    return site


@contextmanager
def writing(store: Path, seconds: float) -> Iterator[None]:
    """Let another process hold the store in one long transaction."""
    script = (
        "import sqlite3, sys, time\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute(\"UPDATE subscriber SET name = 'x' WHERE id = 1\")\n"
        "print('held', flush=True)\n"
        "time.sleep(float(sys.argv[2]))\n"
        "connection.execute('COMMIT')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store), str(seconds)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield
        process.wait(30)


class TestRefusals:
    def test_without_a_key(self, served_site: Path) -> None:
        done = digest(served_site, "serve", env={"DIGEST_SECRET": ""})

        assert done.code == 10
        assert done.err == (
            "DIGEST_SECRET: is not set: nobody could unsubscribe\n"
            "  Make a key once with `openssl rand -base64 32`, keep it with your other passwords, "
            "and set DIGEST_SECRET to it wherever digest runs.\n"
        )

    def test_without_a_store(self, tmp_path: Path) -> None:
        site = make_site(tmp_path / "site")

        done = digest(site, "serve", env={"DIGEST_SECRET": SECRET})

        assert done.code == 7
        assert done.err == (
            f"{site}/digest.db: there is no store yet\n"
            "  Import subscribers first: digest subscribers import FILE\n"
        )
        assert not (site / "digest.db").exists()

    def test_where_somebody_else_listens(self, served_site: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = digest(served_site, "serve", "--port", port, env={"DIGEST_SECRET": SECRET})

        assert done.code == 1
        assert done.err == (
            f"127.0.0.1:{port}: cannot listen there: Address already in use\n"
            "  Name another place: --host and --port, or [web] in config.toml.\n"
        )

    def test_at_a_machine_that_is_none(self, served_site: Path) -> None:
        done = digest(
            served_site, "serve", "--host", "no.such.invalid", env={"DIGEST_SECRET": SECRET}
        )

        assert done.code == 1
        assert "no.such.invalid:8099: cannot listen there" in done.err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_what_it_does_and_stops_when_it_is_told(
    served_site: Path, how: signal.Signals
) -> None:
    with serving(served_site) as served:
        assert served.one_click(token(7)).status == 200
        assert served.one_click(token(7)).status == 200
        assert served.one_click("forged").status == 200
        served.ask("POST", f"/u/{token(8)}", PAIR + b"&page=1&leave=all", URLENCODED)
        code, out, err = served.stop(how)

    assert code == 0
    assert out == (
        "public     https://letters.harbour-courier.example/u/…  (a web server with TLS must lead "
        "here)\n"
        "stopped; everything that was answered is saved\n"
    )
    assert re.sub(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", "", err) == (
        "reader 7 left weekly\nreader 8 left everything\n"
    )


def test_a_machine_reads_its_log(served_site: Path) -> None:
    with serving(served_site, "--log-format", "json") as served:
        served.one_click(token(7))
        _, _, err = served.stop()

    (line,) = map(json.loads, err.splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "info",
        "event": "left",
        "newsletter": "weekly",
        "reason": "reader 7 left weekly",
    }


def test_nothing_it_prints_names_a_reader_a_link_or_a_key(served_site: Path) -> None:
    with serving(served_site) as served:
        served.one_click(token(7))
        served.ask("GET", f"/u/{token(8)}")
        served.ask("PUT", f"/u/{token(9)}")
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(f"NO /u/{token(9)}\r\n\r\n".encode())
        _, out, err = served.stop()

    for secret in (address(7), "reader7@", token(7), token(8), token(9), SECRET, SECRET[3:]):
        assert secret not in out + err


def test_an_unsubscribe_waits_for_another_command_that_writes(served_site: Path) -> None:
    store = served_site / "digest.db"
    with serving(served_site) as served, writing(store, 1.5):
        begun = time.monotonic()
        answer = served.one_click(token(7))

        assert answer.status == 200
        assert time.monotonic() - begun > 0.5
        assert standing(store) == {7: ("active", ("weekly",))}


@pytest.mark.slow
def test_an_unsubscribe_that_cannot_be_saved_is_never_answered_as_saved(served_site: Path) -> None:
    store = served_site / "digest.db"
    with serving(served_site) as served:
        with writing(store, 13):
            answers = [served.one_click(token(7))]
            assert standing(store) == {}
            assert served.ask("GET", f"/u/{token(7)}").status == 200
        again = served.one_click(token(7))
        _, _, err = served.stop()

    assert [(answer.status, answer.headers["retry-after"]) for answer in answers] == [(503, "60")]
    assert again.status == 200
    assert standing(store) == {7: ("active", ("weekly",))}
    assert [line[21:] for line in err.splitlines()] == [
        "the store fails, readers are asked to try again: another command is writing to it",
        "reader 7 left weekly",
        "the store can be written again",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("round_number", range(5))
def test_every_answer_before_a_kill_is_in_the_store(served_site: Path, round_number: int) -> None:
    store = served_site / "digest.db"
    readers: Queue[int] = Queue()
    for reader in range(1, 5001):
        readers.put(reader)
    answered: list[int] = []
    with serving(served_site) as served:

        def leave() -> None:
            while True:
                reader = readers.get()
                try:
                    if served.one_click(token(reader)).status == 200:
                        answered.append(reader)
                except (OSError, HTTPException):
                    return

        threads = [threading.Thread(target=leave) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.3 + 0.17 * round_number)
        os.kill(served.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(10)

    assert len(answered) > 20
    saved = standing(store)
    assert [reader for reader in answered if reader not in saved] == []
    # Nobody left who did not ask: at most one more for each thread, who got no answer.
    assert len(saved) <= len(answered) + len(threads)
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        events = connection.execute("SELECT count(*) FROM consent_event").fetchone()
    assert events == (len(saved),)


@pytest.mark.slow
def test_unsubscribes_and_a_busy_writer_get_along(served_site: Path) -> None:
    """Another process writes one short transaction after another, as a send does."""
    store = served_site / "digest.db"
    script = (
        "import sqlite3, sys, time\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)\n"
        "until = time.monotonic() + 3\n"
        "print('begun', flush=True)\n"
        "while time.monotonic() < until:\n"
        "    connection.execute('BEGIN IMMEDIATE')\n"
        "    connection.execute(\"UPDATE subscriber SET name = 'x' WHERE id > 4900\")\n"
        "    connection.execute('COMMIT')\n"
    )
    with (
        serving(served_site) as served,
        subprocess.Popen(
            [sys.executable, "-c", script, str(store)], stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout
        process.stdout.readline()
        statuses = []
        for reader in range(1, 1000):
            statuses.append(served.one_click(token(reader)).status)
            if process.poll() is not None:
                break
        assert process.wait(20) == 0

    assert set(statuses) == {200}
    assert len(standing(store)) == len(statuses)


def test_a_key_that_was_replaced_still_opens_old_links(served_site: Path) -> None:
    new = base64.b64encode(b"another secret key of 32 bytes..").decode()
    with serving(served_site, env={"DIGEST_SECRET": f"t2:{new},{SECRET}"}) as served:
        assert served.one_click(token(7)).status == 200
        assert standing(served_site / "digest.db") == {7: ("active", ("weekly",))}


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("width", [320, 600])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_presses_the_button(
    served_site: Path,
    browser: Browser,
    language: str,
    direction: str,
    width: int,
    *,
    scripts: bool,
) -> None:
    config = served_site / "config.toml"
    config.write_text(config.read_text().replace('language = "en"', f'language = "{language}"'))
    requests: list[str] = []
    messages: list[str] = []
    with serving(served_site) as served:
        context = browser.new_context(
            viewport={"width": width, "height": 700}, java_script_enabled=scripts
        )
        page = context.new_page()
        page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
        page.on("console", lambda message: messages.append(message.text))
        link = f"{served.url}/u/{token(7)}"

        page.goto(link)
        boxes = [button.bounding_box() for button in page.query_selector_all("button")]
        inside = page.locator("main").bounding_box()
        shown = page.locator("html").get_attribute("dir")
        assert standing(served_site / "digest.db") == {}
        page.click("button >> nth=0")
        page.wait_for_load_state()
        cookies = context.cookies()
        context.close()

    assert requests == [f"GET {link}", f"POST {link}"]
    assert messages == []
    assert cookies == []
    assert shown == direction
    assert inside
    assert inside["width"] <= width
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    assert standing(served_site / "digest.db") == {7: ("active", ("weekly",))}
