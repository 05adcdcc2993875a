"""`digest subscribers` and `digest store`, as a user runs them."""

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from command import Done, digest, environment, make_site
from digest.store.database import VERSION

CONSENT = ("--consent", "I want the weekly letter")
ACTIVE = (*CONSENT, "--status", "active", "--yes")
SECRET = {"DIGEST_SECRET": "a:" + "QUJD" * 11}
MESSY = """\
E-Mail;Vorname;Nachname;Interval;Telefon
Anna@Example.org;Anna;Berg;weekly;1
"bert@example.org";"Bert; der Ältere";;instant;2
anna@example.org;;;;3
clara@bücher.example;Clara;;dayly;4
nobody;;;;5
"open@example.org;;;;6
dora@example.org;=cmd|x;;;7
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site")


def subscribers(site: Path, *words: str, **env: str) -> Done:
    return digest(site, "subscribers", *words, env=env)


def bring_in(site: Path, text: str | bytes, *words: str) -> Done:
    (site / "list.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return subscribers(site, "import", "list.csv", *(words or ACTIVE))


class TestImport:
    def test_a_messy_file(self, site: Path) -> None:
        done = bring_in(site, MESSY.encode("cp1252"))

        assert (done.code, done.err) == (0, "")
        assert done.out == (
            "7 rows of CSV\n"
            "            3  added\n"
            "            1  merged: the same address as a row before\n"
            "            3  bad, see list.csv.rejected.csv\n"
            "columns not read: Telefon\n"
        )
        report = site / "list.csv.rejected.csv"
        assert report.read_text() == (
            "line,reason,remedy,row\n"
            "5,unknown frequency 'dayly',\"Did you mean 'daily'? Write daily, weekly, monthly or "
            'nothing.",clara@bücher.example | Clara\n'
            '6,the address has no @,"Write the bare address, like ""anna@example.org"".",nobody\n'
            '7,a quote is opened and never closed,"Remove it, or write """".",'
            '"""open@example.org;;;;6"\n'
        )
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        found = {each["email"]: each for each in subscribers(site, "list", "--json").json}
        assert found["Anna@example.org"]["name"] == "Anna Berg"
        assert found["bert@example.org"]["name"] == "Bert; der Ältere"
        assert found["bert@example.org"]["frequency"] == "daily"

    def test_again_changes_nothing(self, site: Path) -> None:
        bring_in(site, MESSY)

        done = bring_in(site, MESSY)

        assert done.out.splitlines()[1:] == [
            "            4  already there",
            "            3  bad, see list.csv.rejected.csv",
            "columns not read: Telefon",
            "nothing was changed",
        ]

    def test_never_brings_back_who_has_left(self, site: Path) -> None:
        bring_in(site, "anna@example.org\nbert@example.org\n")
        subscribers(site, "unsubscribe", "anna@example.org")

        done = bring_in(site, "anna@example.org\nbert@example.org\n")

        assert "1  unsubscribed, and stay so" in done.out
        states = {each["email"]: each["status"] for each in
                  subscribers(site, "list", "--json").json}  # fmt: skip
        assert states == {"anna@example.org": "unsubscribed", "bert@example.org": "active"}

    def test_the_list_of_the_publisher_from_standard_input(self, site: Path) -> None:
        people = [
            {"id": "1", "email": "anna@example.org", "isActive": True,
             "subscribedAt": "2024-01-01T00:00:00Z",
             "preferences": {"frequency": "weekly", "categories": ["News"]}},
            {"id": "2", "email": "bert@example.org", "isActive": False},
        ]  # fmt: skip

        done = subprocess.run(
            [sys.executable, "-m", "digest", "subscribers", "import", "-", *ACTIVE],
            cwd=site, env=environment(), input=json.dumps(people).encode(), capture_output=True,
            check=True,
        )  # fmt: skip

        assert done.stdout.decode().splitlines() == [
            "2 rows of JSON list", "            1  added",
            "            1  unsubscribed, and stay so",
        ]  # fmt: skip
        (anna,) = subscribers(site, "list", "--state", "active", "--json").json
        assert (anna["categories"], anna["subscribed_at"][:10]) == (["news"], "2024-01-01")

    def test_without_a_person_it_wants_to_be_told(self, site: Path) -> None:
        done = bring_in(site, "a@b.org\n", *CONSENT, "--status", "active")

        assert done.code == 2
        assert done.err.endswith("Error: nobody can be asked here; say so beforehand: --yes\n")

    @pytest.mark.parametrize("words", [("--status", "active"), CONSENT])
    def test_wants_consent_and_status(self, site: Path, words: tuple[str, ...]) -> None:
        done = bring_in(site, "a@b.org\n", *words, "--yes")

        assert done.code == 2
        assert "Missing option" in done.err

    def test_empty_consent_is_none(self, site: Path) -> None:
        assert bring_in(site, "a@b.org\n", "--consent", " ", "--status", "active").code == 2

    @pytest.mark.parametrize(
        ("content", "code", "said"),
        [
            (None, 5, "list.csv: there is no such file\n  Name a file as seen from here.\n"),
            (b"", 1, "list.csv: there is nothing in it\n  Name a file with one reader a line.\n"),
            (b"PK\x03\x04", 1, "list.csv: is a spreadsheet or another packed file, not a text\n"),
            (b"name\nAnna\n", 1, "list.csv: no column holds e-mail addresses\n"),
        ],
    )  # fmt: skip
    def test_files_that_are_none(
        self, site: Path, content: bytes | None, code: int, said: str
    ) -> None:
        if content is not None:
            (site / "list.csv").write_bytes(content)

        done = subscribers(site, "import", "list.csv", *ACTIVE)

        assert (done.code, done.out) == (code, "")
        assert done.err.startswith(said)

    def test_the_report_may_stand_elsewhere(self, site: Path) -> None:
        done = bring_in(site, "a@b.org\nfoo\n", *ACTIVE, "--report", "bad.csv")

        assert "1  bad, see bad.csv" in done.out
        assert (site / "bad.csv").exists()

    def test_a_report_that_cannot_be_written(self, site: Path) -> None:
        done = bring_in(site, "a@b.org\nfoo\n", *ACTIVE, "--report", "no/bad.csv")

        assert done.code == 1
        assert done.err.startswith("no/bad.csv: cannot be written (No such file or directory)\n")


