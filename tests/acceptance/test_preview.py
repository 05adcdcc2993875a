"""`digest preview` on the sample site, as a user runs it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from command import Done, article, digest, environment

WEEK = ("preview", "weekly", "--week", "2026-W33")
FILES = {"issue.html", "issue.txt", "issue.eml", "issue.json"}
GOLDEN = Path(__file__).parent / "golden"


class Made(NamedTuple):
    """A preview and where it lies."""

    done: Done
    folder: Path
    manifest: dict[str, Any]


@pytest.fixture(scope="module")
def made(sample: Path) -> Made:
    """The sample week, previewed once."""
    done = digest(sample, *WEEK)
    folder = sample / "preview" / "weekly" / "2026-W34"
    return Made(done, folder, json.loads((folder / "issue.json").read_text()))


def manifest_paths(manifest: dict[str, Any]) -> list[str]:
    outside = [path for paths in manifest["outside"].values() for path in paths]
    stories = [story["path"] for story in manifest["stories"]]
    return sorted([*stories, *outside, *(one["path"] for one in manifest["left_out"])])


def article_files(folder: Path) -> list[str]:
    root = folder / "examples" / "articles"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestSampleWeek:
    def test_writes_the_four_files(self, made: Made) -> None:
        assert made.done.code == 0
        assert {path.name for path in made.folder.iterdir()} == FILES
        assert "open       preview/weekly/2026-W34/issue.html" in made.done.out
        assert made.done.err == ""

    def test_prints_what_the_golden_file_shows(self, made: Made, golden: bool) -> None:  # noqa: FBT001  pytest passes fixtures by name
        path = GOLDEN / "sample-week.txt"
        if golden:
            path.write_text(made.done.out)

        assert made.done.out == path.read_text()

    def test_the_message_opens_with_text_first(self, made: Made) -> None:
        raw = (made.folder / "issue.eml").read_bytes()
        message = message_from_bytes(raw, policy=policy.default)

        assert isinstance(message, EmailMessage)
        assert not message.defects
        assert message.get_content_type() == "multipart/alternative"
        parts = list(message.iter_parts())
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
        for part, name in zip(parts, ("issue.txt", "issue.html"), strict=True):
            shown = (made.folder / name).read_text().rstrip()
            assert part.get_content().splitlines() == shown.splitlines()
        assert message["Subject"] == made.manifest["subject"]
        assert "courier@harbour-courier.example" in message["From"]
        assert message["Reply-To"] == "editor@harbour-courier.example"

    def test_the_manifest_has_every_file_once(self, made: Made, sample: Path) -> None:
        assert manifest_paths(made.manifest) == article_files(sample)
        assert all(one["reason"] for one in made.manifest["left_out"])

    def test_the_manifest_has_the_hashes_of_the_files_beside_it(self, made: Made) -> None:
        assert made.manifest["files"] == {
            name: sha256((made.folder / name).read_bytes()).hexdigest()
            for name in FILES - {"issue.json"}
        }

    def test_the_manifest_gives_reasons(self, made: Made) -> None:
        reasons = {one["path"]: one["reason"] for one in made.manifest["left_out"]}

        assert {
            "news/mooring-fees-to-rise.md": "draft",
            "culture/theatre-season-preview.md": "draft",
            "_drafts/lighthouse-keeper-interview.md": "draft",
            "life/new-year-swim-2030.md": "outside window",
            "news/market-square-closed.md": "expired",
            "business/advertise-with-the-courier.md": "unlisted",
            "life/reader-survey-and-picnic.md": "excluded by its front matter",
            "news/tide-gauge-note.md": "too short",
            "broken-front-matter.md": "bad file",
            "sport/lamm-flats-race-report.md": "same body",
            "business/kelp-crisps-jobs.md": "same story",
            "news/storm-barrier-test-passed.md": "same story",
            "news/fog-horn-returns.md": "outside window",
        }.items() <= reasons.items()

    def test_the_issue_is_one_to_read(self, made: Made) -> None:
        stories = made.manifest["stories"]
        covers = [story["cover"] for story in stories if story["cover"]]
        excerpts = [story["excerpt"] for story in stories]

        assert len(stories) == 10
        assert len(set(covers)) == len(covers)
        assert all(excerpts)
        assert not [each for each in excerpts if each.endswith(("...", "…"))]
        assert not [each for each in excerpts if each.startswith("Harbour Courier Home")]
        assert made.manifest["size"]["html_bytes"] <= 90_000

    def test_the_preview_links_lead_nowhere(self, made: Made) -> None:
        html = (made.folder / "issue.html").read_text()

        assert "__DIGEST" not in html
        assert "#unsubscribe" in html

    def test_the_same_week_gives_the_same_bytes(self, made: Made, sample: Path) -> None:
        again = digest(sample, *WEEK, "--out", "again")

        assert again.code == 0
        for name in FILES:
            assert (sample / "again" / name).read_bytes() == (made.folder / name).read_bytes()

    def test_json_is_the_manifest_and_nothing_else(self, made: Made, sample: Path) -> None:
        done = digest(sample, *WEEK, "--json", "--out", "json")

        assert done.json == made.manifest
        assert done.out.isascii()
        assert done.err == ""

    def test_explain_names_every_file_read(self, made: Made, sample: Path) -> None:
        done = digest(sample, *WEEK, "--explain", "--out", "explain")

        assert "cover +" in done.out
        for one in made.manifest["left_out"]:
            assert one["path"] in done.out
            assert one["reason"] in done.out
        assert "also: " in done.out


class TestOptions:
    def test_strict_fails_after_writing(self, site: Path) -> None:
        done = digest(site, *WEEK, "--strict")

        assert done.code == 4
        assert done.err == (
            "broken-front-matter.md:4: the front matter is not YAML: did not find expected key\n"
            "  Put the value in quotes, or indent this line like the one above.\n"
        )
        assert (site / "preview" / "weekly" / "2026-W34" / "issue.html").exists()

    def test_strict_finds_what_only_a_full_read_shows(self, site: Path) -> None:
        (site / "examples/articles/broken-front-matter.md").unlink()
        article(site, "old.md", b"---\ntitle: Old\ndate: 2020-01-01\n---\n\xff\n")

        assert digest(site, *WEEK).code == 0
        done = digest(site, *WEEK, "--strict")

        assert done.code == 4
        assert "old.md:5: the file is not UTF-8: byte 0xff" in done.err

    def test_categories_select(self, sample: Path) -> None:
        done = digest(
            sample, *WEEK, "--category", "Sport", "--category", "news", "--json", "--out", "c"
        )

        assert {story["category"].casefold() for story in done.json["stories"]} == {
            "sport",
            "news",
        }

    def test_an_unknown_category_is_answered_with_those_there_are(self, sample: Path) -> None:
        done = digest(sample, *WEEK, "--category", "sprot", "--out", "c2")

        assert done.code == 5
        assert done.err.endswith(
            "  Did you mean 'sport'? "
            "Those days have: business, culture, life, news, science, sport.\n"
        )

    def test_slot_names_the_same_issue(self, made: Made, sample: Path) -> None:
        done = digest(sample, "preview", "--slot", "2026-W34", "--json", "--out", "slot")

        assert done.json == made.manifest

    def test_as_of_looks_from_that_moment(self, sample: Path) -> None:
        """Of a week that is still open the issue holds what is public by then."""
        done = digest(sample, "preview", "--as-of", "2026-08-13", "--out", "as-of")

        assert done.code == 0
        assert "weekly/2026-W34" in done.out
        assert "(so far)" in done.out
        assert "14 Aug" not in done.out

    def test_an_empty_week_says_which_to_see(self, sample: Path) -> None:
        done = digest(sample, "preview", "--week", "2026-W10", "--as-of", "2026-08-20")

        assert done.code == 5
        assert done.err.startswith("weekly/2026-W11: no article for Mon 02 Mar 2026 00:00 to ")
        assert done.err.endswith(
            "  The newest article is dated 2026-08-20. "
            "See its issue: digest preview weekly --week 2026-W34\n"
        ), done.err
        assert not (sample / "preview/weekly/2026-W11").exists()

    def test_an_empty_week_as_json_says_which(self, sample: Path) -> None:
        done = digest(sample, "preview", "--week", "2026-W10", "--json")

        assert (done.code, done.json["format"], done.json["stories"]) == (5, 1, [])
        assert (done.json["newsletter"], done.json["slot"]) == ("weekly", "2026-W11")
        assert done.json["window"]["start"] == "2026-03-02T00:00:00+01:00"
        assert done.json["so_far"] is False

    def test_an_empty_folder_says_so(self, site: Path) -> None:
        shutil.rmtree(site / "examples/articles")
        (site / "examples/articles").mkdir()

        done = digest(site, *WEEK)

        assert done.code == 5
        assert "The folder holds no article that readers can see." in done.err

    def test_a_breaking_story(self, sample: Path) -> None:
        done = digest(
            sample, "preview", "--breaking", "storm-barrier-first-test", "--out", "breaking"
        )

        assert done.code == 0
        assert (
            "story      Storm barrier at Sorrel Point passes its first test  "
            "(news/storm-barrier-first-test.md)" in done.out
        )
        assert {path.name for path in (sample / "breaking").iterdir()} == FILES

    @pytest.mark.parametrize(
        "words",
        [
            ("--breaking", "news/fog-horn-returns.md", "--breaking", "glass-eels-come-home"),
            ("--breaking", "news/fog-horn-returns.md", "glass-eels-come-home"),
        ],
    )
    def test_breaking_stories_as_json(self, sample: Path, words: tuple[str, ...]) -> None:
        done = digest(sample, "preview", *words, "--json", "--out", "breaking2")

        assert done.json["kind"] == "breaking"
        assert [story["path"] for story in done.json["stories"]] == [
            "news/fog-horn-returns.md",
            "science/glass-eels-come-home.md",
        ]

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("--slot", "2026-W34", "--week", "2026-W33"), 2, "give one of them"),
            (("--breaking", "x", "--week", "2026-W33"), 2, "--breaking stands alone"),
            (("--breaking", "x", "--strict"), 2, "--breaking stands alone"),
            (("weekly", "sport"), 2, "name one newsletter, not 2: weekly sport"),
            (("weekyl",), 5, "there is no newsletter 'weekyl'\n  Did you mean 'weekly'?"),
            (("--week", "2026-W99"), 5, "--week: '2026-W99' is not a week\n  Write it like"),
            (("--week", "9999-W52"), 5, "--week: '9999-W52' is at the end of time"),
            (("--week", "0001-W01"), 5, "--week: '0001-W01' is at the end of time"),
            (("--as-of", "0001-01-01"), 5, "--as-of: '0001-01-01' is at the end of time"),
            (("--as-of", "Monday"), 5, "--as-of: 'Monday' is not a date\n  Write it like"),
            (("--slot", "../../etc"), 5, "--slot: '../../etc' is not the name of a slot"),
            (
                ("--breaking", "storm-barier-first-test.md"),
                5,
                (
                    '--breaking: there is no article "storm-barier-first-test.md"\n'
                    "  Did you mean 'storm-barrier-first-test.md'?"
                ),
            ),
            (("--breaking", "mooring-fees-to-rise"), 5, "readers cannot open it: draft"),
            (("--out", "config.toml", "--week", "2026-W33"), 1, "config.toml/issue.html: cannot"),
            (("--config", "nothing.toml"), 5, "nothing.toml: there is no such file"),
        ],
        ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
    )
    def test_a_wrong_word_is_answered_with_a_remedy(
        self, sample: Path, words: tuple[str, ...], code: int, said: str
    ) -> None:
        done = digest(sample, "preview", *words)

        assert said in done.err
        assert done.code == code
        assert "Traceback" not in done.err
        assert done.out == ""

    def test_a_wrong_config_names_every_mistake(self, site: Path) -> None:
        text = (site / "config.toml").read_text()
        wrong = text.replace('timezone = "Europe/Berlin"', 'timezone = "Berlin"')
        (site / "config.toml").write_text(wrong.replace("min_words = 30", "min_wrods = 30"))

        done = digest(site, *WEEK)

        assert done.code == 3
        assert "timezone" in done.err
        assert "Did you mean" in done.err
        assert "min_wrods" in done.err
        assert "Traceback" not in done.err

    def test_a_content_folder_that_is_not_there(self, site: Path) -> None:
        shutil.rmtree(site / "examples")

        done = digest(site, *WEEK)

        assert done.code == 5
        assert "the content folder cannot be read (No such file or directory)" in done.err


class TestIssueFile:
    def test_the_editors_decisions_are_obeyed(self, site: Path) -> None:
        folder = site / "issues" / "weekly"
        folder.mkdir(parents=True)
        (folder / "2026-W34.toml").write_text(
            'subject = "The barrier held"\n'
            'intro = "Dear reader, it **held**."\n'
            'pin = ["storm-barrier-first-test", "news/council-votes-on-quay-parking.md"]\n'
            'exclude = ["sport/mudflat-marathon.md", "lost-hymn-in-the-orgn"]\n'
            "[move]\n"
            '"council-votes-on-quay-parking" = "culture & life"\n'
            "[blurb]\n"
            '"storm-barrier-first-test" = "Eleven minutes <b>that</b> kept &lt;3 the sea out."\n'
        )

        done = digest(site, *WEEK, "--json")

        manifest = done.json
        stories = {story["path"]: story for story in manifest["stories"]}
        reasons = {one["path"]: one["reason"] for one in manifest["left_out"]}
        lead, second = manifest["stories"][0], stories["news/council-votes-on-quay-parking.md"]
        assert manifest["subject"] == "The barrier held"
        assert lead["path"] == "news/storm-barrier-first-test.md"
        assert lead["pinned"]
        assert second["pinned"]  # although it is dated a week before
        assert lead["excerpt"] == "Eleven minutes that kept <3 the sea out."
        assert reasons["sport/mudflat-marathon.md"].startswith("excluded")
        assert second["place"] == "Culture & Life"
        assert manifest["warnings"] == [
            (
                "issues/weekly/2026-W34.toml, exclude: there is no article "
                "\"lost-hymn-in-the-orgn\"\n  Did you mean 'lost-hymn-in-the-organ.md'? "
                "Name it as `digest articles` lists it."
            )
        ]
        html = (site / "preview/weekly/2026-W34/issue.html").read_text()
        assert "<strong>held</strong>" in html
        assert "Eleven minutes that kept &lt;3 the sea" in html
        assert manifest_paths(manifest) == article_files(site)

    def test_an_old_article_may_be_pinned_by_its_identity(self, site: Path) -> None:
        article(
            site,
            "old.md",
            "---\ntitle: The year of the flood\ndate: 2019-01-09\nid: flood-19\n"
            "category: news\n---\n" + "Water stood in every house of the lower town. " * 20,
        )
        (site / "issues/weekly").mkdir(parents=True)
        (site / "issues/weekly/2026-W34.toml").write_text('pin = ["id:flood-19"]\n')

        done = digest(site, *WEEK, "--json")

        assert done.json["warnings"] == []
        assert done.json["stories"][0]["path"] == "old.md"

    def test_a_wrong_issue_file_is_an_error(self, site: Path) -> None:
        (site / "issues/weekly").mkdir(parents=True)
        (site / "issues/weekly/2026-W34.toml").write_text('pins = ["x"]\n')

        done = digest(site, *WEEK)

        assert done.code == 3
        assert "issues/weekly/2026-W34.toml" in done.err
        assert "Did you mean" in done.err


class TestTemplates:
    def test_one_partial_may_be_replaced_alone(self, made: Made, site: Path) -> None:
        partials = site / "templates" / "partials"
        partials.mkdir(parents=True)
        (partials / "more.html.j2").write_text(
            '<table class="letter" role="presentation" width="100%" border="0"><tr>'
            "<td>Our own list of more.</td></tr></table>\n"
        )

        done = digest(site, *WEEK)

        ours = (made.folder / "issue.html").read_text()
        theirs = (site / "preview/weekly/2026-W34/issue.html").read_text()
        assert done.code == 0, done.err
        assert "Our own list of more." in theirs
        assert "Our own list of more." not in ours
        assert all(story["title"].split("'")[0] in theirs for story in made.manifest["stories"])
        assert "#unsubscribe" in theirs

    def test_an_error_names_file_and_line(self, site: Path) -> None:
        (site / "templates").mkdir()
        (site / "templates" / "weekly.html.j2").write_text("<html>\n<body>\n{{ isue.title }}\n")

        done = digest(site, *WEEK)

        assert done.code == 6
        assert "templates/weekly.html.j2:3: 'isue' is undefined\n" in done.err
        assert "Did you mean 'issue'?" in done.err
        assert "Traceback" not in done.err


class TestTerminal:
    def test_hostile_names_and_titles_reach_no_terminal(self, site: Path) -> None:
        body = "The harbour office counted every boat twice this summer and then again. " * 9
        red, bell = "\x1b[31mRED\x1b]0;title\x07", "\x9b31m"
        article(
            site,
            f"news/{red}.md",
            f'---\ntitle: "\\e[31mBoats{bell}\\u202e"\ndate: 2026-08-12\ncategory: "news\\e[2J"\n'
            f"---\n{body}",
        )
        article(site, f"{red}-bad.md", '---\ntitle: "\\e[31m\ndate: nothing\n---\n')
        for words in (WEEK, (*WEEK, "--explain"), (*WEEK, "--strict"), ("articles",),
                      ("articles", "--bad"), ("why", f"news/{red}.md"),
                      (*WEEK, "--category", red), ("preview", red)):  # fmt: skip
            done = digest(site, *words)

            assert "Traceback" not in done.err
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.out), words
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.err), words

    def test_a_narrow_encoding_stops_nothing(self, sample: Path) -> None:
        done = digest(sample, *WEEK, "--out", "ascii", env={"PYTHONIOENCODING": "ascii"})

        assert done.code == 0
        assert "? ??????: ??????" in done.out or "?????" in done.out

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
    def test_a_terminal_of_a_narrow_encoding_stops_nothing(
        self, sample: Path, encoding: str
    ) -> None:
        shown = on_terminal(sample, {"PYTHONIOENCODING": encoding})

        assert "Traceback" not in shown
        assert "| lead story " in shown
        assert "????? " in shown
        assert "open       terminal" in shown

    def test_colours_only_on_a_terminal_that_wants_them(self, sample: Path) -> None:
        coloured = on_terminal(sample, {})
        plain = on_terminal(sample, {"NO_COLOR": "1"})

        assert "lead story" in coloured
        assert "lead story" in plain
        assert "\x1b[3" not in plain

    def test_open_shows_the_mail(self, sample: Path, tmp_path: Path) -> None:
        opener = tmp_path / "xdg-open"
        opened = tmp_path / "opened"
        script = f'printf %s "$1" > "{opened}.new"\nmv "{opened}.new" "{opened}"\n'
        opener.write_text(f"#!/bin/sh\n{script}")
        opener.chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"

        done = digest(sample, *WEEK, "--open", "--out", str(tmp_path / "out"), env={"PATH": path})
        for _ in range(100):
            if opened.exists():
                break
            time.sleep(0.05)

        assert done.code == 0
        assert opened.read_text() == str(tmp_path / "out" / "issue.html")

    def test_a_closed_pipe_is_no_error(self, sample: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "digest", "articles"],
            cwd=sample,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == b""

    def test_an_interruption_leaves_nothing_half_written(self, site: Path) -> None:
        """The template waits in a loop, as a slow disk or a large archive would."""
        (site / "templates").mkdir()
        slow = "{% for a in range(999) %}" * 3 + "{% endfor %}" * 3
        (site / "templates" / "weekly.html.j2").write_text(slow)
        # Where the tests run in the background (`nohup make test &`) SIGINT is ignored, and what
        # is ignored stays so in processes that are started.
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "digest", *WEEK],
                cwd=site,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        finally:
            signal.signal(signal.SIGINT, before)
        time.sleep(3)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)

        # Python dies of the signal itself when it came amid text that is run as code, as in
        # namedtuple(): a shell says 130 in both cases.
        assert process.returncode in {130, -signal.SIGINT}, err
        assert b"Traceback" not in err
        assert not list(site.glob("preview/**/*.*"))


def on_terminal(folder: Path, env: dict[str, str]) -> str:
    """Return what `digest preview` draws on a terminal."""
    master, slave = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "digest", *WEEK, "--out", "terminal"],
        cwd=folder,
        env=environment() | env,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed: Linux says EIO
                break
            if not part:
                break
            shown += part
        os.close(master)
        process.wait(30)
    return shown.decode(errors="replace")


def test_a_decision_that_changes_nothing_is_said(site: Path) -> None:
    (site / "issues/weekly").mkdir(parents=True)
    (site / "issues/weekly/2026-W34.toml").write_text(
        'pin = ["mooring-fees-to-rise.md"]\n[move]\n"life/chowder-argument.md" = "News"\n'
    )

    done = digest(site, *WEEK)

    assert done.code == 0
    assert "pin: news/mooring-fees-to-rise.md is not in the issue: draft" in done.out
    assert "move: life/chowder-argument.md is not in the issue: outside window" in done.out
