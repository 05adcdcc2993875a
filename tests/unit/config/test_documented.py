"""config.toml, docs/configuration.md and the code know the same keys."""

import re
import tomllib
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from digest.config.appearance import Utm
from digest.config.images import Images
from digest.config.issue_file import IssueFile
from digest.config.load import load_config
from digest.config.newsletters import Breaking, Newsletter
from digest.config.operating import Notices, Schedule
from digest.config.sections import Section
from digest.config.sending import Delivery, Outbox, SendGrid, Smtp, Store, Subscribers, Web
from digest.config.settings import Colours, Config, Content, Sender, Site
from digest.config.table import MISSING, Table, keys_of
from digest.config.texts import VARIABLES

ROOT = Path(__file__).resolve().parents[3]
CONFIG = (ROOT / "config.toml").read_text(encoding="utf-8")
DOCS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
#: Heading in the docs → class, and the tables of config.toml that are made into it.
TABLES = {
    "`[site]`": (Site, "site"),
    "`[site.colours]`": (Colours, "site.colours"),
    "`[content]`": (Content, "content"),
    "`[newsletters.NAME]`": (Newsletter, "newsletters.weekly"),
    "`[newsletters.NAME.utm]`": (Utm, "newsletters.weekly.utm"),
    "`[[newsletters.NAME.sections]]`": (Section, "newsletters.weekly.sections"),
    "`[breaking]`": (Breaking, "breaking"),
    "`[breaking.utm]`": (Utm, "breaking.utm"),
    "`[sender]`": (Sender, "sender"),
    "`[images]`": (Images, "images"),
    "`[delivery]`": (Delivery, "delivery"),
    "`[delivery.sendgrid]`": (SendGrid, "delivery.sendgrid"),
    "`[delivery.smtp]`": (Smtp, "delivery.smtp"),
    "`[delivery.outbox]`": (Outbox, "delivery.outbox"),
    "`[subscribers]`": (Subscribers, "subscribers"),
    "`[store]`": (Store, "store"),
    "`[web]`": (Web, "web"),
    "`[schedule]`": (Schedule, "schedule"),
    "`[notices]`": (Notices, "notices"),
}
#: Keys that are tables of their own.
PARTS = ("colours", "utm", "sendgrid", "smtp", "outbox")


def known(schema: type[Table]) -> list[str]:
    given = ("folder", "path") if schema is Config else ("path",) if schema is IssueFile else ()
    return [each.name for each in keys_of(schema) if each.name not in given]


def rows(heading: str) -> dict[str, list[str]]:
    """Return first cell → other cells of the table under a heading of the docs."""
    section = DOCS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)
    cells = [[each.strip() for each in re.split(r"(?<!\\)\|", line)] for line in lines]
    return {
        first.strip("`"): [cell.replace("\\|", "|") for cell in rest] for first, *rest in cells
    }


def written_default(value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    match value:
        case str():
            return f'`"{value}"`'
        case tuple():
            return "`[]`"
        case dict():
            return "`{}`"
        case None:
            return "none"
        case _:
            return f"`{value}`"


def default(schema: type[Table], key: str) -> object:
    return next(each.default for each in keys_of(schema) if each.name == key)


def written_keys(document: Any, place: str) -> list[str]:
    for part in place.split("."):
        document = document[part]
    tables = document if isinstance(document, list) else [document]
    return list(dict.fromkeys(key for table in tables for key in table))


@pytest.mark.parametrize("heading", TABLES)
class TestConfigurationIsToldOnce:
    def test_docs_list_every_key_and_no_other(self, heading: str) -> None:
        schema, _ = TABLES[heading]

        assert sorted(rows(heading)) == sorted(known(schema))

    def test_docs_name_the_defaults_of_the_code(self, heading: str) -> None:
        schema, _ = TABLES[heading]

        told = {key: cells[1] for key, cells in rows(heading).items() if key not in PARTS}

        expected = {
            key: "required"
            if default(schema, key) is MISSING
            else written_default(default(schema, key))
            for key in told
        }
        assert told == expected

    def test_shipped_config_holds_every_key_and_no_other(self, heading: str) -> None:
        schema, place = TABLES[heading]

        assert sorted(written_keys(tomllib.loads(CONFIG), place)) == sorted(known(schema))

    def test_shipped_config_explains_every_key(self, heading: str) -> None:
        schema, place = TABLES[heading]
        start = re.search(rf"^\[+{re.escape(place)}\]+$", CONFIG, re.MULTILINE)
        assert start

        lines = CONFIG[start.start() :].split("\n")
        first = {
            key: next(at for at, line in enumerate(lines) if re.match(rf"{key} = ", line))
            for key in known(schema)
            if key not in (*PARTS, "sections", "default_covers")
        }

        assert {key for key, at in first.items() if not lines[at - 1].startswith("# ")} == set()


class TestConfigurationAsAWhole:
    def test_docs_have_a_table_for_each_part(self) -> None:
        headings = re.findall(r"^## (`.*`)$", DOCS, re.MULTILINE)

        assert headings == list(TABLES)

    def test_shipped_config_has_every_part_and_no_other(self) -> None:
        assert sorted(tomllib.loads(CONFIG)) == sorted(known(Config))

    def test_docs_list_what_an_issue_file_may_hold(self) -> None:
        told = {key: cells[1] for key, cells in rows("One issue").items()}

        assert told == {key: written_default(default(IssueFile, key)) for key in known(IssueFile)}

    def test_docs_list_the_variables_of_subjects(self) -> None:
        assert tuple(rows("Variables")) == VARIABLES

    def test_first_path_in_shipped_config_is_the_content_folder(self) -> None:
        """Users change one line, and so do scripts: the first that says where the articles are."""
        changed = re.sub(r"path *= *.*", 'path = "elsewhere"', CONFIG, count=1)

        assert tomllib.loads(changed)["content"]["path"] == "elsewhere"

    def test_shipped_config_is_sound(self) -> None:
        config = load_config(str(ROOT / "config.toml"))

        assert list(config.newsletters) == ["weekly"]
        last = config.newsletters["weekly"].sections[-1]
        assert (last.categories, last.tags) == ((), ())
        assert Path(config.content.path) == ROOT / "examples" / "articles"
        assert not config.content.default_covers
        assert not config.site.logo

    def test_shipped_config_writes_the_defaults_where_it_need_not_choose(self) -> None:
        """What a new user reads beside a key as its default is what stands there."""
        config = load_config(str(ROOT / "config.toml"))
        chosen = {"title", "sections", "schedule", "utm"}

        weekly = config.newsletters["weekly"]
        different = {
            key
            for key in known(Newsletter)
            if getattr(weekly, key) != default(Newsletter, key) and key not in chosen
        }

        assert different == set()
        assert config.site.colours == Colours()
        assert weekly.utm == config.breaking.utm == Utm()