class TestOne:
    def test_comes_and_goes(self, site: Path) -> None:
        add = ("add", "anna@example.org", *CONSENT, "--name", "Anna", "--language", "de",
               "--category", "News", "--newsletter", "weekly")  # fmt: skip

        assert subscribers(site, *add).out == "added, pending\n"
        assert subscribers(site, *add).out == "is there already, pending; nothing was changed\n"
        assert subscribers(site, *add, "--status", "active").out == (
            "confirmed: was pending and is active now\n"
        )
        left = ("unsubscribe", "anna@example.org", "--newsletter", "weekly")
        assert subscribers(site, *left).out == "gets no weekly any more\n"
        assert subscribers(site, *left).out == (
            "gets no weekly any more: nothing had to be changed\n"
        )
        assert subscribers(site, "list").out.splitlines()[1].split("  ")[0] == "anna@example.org"
        assert subscribers(site, "unsubscribe", "ANNA@example.org").out == (
            "gets no mail any more\n"
        )
        done = subscribers(site, *add)
        assert done.code == 1
        assert done.err == (
            "ADDRESS: this address is unsubscribed, and stays so\n"
            "  Nothing is to be done: who has left is never brought back by adding them.\n"
        )
        assert "no import brings them back" in subscribers(site, "remove", "anna@example.org").out
        assert "suppressed (manual), and stays so" in subscribers(site, *add).err

    def test_removed_who_had_not_left(self, site: Path) -> None:
        bring_in(site, "anna@example.org\n")

        assert subscribers(site, "remove", "anna@example.org").out == (
            "removed; an import or `digest subscribers add` can bring them back\n"
        )
        assert subscribers(site, "remove", "anna@example.org").code == 5

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("add", "anna", *CONSENT), 1, "ADDRESS: the address has no @\n"),
            (("add", "a@b.org", *CONSENT, "--frequency", "dayly"), 1,
             "the options: unknown frequency 'dayly'\n  Did you mean 'daily'?"),
            (("add", "a@b.org", *CONSENT, "--newsletter", "weakly"), 1,
             "the options: unknown newsletter 'weakly'\n  Did you mean 'weekly'?"),
            (("unsubscribe", "a@b.org", "--newsletter", "weakly"), 5,
             "--newsletter: there is no newsletter 'weakly'\n"),
            (("unsubscribe", "a@b.org"), 5,
             "ADDRESS: there is no subscriber with this address\n"),
            (("remove", "a@b.org"), 5, "ADDRESS: there is no subscriber with this address\n"),
        ],
    )  # fmt: skip
    def test_mistakes(self, site: Path, words: tuple[str, ...], code: int, said: str) -> None:
        bring_in(site, "anna@example.org\n")

        done = subscribers(site, *words)

        assert (done.code, done.out) == (code, "")
        assert done.err.startswith(said)
        assert "a@b.org" not in done.err


