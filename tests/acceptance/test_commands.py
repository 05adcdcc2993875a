"""`digest why`, `articles`, `init`, `completion` and the rest, as a user runs them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from command import ROOT, article, digest
from digest.config.load import load_config
from digest.config.newsletters import Breaking
from digest.config.sections import Section
from digest.config.settings import Sender

WEEK = ("--week", "2026-W33")


class TestWhy:
    def test_of_a_chosen_article(self, sample: Path) -> None:
        done = digest(sample, "why", "mudflat-marathon", *WEEK)

        assert done.code == 0
        assert done.out.startswith(
            "sport/mudflat-marathon.md\n"
            "  Mudflat marathon won by a woman in her father's waders\n"
            "  is in weekly/2026-W34 as the lead story, number 1\n"
        )
        assert " points: cover +" in done.out
        assert "  the same story: sport/lamm-flats-race-report.md\n" in done.out

    def test_of_one_left_out(self, sample: Path) -> None:
        done = digest(sample, "why", "news/mooring-fees-to-rise.md", "-n", "weekly", *WEEK)

        assert done.code == 0
        assert done.out.endswith("  is not in weekly/2026-W34: draft\n")

    def test_of_another_week_names_the_command(self, sample: Path) -> None:
        done = digest(sample, "why", "fog-horn-returns", *WEEK)

        assert done.out.endswith(
            "  is not in weekly/2026-W34: outside window (2026-08-17)\n"
            "  Its issue: digest why news/fog-horn-returns.md -n weekly --week 2026-W34\n"
        )

    @pytest.mark.parametrize("name", ["broken-front-matter.md", "broken-front-matter"])
    def test_of_a_bad_file(self, sample: Path, name: str) -> None:
        done = digest(sample, "why", name, *WEEK)

        assert done.code == 0
        assert "is not in weekly/2026-W34: bad file (broken-front-matter.md:4: " in done.out
        assert done.out.endswith(
            "  Put the value in quotes, or indent this line like the one above.\n"
        )

    def test_of_none(self, sample: Path) -> None:
        done = digest(sample, "why", "mudflat-maraton", *WEEK)

        assert done.code == 5
        assert done.err == (
            'digest why: there is no article "mudflat-maraton"\n'
            "  Did you mean 'mudflat-marathon.md'? Name it as `digest articles` lists it.\n"
        )

    def test_as_json(self, sample: Path) -> None:
        inside = digest(sample, "why", "sport/mudflat-marathon.md", *WEEK, "--json").json
        outside = digest(sample, "why", "fog-horn-returns", "--slot", "2026-W34", "--json").json

        assert (inside["issue"], inside["in"], inside["place"]) == ("weekly/2026-W34", True, 1)
        assert sum(inside["score"].values()) == pytest.approx(inside["points"], abs=0.02)
        assert (outside["in"], outside["reason"]) == (False, "outside window")


class TestArticles:
    def test_lists_all_newest_first(self, sample: Path) -> None:
        done = digest(sample, "articles")
        lines = done.out.splitlines()

        assert done.code == 0
        assert lines[0].split() == ["date", "category", "state", "title", "path"]
        assert lines[-1] == "51 articles, 1 bad file"
        dates = [line[:10] for line in lines[1:-1]]
        assert dates == sorted(dates, reverse=True)
        assert len(dates) == 51

    def test_of_some_days_and_categories(self, sample: Path) -> None:
        words = ("--since", "2026-08-14", "--until", "2026-08-15", "--category", "News")
        done = digest(sample, "articles", *words, "--category", "sport", "--json")

        assert sorted((one["path"], one["state"]) for one in done.json) == [
            ("news/mooring-fees-to-rise.md", "draft"),
            ("news/night-bus-to-upper-marl.html", "public"),
            ("news/tide-gauge-note.md", "public"),
            ("sport/mudflat-marathon.md", "public"),
        ]

    def test_what_nothing_dates_has_no_day(self, site: Path) -> None:
        article(site, "about.md", "---\ntitle: About us\nnewsletter: false\n---\n")

        line = digest(site, "articles").out.splitlines()[-2]
        entry = digest(site, "articles", "--json").json[-1]

        assert line.split() == ["public", "About", "us", "about.md"]
        assert (entry["path"], entry["published_at"]) == ("about.md", None)

    def test_a_wrong_day_names_its_option(self, sample: Path) -> None:
        done = digest(sample, "articles", "--until", "Friday")

        assert done.code == 5
        assert done.err.startswith("--until: 'Friday' is not a date\n")

    def test_bad_files_with_their_remedies(self, site: Path) -> None:
        article(site, "posts/latin.md", b"---\ntitle: Caf\xe9\n---\n")
        article(site, "notes.txt", "not read")
        (site / "examples/articles/away.md").symlink_to("/etc/hostname")

        done = digest(site, "articles", "--bad")

        assert done.code == 0
        assert done.out == (
            "away.md: is a link that leads out of the content folder\n"
            "  Put a copy of what it leads to into the folder.\n"
            "broken-front-matter.md:4: the front matter is not YAML: did not find expected key\n"
            "  Put the value in quotes, or indent this line like the one above.\n"
            "posts/latin.md:2: the file is not UTF-8: byte 0xe9\n"
            "  Save the file as UTF-8.\n"
            "notes.txt: this format is not read\n"
            "  Write articles in Markdown or HTML.\n"
            "3 bad files, 1 not read\n"
        )

    def test_bad_files_as_json(self, sample: Path) -> None:
        (bad,) = digest(sample, "articles", "--bad", "--json").json

        assert set(bad) == {"path", "where", "what", "remedy"}
        assert bad["where"] == "broken-front-matter.md:4"


NAMES = ("ferry", "crane", "lighthouse")
SITES = {
    "hugo": ({"hugo.toml": 'baseURL = "https://x.example/"\n'}, "content/posts"),
    "jekyll": ({"_config.yml": "title: x\n", "_layouts/post.html": ""}, "_posts"),
    "astro": ({"astro.config.mjs": ""}, "src/content/blog"),
    "plain": ({}, "."),
}


def make_posts(folder: Path, content: str) -> None:
    body = "The harbour office counted every boat twice this summer, and then once more. " * 6
    for number, name in enumerate(NAMES):
        path = folder / content / f"2026-08-1{number}-{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\ntitle: The {name} of Tidewick\ndate: 2026-08-1{number}\ncategory: news\n---\n"
            f"Nobody had seen the {name} for a year. {body}\nOnly the {name} knows.\n"
        )


class TestInit:
    @pytest.mark.parametrize("generator", SITES)
    def test_writes_a_config_that_works(self, tmp_path: Path, generator: str) -> None:
        files, content = SITES[generator]
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        make_posts(tmp_path, content)

        begun = digest(tmp_path, "init")
        done = digest(tmp_path, "preview", *WEEK, "--json")

        assert begun.code == 0
        assert f"made by   {generator}: " in begun.out
        assert done.code == 0, done.err
        assert {story["title"] for story in done.json["stories"]} == {
            f"The {name} of Tidewick" for name in NAMES
        }
        assert all(story["url"].startswith("https://") for story in done.json["stories"])
        # What was written is not read as articles, even where the content folder is the site.
        assert digest(tmp_path, "preview", *WEEK, "--json").json == done.json
        assert digest(tmp_path, "articles").out.endswith("3 articles, 0 bad files\n")

    def test_in_a_folder_of_its_own(self, tmp_path: Path) -> None:
        make_posts(tmp_path, "posts")

        begun = digest(tmp_path, "init", "newsletter", "--content", "posts")
        done = digest(tmp_path, "preview", *WEEK, "--config", "newsletter/config.toml")

        assert begun.code == 0
        assert "articles  ../posts\n" in begun.out
        assert done.code == 0, done.err
        assert (tmp_path / "newsletter/preview/weekly/2026-W34/issue.html").is_file()

    def test_nothing_of_the_sample_publisher_is_left(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "init")
        config = load_config(str(tmp_path / "config.toml"))

        assert done.out.endswith(
            "next      set name, base_url, timezone, postal_address in ./config.toml, "
            "then: digest preview\n"
        )
        text = (tmp_path / "config.toml").read_text()
        sample = ("harbour", "courier@", "tidewick", 'sport"', "examples/")
        assert [word for word in sample if word in text.casefold()] == []
        assert (config.site.name, config.site.postal_address) == ("Your site", "")
        assert config.site.base_url == "https://www.example.org"
        assert config.sender == Sender()
        (newsletter,) = config.newsletters.values()
        assert newsletter.title == "Weekly digest"
        assert newsletter.sections == (Section(title="This week", limit=100),)
        assert config.breaking == Breaking()

    def test_every_comment_of_the_starter_is_kept(self, tmp_path: Path) -> None:
        digest(tmp_path, "init")

        written = set((tmp_path / "config.toml").read_text().splitlines())
        starter = (ROOT / "config.toml").read_text().splitlines()
        gone = [line for line in starter if line.startswith("# ") and line not in written]
        assert len(gone) == 3  # what it says of the sample articles

    def test_a_folder_the_terminal_has_no_letters_for(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "init", "ünï", env={"PYTHONIOENCODING": "ascii"})

        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("wrote     ?n?/config.toml\n")

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").symlink_to("nowhere")

        done = digest(tmp_path, "init")

        assert done.code == 1
        assert done.err.startswith("./config.toml: exists already, and is not overwritten\n")
        assert (tmp_path / "config.toml").is_symlink()

    def test_a_content_folder_that_is_not_there(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "init", "--content", "nowhere")

        assert done.code == 5
        assert "Traceback" not in done.err
        assert not (tmp_path / "config.toml").exists()


class TestHelp:
    def test_version(self, tmp_path: Path) -> None:
        assert digest(tmp_path, "--version").out == "digest, version 0.1.0\n"

    @pytest.mark.parametrize("words", [(), *((name,) for name in
        ("preview", "why", "articles", "init", "completion"))])  # fmt: skip
    def test_every_command_explains_itself(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        done = digest(tmp_path, *words, "--help")

        assert done.code == 0
        assert done.out.startswith("Usage: digest")
        assert digest(tmp_path, *words, "-h").out == done.out

    def test_help_lists_the_exit_codes(self, tmp_path: Path) -> None:
        out = digest(tmp_path, "--help").out

        assert [f"  {code}  " in out for code in range(7)] == [True] * 7

    @pytest.mark.parametrize("words", [(), ("nope",), ("preview", "--nope"), ("why",)])
    def test_wrong_usage_ends_with_2(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        done = digest(tmp_path, *words)

        assert done.code == 2
        assert "Usage: digest" in done.err

    def test_without_a_config_the_remedy_is_init(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "preview")

        assert done.code == 5
        assert done.err == (
            "config.toml: there is no such file\n"
            "  Write one that fits your folder of articles: digest init\n"
        )

    def test_the_environment_may_name_the_config(self, sample: Path, tmp_path: Path) -> None:
        done = digest(tmp_path, "articles", env={"DIGEST_CONFIG": str(sample / "config.toml")})

        assert done.code == 0
        assert done.out.endswith("51 articles, 1 bad file\n")

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_completion(self, tmp_path: Path, shell: str) -> None:
        done = digest(tmp_path, "completion", shell)

        assert done.code == 0
        assert "_DIGEST_COMPLETE" in done.out
        if shutil.which(shell):
            subprocess.run([shell, "-n"], input=done.out.encode(), check=True)
