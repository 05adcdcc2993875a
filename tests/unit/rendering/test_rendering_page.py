"""docs/rendering.md says what the code does."""

import re
from pathlib import Path

from digest.rendering import child, growth, parts
from digest.rendering.environment import _FILTERS
from digest.rendering.fit import _STEPS, SHORT
from digest.rendering.reader_links import TAGS
from digest.rendering.refused import _ELEMENTS
from digest.rendering.regions import KINDS
from digest.rendering.rendered import BUDGET
from digest.rendering.template_folders import LIMIT_BYTES

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "rendering.md").read_text(encoding="utf-8")


def test_every_filter_is_listed_and_no_other() -> None:
    paragraph = PAGE.partition("* **Filters**:")[2].partition("There is no")[0]
    listed = set(re.findall(r"`(\w+)[`(]", paragraph))

    assert listed == {*_FILTERS, "safe", "soft", "wrap"}


def test_every_region_is_described() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)) == set(KINDS)


def test_every_step_is_described() -> None:
    assert all(f"**{name}**" in PAGE for name, _ in _STEPS)


def test_every_tag_and_refused_element_is_named() -> None:
    assert all(tag in PAGE for tag in (TAGS.unsubscribe, TAGS.web_view, TAGS.preferences))
    named = set(re.findall(r"`<(\w+)", PAGE.partition("## What is refused")[2]))
    assert named - {"link", "meta"} <= _ELEMENTS


def test_every_number_is_the_one_in_the_code() -> None:
    for number in (
        f"below {BUDGET:,} bytes",
        f"about {SHORT} characters",
        f"{child.MEMORY_BYTES // 2**20} MiB",
        f"{child.CPU_SECONDS} seconds of processor time",
        f"{child.WALL_SECONDS} seconds on the clock",
        f"{growth.LIMIT_REPEATED:,} characters",
        f"{growth.LIMIT_STEPS:,} numbers",
        f"{growth.LIMIT_BITS}\n  bits",
        f"{parts.LIMIT_CHARACTERS:,} characters",
        f"at most {LIMIT_BYTES // 1024} KB",
    ):
        assert number in PAGE
