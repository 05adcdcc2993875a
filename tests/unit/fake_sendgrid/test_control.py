"""The fake as another process: its command line, and what it lets be done under /_fake/."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from fake_sendgrid import FakeSendGrid
from fake_sendgrid.__main__ import _parser
from fake_sendgrid.sample import Said, ask, sample_payload, send

ROOT = Path(__file__).resolve().parents[3]


def wish(fake: FakeSendGrid, method: str, name: str, value: Any = None) -> Said:
    return ask(fake, method, f"/_fake/{name}", value, headers={"Authorization": None})


def test_the_ledger_is_told(fake: FakeSendGrid) -> None:
    fake.fault("F5", at=[2])
    assert [send(fake).status for _ in range(2)] == [202, 500]

    told = wish(fake, "GET", "ledger").json

    assert told["requests"] == 2
    assert told["schema_violations"] == []
    assert [entry["n"] for entry in told["accepted"]] == [1, 2]
    assert told["accepted"][0]["readers"][0]["email"] == "reader0@example.com"
    assert told["accepted"][0]["fate"] == "sent"
    assert told["accepted"][0]["discarded"] is False
    assert "readers" not in wish(fake, "GET", "ledger?readers=0").json["accepted"][0]


def test_faults_are_put_and_cleared(fake: FakeSendGrid) -> None:
    assert wish(fake, "POST", "faults", {"kind": "F4", "at": [1, 3]}).status == 200
    assert [send(fake).status for _ in range(3)] == [500, 202, 500]
    wish(fake, "POST", "faults", {"probability": 1, "kinds": ["F2"], "seed": 1})
    assert send(fake).status == 429
    wish(fake, "POST", "faults", {})
    assert send(fake).status == 202
    wish(fake, "POST", "faults", {"kind": "F11", "address": "reader1"})
    assert send(fake).status == 400


def test_control_does_not_count(fake: FakeSendGrid) -> None:
    fake.fault("F4", at=[1])
    wish(fake, "GET", "ledger")

    assert fake.requests == []
    assert send(fake).status == 500


def test_suppressions_settings_and_reset(fake: FakeSendGrid) -> None:
    wish(fake, "POST", "suppress", {"list": "asm", "email": "a@example.com", "group": 3})
    wish(
        fake,
        "POST",
        "settings",
        {"log_delay": 5, "credits_exceeded": True, "scopes": ["mail.send"]},
    )

    assert fake.settings.log_delay == 5
    assert fake.settings.scopes == {"mail.send"}
    assert send(fake).messages == ["Maximum credits exceeded"]
    wish(fake, "POST", "reset")
    assert fake.mail_sends == 0


def test_events_mails_and_requests_are_told(fake: FakeSendGrid) -> None:
    send(fake)

    told = wish(fake, "GET", "events?copies=3&loss=0&late=1&seed=2").json
    assert told["public_key"] == fake.public_key
    ((_, body),) = fake.events(copies=3, late=1, seed=2)
    assert [batch["body"].encode() for batch in told["batches"]] == [body]
    assert wish(fake, "GET", "events?attempt=other").json["batches"] == []
    (mail,) = wish(fake, "GET", "mail?address=reader1%40example.com").json
    assert mail["text"] == "Hello\nLeave: https://news.example.com/u/1\n"
    (seen,) = wish(fake, "GET", "requests").json
    assert (seen["status"], seen["accepted"]) == (202, True)


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("POST", "faults", {"kind": "F99"}),
        ("POST", "faults", b"{"),
        ("POST", "faults", []),
        ("POST", "suppress", {"list": "x", "email": "y"}),
        ("POST", "settings", {"colour": 1}),
        ("GET", "mail", None),
        ("GET", "events?loss=much", None),
    ],
)
def test_what_cannot_be_done_is_said(
    fake: FakeSendGrid, method: str, name: str, value: Any
) -> None:
    said = wish(fake, method, name, value)

    assert said.status == 400
    assert "Error: " in said.messages[0]


def test_unknown_wishes_are_told_what_there_is(fake: FakeSendGrid) -> None:
    said = wish(fake, "GET", "all")

    assert said.status == 404
    assert "POST /_fake/faults" in said.messages[0]


class TestCommand:
    @pytest.fixture
    def process(self, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
        command = (
            f"{sys.executable} -m tests.fake_sendgrid --key SG.other --at 2:F5 3:F4"
            f" --ledger {tmp_path / 'ledger.jsonl'} --latency 0.01"
        )
        process = subprocess.Popen(
            command.split(), cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        yield process
        process.kill()
        process.communicate()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_says_where_it_is_and_stops_when_told(
        self, process: subprocess.Popen[str], number: signal.Signals, tmp_path: Path
    ) -> None:
        url = self._url(process)
        statuses = [self._send(url) for _ in range(4)]
        process.send_signal(number)
        out, _ = process.communicate(timeout=10)

        assert statuses == [202, 500, 500, 202]
        assert process.returncode == 0
        *lines, last = out.splitlines()
        assert [line.partition(": ")[2] for line in lines] == [
            "202 accepted",
            "202 F5 accepted",
            "- F4a",
            "202 accepted",
        ]
        assert last == "3 of 4 mail/send requests were accepted"
        assert len((tmp_path / "ledger.jsonl").read_bytes().splitlines()) == 3

    def test_its_ledger_outlives_kill_9(
        self, process: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        url = self._url(process)
        assert [self._send(url) for _ in range(2)] == [202, 500]
        process.kill()
        process.wait(10)

        lines = (tmp_path / "ledger.jsonl").read_bytes().splitlines()
        assert [orjson.loads(line)["n"] for line in lines] == [1, 2]

    def _url(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        return url

    def _send(self, url: str) -> int:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request(
            "POST",
            "/v3/mail/send",
            orjson.dumps(sample_payload()),
            {"Authorization": "Bearer SG.other", "Content-Type": "application/json"},
        )
        status = connection.getresponse().status
        connection.close()
        return status


def test_the_command_has_its_options() -> None:
    options = _parser().parse_args(
        [
            "--faults",
            "0.15",
            "--kinds",
            "F6",
            "F8",
            "--seed",
            "3",
            "--at",
            "7:F10",
            "--log-delay",
            "2",
            "--drip",
            "0.1",
        ]
    )

    assert (options.faults, options.kinds, options.seed) == (0.15, ["F6", "F8"], 3)
    assert (options.at, options.log_delay, options.drip) == ([(7, "F10")], 2.0, 0.1)


@pytest.mark.parametrize("wrong", ["--at 7", "--at x:F6", "--at 7:F99", "--kinds F99"])
def test_a_wrong_option_is_refused(wrong: str) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(wrong.split())


def test_what_takes_long_to_import_is_imported_on_demand() -> None:
    code = (
        "import sys, tests.fake_sendgrid as package\n"
        "with package.FakeSendGrid(): pass\n"
        "print(sorted({'jsonschema', 'cryptography'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
