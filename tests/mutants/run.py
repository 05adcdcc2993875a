"""Removes each guard once, in a copy of the code, and runs the tests that must notice.

    PYTHONPATH=tests python -m mutants.run [--quick] [NAME ...]

Prints a table; leaves with 1 when a mutant survives, or when one cannot be made: an edit whose
text has moved is a mutant that tests nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from mutants.guards import MUTANTS as SENDING
from mutants.guards import Mutant
from mutants.images import IMAGES
from mutants.preflight import PREFLIGHT
from mutants.schedule import SCHEDULE

MUTANTS = (*SENDING, *SCHEDULE, *IMAGES, *PREFLIGHT)
ROOT = Path(__file__).resolve().parents[2]
_FAILED = 1  # pytest's exit code for "tests were collected, and some failed"


def main() -> int:
    """Run the mutants that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="those for every push")
    parser.add_argument("names", nargs="*", help="parts of names; all without")
    options = parser.parse_args()
    chosen = [
        mutant
        for mutant in MUTANTS
        if (mutant.is_quick or not options.quick)
        and (not options.names or any(part in mutant.name for part in options.names))
    ]
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(Path(folder))
        tests = sorted({test for mutant in chosen for test in mutant.tests})
        if _pytest(copy, tests, (0,)) != 0:
            _say("the tests fail without any mutant: nothing can be said")
            return 1
        return _judge(copy, chosen)


def _judge(copy: Path, chosen: Sequence[Mutant]) -> int:
    survivors = 0
    _say("| mutant | killed by | seconds |\n| --- | --- | ---: |")
    for mutant in chosen:
        begun = time.monotonic()
        found = _verdict(copy, mutant)
        survivors += "**" in found
        _say(f"| {mutant.name} | {found} | {time.monotonic() - begun:.0f} |")
    _say(f"\n{len(chosen) - survivors} of {len(chosen)} mutants were killed.")
    return 1 if survivors else 0


def _verdict(copy: Path, mutant: Mutant) -> str:
    """Return by which tests it was killed; with asterisks what did not kill it."""
    before = {edit.file: (copy / "src/digest" / edit.file).read_text() for edit in mutant.edits}
    texts = dict(before)
    for edit in mutant.edits:
        if texts[edit.file].count(edit.old) != 1:
            return f"**cannot be made: {edit.file} has changed**"
        texts[edit.file] = texts[edit.file].replace(edit.old, edit.new)
    try:
        _write(copy, texts)
        return ", ".join(_named(test, _pytest(copy, [test])) for test in mutant.tests)
    finally:
        _write(copy, before)


def _named(test: str, code: int) -> str:
    name = test.rpartition("::")[2].removeprefix("tests/")
    return name if code == _FAILED else f"**not by {name}: exit code {code}**"


def _copy(folder: Path) -> Path:
    """Return a folder with a copy of the code, and what it reads beside itself."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "config.toml"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def _write(copy: Path, texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (copy / "src/digest" / file).write_text(text)


def _pytest(copy: Path, tests: Sequence[str], expected: Sequence[int] = (0, _FAILED)) -> int:
    """Return pytest's exit code for these tests over the code in `copy`; show other endings."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        # Before the installed package; no bytecode, whose time stamps are too coarse for this.
        env={
            **os.environ,
            "PYTHONPATH": str(copy / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DIGEST_TEST_MUTANT": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / "hypothesis"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    if done.returncode not in expected:
        sys.stderr.write(done.stdout.decode()[-2000:])
    return done.returncode


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
