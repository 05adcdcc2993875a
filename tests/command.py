"""The `digest` command as users call it: a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON values."""
        return json.loads(self.out)


def digest(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Done:
    """Run `digest WORDS` in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "digest", *words],
        cwd=folder,
        env=environment() | dict(env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def environment() -> dict[str, str]:
    """Return this environment without what would change the command."""
    away = {"NO_COLOR", "DIGEST_CONFIG", "FORCE_COLOR", "COLUMNS", "TERM"}
    kept = {name: value for name, value in os.environ.items() if name not in away}
    return kept | {"PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"}


def make_site(folder: Path) -> Path:
    """Return `folder` with the shipped config.toml and the sample articles in it."""
    folder.mkdir()
    shutil.copy(ROOT / "config.toml", folder)
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def article(folder: Path, name: str, text: str | bytes) -> Path:
    """Write an article of the sample site."""
    path = folder / "examples" / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def with_keys(text: str, settings: Mapping[str, str]) -> str:
    """Return config.toml with other values, each as TOML.

    `courier` is the first key of that name in the file, `subscribers__url` the one of that table.
    """
    for name, value in settings.items():
        table, _, key = name.rpartition("__")
        head, mark, body = text.partition(f"[{table}]\n") if table else ("", "", text)
        body, changed = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", body, count=1)
        assert changed, name
        text = head + mark + body
    return text