class TestNobody:
    @pytest.mark.parametrize("command", ["list", "stats", "export"])
    def test_without_a_store_the_next_step_is_named(self, site: Path, command: str) -> None:
        done = subscribers(site, command)

        assert done.code == 7
        assert "digest subscribers import FILE" in done.err
        assert not (site / "digest.db").exists()

    def test_in_an_empty_store_too(self, site: Path) -> None:
        bring_in(site, "anna@example.org\n")
        subscribers(site, "remove", "anna@example.org")

        for words in (("list",), ("stats",), ("export", "x.csv")):
            assert "digest subscribers import FILE" in subscribers(site, *words).out
        assert subscribers(site, "list", "--json").json == []


class TestExport:
    def test_is_safe_and_comes_back_whole(self, site: Path, tmp_path: Path) -> None:
        bring_in(site, MESSY)
        subscribers(site, "unsubscribe", "anna@example.org", "--newsletter", "weekly")
        subscribers(site, "unsubscribe", "bert@example.org")

        assert subscribers(site, "export", "all.csv").out == "3 subscribers in all.csv\n"

        text = (site / "all.csv").read_text()
        assert "dora@example.org,'=cmd|x,active" in text
        assert stat.S_IMODE((site / "all.csv").stat().st_mode) == 0o600
        other = make_site(tmp_path / "other")
        bring_in(other, text)
        assert subscribers(other, "export").out == subscribers(site, "export").out
        assert subscribers(site, "export").out == text

    def test_raw_and_one_state(self, site: Path) -> None:
        bring_in(site, MESSY)
        subscribers(site, "unsubscribe", "bert@example.org")

        assert "dora@example.org,=cmd|x" in subscribers(site, "export", "--raw").out
        assert subscribers(site, "export", "--state", "unsubscribed").out.count("\n") == 2

    def test_overwrites_nothing(self, site: Path) -> None:
        bring_in(site, MESSY)

        done = subscribers(site, "export", "list.csv")

        assert (done.code, done.err) == (
            1, "list.csv: is there already, and is not overwritten\n  Name another file.\n"
        )  # fmt: skip


