"""The whole `digest preview` against Hugo's list of the same folder and the obvious script."""

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from archive import describe, make_archives, why_not_judged
from timing import (
    ROOT,
    WEEK,
    Command,
    Goal,
    Options,
    Section,
    Timings,
    in_scratch,
    parse_options,
    report,
    same,
    script,
    table,
    time_commands,
)

_ABOUT = """\
Whole processes over {articles}: every article twice, the copies dated 52 weeks earlier.
*digest preview*: our command with the shipped config.toml, only `path` changed; it chooses, ranks,
composes, inlines with premailer, and writes HTML, text, message and manifest of ten stories.
*obvious script*: `obvious.py`, with all imports at the top, python-frontmatter over every file,
the ten newest, premailer as it comes. *Hugo* {hugo}: posts with `render: never`, one page that
lists titles and dates of the week, nothing else built. *stat*: `os.scandir` and `stat` of every
file. Files in the page cache; {rounds} interleaved rounds."""
_NO_HUGO = "Hugo is not here, so it was left out; `apt-get install hugo` brings it."

_HUGO_CONFIG = """\
baseURL = "https://benchmark.invalid/"
disableKinds = ["taxonomy", "term", "section", "RSS", "sitemap", "robotsTXT", "404"]
buildFuture = true
buildExpired = true
[[module.mounts]]
source = {folder}
target = "content/posts"
[[cascade]]
[cascade._target]
path = "/posts/**"
[cascade._build]
render = "never"
list = "always"
"""
_HUGO_HOME = """\
{{ $week := where (where .Site.RegularPages "Date" "ge" (time "2025-07-21"))
   "Date" "lt" (time "2025-07-28") -}}
<ul>{{ range $week }}
<li>{{ .Date.Format "2006-01-02" }} {{ .Title }}</li>{{ end }}
</ul>
"""


def main() -> int:
    """Time, compare and print."""
    options = parse_options(__doc__ or "", rounds=9)
    return in_scratch(partial(_measure, options))


def _measure(options: Options, folder: Path) -> int:
    archive = make_archives(folder, [2], quick=options.quick)[2]
    commands = [
        Command("digest preview", _digest(archive, folder)),
        Command("obvious script", script("obvious.py", archive, WEEK, folder / "obvious.html")),
        Command("stat", script("stat_all.py", archive)),
    ]
    hugo = shutil.which("hugo")
    if hugo:
        commands.append(Command("Hugo", _hugo(hugo, archive, folder)))
    timings = time_commands(commands, options.rounds)
    if hugo:
        home = (folder / "site" / "public" / "index.html").read_text(encoding="utf-8")
        listed = {
            "obvious script": int(timings.said("obvious script")),
            "Hugo": home.count("<li>"),
        }
        same("the numbers of articles in the week", listed)
    if not (folder / "out" / "issue.html").is_file():
        sys.exit("digest preview wrote no issue")
    about = _ABOUT.format(
        articles=describe(archive, quick=options.quick),
        hugo=_version(hugo) if hugo else "absent",
        rounds=options.rounds,
    )
    section = Section(
        title="The whole `digest preview`",
        script="preview.py",
        about=about,
        tables=[_table(timings, commands), *([] if hugo else [_NO_HUGO])],
        goals=_goals(timings, hugo=bool(hugo)),
        unjudged=why_not_judged(quick=options.quick),
    )
    return report(section, options)


def _digest(archive: Path, folder: Path) -> tuple[str, ...]:
    """Return the command, with the shipped config.toml whose first `path` is changed."""
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    number = next(at for at, line in enumerate(shipped) if line.startswith("path ="))
    shipped[number] = f"path = {json.dumps(str(archive))}"
    config = folder / "config.toml"
    config.write_text("\n".join(shipped), encoding="utf-8")
    command = str(Path(sys.executable).parent / "digest")
    out = str(folder / "out")
    return command, "preview", "--week", WEEK, "--config", str(config), "--out", out


def _hugo(hugo: str, archive: Path, folder: Path) -> tuple[str, ...]:
    site = folder / "site"
    (site / "layouts").mkdir(parents=True)
    (site / "layouts" / "index.html").write_text(_HUGO_HOME, encoding="utf-8")
    config = _HUGO_CONFIG.format(folder=json.dumps(str(archive)))
    (site / "config.toml").write_text(config, encoding="utf-8")
    cache = str(folder / "hugo-cache")
    return hugo, "--quiet", "--noBuildLock", "--source", str(site), "--cacheDir", cache


def _version(hugo: str) -> str:
    """Return `v0.111.3+extended`."""
    said = subprocess.run([hugo, "version"], check=True, capture_output=True, text=True).stdout
    return said.split()[1]


def _table(timings: Timings, commands: list[Command]) -> str:
    rows = [
        (
            command.name,
            timings.ratio("digest preview", command.name).show(),
            timings.wall(command.name).show(0),
            timings.cpu(command.name).show(0),
            timings.peak(command.name).show(0),
        )
        for command in commands
    ]
    return table(("", "digest preview / this", "ms", "CPU ms", "peak MiB"), rows)


def _goals(timings: Timings, *, hugo: bool) -> list[Goal]:
    goals = [
        Goal(
            "digest preview / obvious script",
            timings.ratio("digest preview", "obvious script").middle,
            0.45,
        )
    ]
    if hugo:
        ratio = timings.ratio("digest preview", "Hugo").middle
        goals.append(Goal("digest preview / Hugo's list", ratio, 0.5))
    return goals


if __name__ == "__main__":
    sys.exit(main())
