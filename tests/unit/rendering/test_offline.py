"""No render opens a socket or a foreign file, whatever template and content ask for."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("offline_probe.py")


@pytest.fixture(scope="module")
def touched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What a render of hostile templates and content touched."""
    folder = tmp_path_factory.mktemp("templates")
    fifo = tmp_path_factory.mktemp("elsewhere") / "fifo"
    os.mkfifo(fifo)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, str(PROBE), str(port), str(fifo), str(folder)]
        # Whoever opens the FIFO waits for ever, so a time-out here is a file that was opened.
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()  # and nothing came from below Python either
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


def test_no_socket_is_opened(touched: dict[str, list[str]]) -> None:
    assert touched["network"] == []


def test_no_file_is_opened_outside_the_templates(touched: dict[str, list[str]]) -> None:
    assert touched["opens"] == []


def test_enough_was_tried(touched: dict[str, list[str]]) -> None:
    assert len(touched["refused"]) >= 50
    assert len(touched["refused"]) + len(touched["rendered"]) == 140


def test_what_was_rendered_loads_nothing_while_it_is_rendered(
    touched: dict[str, list[str]],
) -> None:
    # Pictures and unknown elements are the reader's to load; `check_mail` judges their addresses.
    kinds = (
        "<img",
        "<table background",
        "<video",
        "<input",
        "<?xml",
        "<!--[if",
        "<xi:",
        "<!DOCTYPE",
    )
    assert all(any(kind in document for kind in kinds) for document in touched["rendered"])
