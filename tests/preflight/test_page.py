"""docs/preflight.md lists every rule and every entry of the table, word for word."""

import re
from collections.abc import Iterator

from command import ROOT
from digest.rendering.preflight import RULES
from digest.rendering.preflight.features import FEATURES

PAGE = ROOT / "docs" / "preflight.md"
#: What a browser would take for HTML, unless it is marked as code already.
_TAG = re.compile(r"(?<!`)(<!--.*-->|</?[a-z][^<>`]*>|<%…%>)(?!`)")
_BEGIN, _END = "<!-- made from the code: make golden -->\n", "<!-- end -->\n"


def tables() -> Iterator[str]:
    """Yield the lines that are made from the code."""
    yield "## All rules"
    yield ""
    yield "| id | severity | what there must not be | why | known from | what to do |"
    yield "|---|---|---|---|---|---|"
    for rule in RULES:
        severity = rule.severity.value + ("; never forced" if rule.is_final else "")
        yield _row(f"`{rule.id}`", severity, rule.title, rule.why, rule.source, rule.remedy)
    yield ""
    yield "## What clients do not show (`client.support`)"
    yield ""
    yield "| what | where | severity | what happens | known from | what to do |"
    yield "|---|---|---|---|---|---|"
    for one in FEATURES:
        severity = "warning" if one.breaks else "note"
        yield _row(one.name, one.clients, severity, one.why, one.source, one.remedy)


def _row(*cells: str) -> str:
    shown = (_TAG.sub(r"`\1`", cell).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(shown)} |"


def test_the_page_says_what_the_code_does(golden: bool) -> None:  # noqa: FBT001  a fixture
    page = PAGE.read_text()
    before, _, rest = page.partition(_BEGIN)
    made, _, after = rest.partition(_END)
    expected = "\n".join(tables()) + "\n"
    if golden:
        PAGE.write_text(f"{before}{_BEGIN}{expected}{_END}{after}")
        return

    assert made == expected


def test_ids_are_unique_and_speak() -> None:
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)
    assert all(rule.title and rule.why and rule.source and rule.remedy for rule in RULES)