class TestErase:
    def test_forgets_and_never_brings_back(self, site: Path) -> None:
        bring_in(site, "anna@example.org\nbert@example.org\n")

        done = subscribers(site, "erase", "anna@example.org", "--yes", **SECRET)

        assert done.out == (
            "forgotten\ncopies of the store and files you imported may still name them\n"
        )
        for file in site.glob("digest.db*"):
            assert b"anna@" not in file.read_bytes()
        again = subscribers(site, "import", "list.csv", *ACTIVE, **SECRET)
        assert "1  not imported: asked to be forgotten" in again.out
        add = subscribers(site, "add", "anna@example.org", *CONSENT, **SECRET)
        assert add.code == 1
        assert add.err.startswith("ADDRESS: this person asked to be forgotten, and is not added\n")

    def test_needs_the_secret(self, site: Path) -> None:
        bring_in(site, "anna@example.org\n")

        done = subscribers(site, "erase", "anna@example.org", "--yes")

        assert done.code == 10
        assert "openssl rand -base64 32" in done.err

    @pytest.mark.parametrize("secret", ["", "b:" + "REVG" * 11])
    def test_later_imports_need_the_same_secret(self, site: Path, secret: str) -> None:
        subscribers(site, "erase", "anna@example.org", "--yes", **SECRET)
        (site / "list.csv").write_text("anna@example.org\n")

        done = subscribers(site, "import", "list.csv", *ACTIVE, DIGEST_SECRET=secret)

        assert done.code == 10
        assert "DIGEST_SECRET" in done.err

    def test_asks(self, site: Path) -> None:
        assert subscribers(site, "erase", "anna@example.org", **SECRET).code == 2


class TestLists:
    def test_a_table_with_a_limit(self, site: Path) -> None:
        bring_in(site, MESSY)

        done = subscribers(site, "list", "--limit", "1")

        assert done.out.splitlines()[0].split() == ["address", "name", "state", "wants", "since"]
        assert done.out.splitlines()[-1] == "1 of 3; more: --limit 3"

    def test_none_in_a_state(self, site: Path) -> None:
        bring_in(site, MESSY)

        assert subscribers(site, "list", "--state", "pending").out == ("none is in this state\n")

    def test_stats(self, site: Path) -> None:
        bring_in(site, MESSY)
        subscribers(site, "unsubscribe", "anna@example.org", "--newsletter", "weekly")
        subscribers(site, "unsubscribe", "bert@example.org")

        assert subscribers(site, "stats").out == (
            "          3  subscribers\n"
            "          2    active\n"
            "          1    unsubscribed\n"
            "          1  left one newsletter\n"
            "          1    weekly\n"
        )
        assert subscribers(site, "stats", "--json").json == {
            "subscribers": 3,
            "states": {"active": 2, "pending": 0, "unsubscribed": 1, "suppressed": 0},
            "suppressions": {},
            "left": {"weekly": 1},
            "erased": 0,
        }


class TestStore:
    def test_check_and_backup(self, site: Path) -> None:
        bring_in(site, MESSY)

        assert digest(site, "store", "check").out == (
            f"sound: version {VERSION}, 3 subscribers, 0 issues\n"
        )
        assert digest(site, "store", "check", "--json").json == {
            "version": VERSION, "subscribers": 3, "issues": 0, "faults": [], "notes": []
        }  # fmt: skip
        assert digest(site, "store", "backup", "copy.db").out == "copied to copy.db\n"
        assert digest(site, "store", "backup", "copy.db").code == 1
        named = digest(site, "store", "backup").out.removeprefix("copied to ").strip()
        assert Path(named).name.startswith("digest.db.2")
        assert digest(site, "store", "upgrade").out == f"is up to date (version {VERSION})\n"

    @pytest.mark.parametrize("command", ["check", "backup", "upgrade"])
    def test_without_a_store(self, site: Path, command: str) -> None:
        done = digest(site, "store", command)

        assert done.code == 7
        assert "there is no store yet" in done.err
        assert not (site / "digest.db").exists()

    def test_a_fault_is_named(self, site: Path) -> None:
        bring_in(site, MESSY)
        with sqlite3.connect(site / "digest.db") as connection:
            connection.execute(
                "INSERT INTO suppression VALUES ('anna@example.org', 'bounce', 'x', '', 0)"
            )
        connection.close()

        done = digest(site, "store", "check")

        assert done.code == 7
        assert "1 faults\n  subscribers whose suppression is not heeded: 1\n" in done.err

    def test_a_foreign_file_is_left_alone(self, site: Path) -> None:
        (site / "digest.db").write_bytes(b"no database at all" * 100)

        done = digest(site, "store", "check")

        assert done.code == 7
        assert (site / "digest.db").read_bytes() == b"no database at all" * 100
