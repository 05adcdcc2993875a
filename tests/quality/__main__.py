"""`make quality`: every letter through emailcheck, and the table in docs/quality.md.

emailcheck is a score sheet kept beside the project (`../shared/tools/emailcheck`); it is installed
by its own `install.sh`. Where it is not, nothing is measured and the reason is said: the tests of
this folder hold the same things in Chromium.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from conftest import ARCHIVE
from quality.cases import ROOT, Case, cases
from quality.letters import write_case

PAGE: Final = ROOT / "docs" / "quality.md"
_BESIDE: Final = "../shared/tools/emailcheck"
_GOALS: Final = {"HTML": 99, "text": 100, "mime": 100, "spam": 95}
_TRIES: Final = 3
_ABOUT: Final = """\
# Quality of the letters

Made by `make quality`, which puts every template with every kind of content through *emailcheck*,
a score sheet of its own (0 to 100 a section; the best of ten well-known public templates has 96.4
for its HTML). Goals: HTML at least 99, text and MIME 100, spam at least 95. `tests/quality` holds
the same in CI with Chromium alone: no axe violation, no overflow at 320, 375, 600 and 800 pixels
with and without `<style>`, no contrast failure on light and on dark screens.

*axe* is violations; *contrast* failures on light, dark, forced dark screens and with images off;
*overflow* the pixels a letter sticks out, the worst of eight (four widths, with and without
`<style>`); *breaks* features that break a layout in any major client.
"""
_NOTES: Final = """
What keeps the HTML below 100: six or seven properties that a client knows in part (caniemail
counts `text-decoration` as partial in Outlook because it lacks `overline`), rounded corners, which
Word leaves square, and pictures without `height`. A picture that fills the line has none on
purpose: Yahoo turns the `height: auto` that should overrule it into a minimum and would show it
stretched on telephones; cards have theirs where it was measured.
"""


class Measured(NamedTuple):
    """One line of the table."""

    case: Case
    sheet: dict[str, Any]
    size: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the letters; return 1 when one of them misses a goal."""
    options = _options(arguments)
    tool = shutil.which("emailcheck", path=_search_path())
    if not tool:
        _say(
            f"Not measured: emailcheck is not installed. To measure: copy {_BESIDE} to a "
            "folder of your own, run its install.sh, and set EMAILCHECK to that folder."
        )
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = [
            case for case in cases(_archive(Path(scratch))) if re.search(options.only, case.name)
        ]
        with ThreadPoolExecutor(options.jobs) as pool:
            measured = list(pool.map(lambda case: _measure(tool, case, folder), chosen))
    missed = [line for each in measured for line in _missed(each)]
    if not options.only:
        PAGE.write_text("\n".join(_page(measured)))
    _say(*_table(measured))
    _say(*missed or ["Every letter reaches every goal."])
    return bool(missed)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="quality", description=__doc__)
    parser.add_argument("--only", default="", help="pattern of names; no page is made")
    parser.add_argument(
        "--keep",
        type=Path,
        help="folder for letters and sheets; what is unchanged there is not measured again",
    )
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args(arguments)


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, ""]))


def _search_path() -> str:
    places = [os.environ.get("EMAILCHECK", ""), os.environ["PATH"]]
    return os.pathsep.join(filter(None, places))


def _archive(scratch: Path) -> Path | None:
    if not ARCHIVE.is_file():
        return None
    shutil.unpack_archive(ARCHIVE, scratch / "archive", filter="data")
    return scratch / "archive" / "posts"


def _measure(tool: str, case: Case, folder: Path) -> Measured:
    base, sheet = folder / case.name, folder / f"{case.name}.json"
    before = _parts(base)
    rendered = write_case(case, folder)
    if sheet.exists() and _parts(base) != before:
        sheet.unlink()
    words = [
        *(tool, f"{base}.html", "--text", f"{base}.txt", "--eml", f"{base}.eml"),
        *("--assets", str(folder / "assets" / case.name), "--save", str(sheet)),
        *("--out", str(folder / "shots" / case.name)),
    ]
    for _ in range(_TRIES):  # what is whole there is measured and still the same
        if not _is_whole(sheet):
            subprocess.run(words, capture_output=True, check=False)
    return Measured(case, json.loads(sheet.read_text()), rendered.size_bytes)


def _is_whole(sheet: Path) -> bool:
    """Say whether every part was measured: on a busy machine SpamAssassin runs out of time."""
    if not sheet.exists():
        return False
    sections = json.loads(sheet.read_text())["score"]["sections"]
    return {"text", "mime", "spam", "no_style"} <= set(sections)


def _parts(base: Path) -> list[bytes]:
    paths = [base.with_name(f"{base.name}.{ending}") for ending in ("html", "txt", "eml")]
    return [path.read_bytes() for path in paths if path.exists()]


def _scores(each: Measured) -> dict[str, float]:
    score = each.sheet["score"]
    named = {name: score["sections"][name]["score"] for name in ("text", "mime", "spam")}
    return {"HTML": score["html_score"], **named}


def _missed(each: Measured) -> Iterator[str]:
    for name, score in _scores(each).items():
        if score < _GOALS[name]:
            yield f"{each.case.name}: {name} {score}, the goal is {_GOALS[name]}"
            for section, told in each.sheet["score"]["sections"].items():
                yield from (f"    {section} {why}" for why in told["deductions"])


def _table(measured: Sequence[Measured]) -> Iterator[str]:
    heads = (
        "template | content | HTML | text | MIME | spam | KB | axe | contrast | overflow | breaks"
    )
    yield f"| {heads} |"
    yield f"|---|---|{'--:|' * 9}"
    for each in measured:
        browser, scores = each.sheet["browser"], _scores(each)
        contrasts = [
            browser[f"contrast_{mode}"]["failing"] for mode in ("light", "dark", "forced")
        ]
        contrasts.append(browser["images_off"]["contrast_failing"])
        widths = [*browser["widths"].values(), *browser["ganga"].values()]
        cells = (
            each.case.template,
            each.case.content,
            *(f"{score:g}" for score in scores.values()),
            f"{each.size / 1024:.1f}",
            len(browser["axe"]["violations"]),
            "/".join(map(str, contrasts)),
            max(width["overflow_px"] for width in widths),
            len(each.sheet["clients"]["major"]["breaks"]),
        )
        yield f"| {' | '.join(map(str, cells))} |"


def _page(measured: Sequence[Measured]) -> Iterator[str]:
    yield _ABOUT
    yield from _table(measured)
    yield _NOTES


if __name__ == "__main__":
    sys.exit(main())
