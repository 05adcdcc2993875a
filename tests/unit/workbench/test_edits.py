"""A click changes an issue file and nothing else of it: comments, order, other words."""

import tomllib
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.errors import DigestError
from digest.workbench.edits import Edit, edited
from digest.workbench.toml_scan import comments
from digest.workbench.toml_text import checked

HAND = """\
# The week of the flood.
subject = "Water"  # short
pin = [
    # Anna wants these.
    "news/a.md",  # first
    "b"
    # so far
]

[move]  # by hand
"news/a.md" = "Sport"  # really

[blurb]
'news/c.md' = 'Plain.'
"""
NAMES = {"b": "news/b.md"}


def change(text: str, kind: str, path: str = "", value: str = "") -> str:
    return edited(text, Edit(kind=kind, path=path, value=value), NAMES, "issues/w/s.toml")


def test_it_is_written_as_a_person_would_write_it() -> None:
    text = change("", "pin", "news/a.md")
    text = change(text, "subject", value='The "big" one')
    text = change(text, "intro", value="One.\n\nTwo.")
    text = change(text, "move", "news/a.md", "Culture & Life")
    text = change(text, "blurb", "a", "Plain.")

    assert text == (
        'pin = [\n    "news/a.md",\n]\nsubject = "The \\"big\\" one"\n'
        'intro = """\nOne.\n\nTwo.\n"""\n\n[move]\n"news/a.md" = "Culture & Life"\n\n'
        '[blurb]\na = "Plain."\n'
    )


@pytest.mark.parametrize(
    ("kind", "path", "value", "before", "after"),
    [
        ("pin", "news/d.md", "", '    "b"\n', '    "b",\n    "news/d.md",\n'),
        ("unpin", "news/b.md", "", '    "b"\n', ""),
        ("unpin", "news/a.md", "", '    "news/a.md",  # first\n', "    # first\n"),
        ("later", "news/a.md", "",
         '    "news/a.md",  # first\n    "b"\n', '    "b",\n    "news/a.md",  # first\n'),
        ("subject", "", "Ice", '"Water"  # short', '"Ice"  # short'),
        ("subject", "", "", 'subject = "Water"  # short', "# short"),
        ("move", "news/a.md", "News", '"Sport"  # really', '"News"  # really'),
        ("move", "news/a.md", "", '"news/a.md" = "Sport"  # really', "# really"),
        ("move", "news/b.md", "News", "really\n", 'really\n"news/b.md" = "News"\n'),
        ("blurb", "news/c.md", "", "'news/c.md' = 'Plain.'\n", ""),
    ],
)  # fmt: skip
def test_only_the_line_in_question_changes(
    kind: str, path: str, value: str, before: str, after: str
) -> None:
    assert before in HAND
    assert change(HAND, kind, path, value) == HAND.replace(before, after, 1)


def test_a_pin_lifts_an_exclusion_and_the_other_way_round() -> None:
    text = change('exclude = ["b", "c"]\n', "pin", "news/b.md")

    assert tomllib.loads(text) == {"exclude": ["c"], "pin": ["news/b.md"]}
    assert tomllib.loads(change(text, "exclude", "news/b.md")) == {
        "exclude": ["c", "news/b.md"],
        "pin": [],
    }


def test_keys_stand_before_tables() -> None:
    text = change("# moves\n[move]\na = 'Sport'\n", "subject", value="x")

    assert tomllib.loads(text) == {"subject": "x", "move": {"a": "Sport"}}


@pytest.mark.parametrize("text", ["move = { a = 'x' }", "move.a = 'x'", "move = {}", "[move]"])
def test_tables_are_taken_as_they_are_written(text: str) -> None:
    after = tomllib.loads(change(text, "move", "news/k.md", "Sport"))

    assert after["move"]["news/k.md"] == "Sport"


def test_an_unknown_edit_is_refused() -> None:
    with pytest.raises(DigestError, match="no edit 'delete'"):
        change(HAND, "delete")


def test_what_cannot_be_changed_without_risk_is_left_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digest.workbench.edits.insert_item", lambda text, *_: text.upper())

    with pytest.raises(DigestError, match="by hand"):
        change(HAND, "pin", "news/d.md")


@pytest.mark.parametrize(
    ("after", "fine"),
    [
        ("a = 2 # one\n", True),
        ("a = 2\n", False),  # a comment is lost
        ("a = 1 # one\n", False),  # it means something else
        ("a = # one\n", False),  # it is no TOML
        ("# one\na = 2 # two\n", True),
    ],
)
def test_a_changed_text_is_checked(after: str, fine: bool) -> None:  # noqa: FBT001
    assert checked("a = 1 # one\n", after, {"a": 2}) is fine


# ---- whatever people write ------------------------------------------------------------------

letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
words = st.text(letters, max_size=12)
phrases = st.one_of(words, st.text(st.sampled_from("\"'\\#[]{}=,\n\t é🙂"), max_size=12))
paths = st.sampled_from(["a.md", "news/b.md", "c", "ü/d e.md", 'q"uote.md', "#e.md"])
blank = st.sampled_from(["", " ", "  ", "\t"])
comment = st.text(letters.filter(lambda each: each != "\n"), max_size=8).map(
    lambda each: f"#{each}"
)
gap = st.one_of(st.just("\n"), comment.map(lambda each: f"{each}\n"), st.just("\n\n"))


def basic(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("\t", "\\t") + '"'


@st.composite
def written(draw: st.DrawFn, text: str) -> str:
    """Write a text in one of TOML's four ways."""
    ways = [basic(text)]
    if "'" not in text and "\n" not in text:
        ways.append(f"'{text}'")
    if "'''" not in text and not text.endswith("'"):
        ways.append(f"'''\n{text}'''")
    if '"' not in text and "\\" not in text:
        ways.append(f'"""\n{text}"""')
    return draw(st.sampled_from(ways))


@st.composite
def lists(draw: st.DrawFn) -> str:
    """Write a list with comments and line breaks anywhere."""
    between = st.one_of(blank, st.builds(str.__add__, blank, gap))
    text = "["
    names = draw(st.lists(paths, max_size=4, unique=True))
    for number, name in enumerate(names):
        text += draw(between) + draw(written(name)) + draw(between)
        text += "," if number < len(names) - 1 or draw(st.booleans()) else ""
    return text + draw(between) + "]"


@st.composite
def files(draw: st.DrawFn) -> str:
    """Write an issue file as people may."""
    text = draw(st.lists(gap, max_size=2).map("".join))
    tail = st.one_of(st.just("\n"), st.builds(lambda b, g: f"{b}{g}", blank, gap))
    keys = draw(st.permutations(["subject", "preheader", "intro", "pin", "exclude"]))
    for key in keys[: draw(st.integers(0, 5))]:
        value = draw(lists()) if key in {"pin", "exclude"} else draw(written(draw(phrases)))
        text += f"{draw(blank)}{key}{draw(blank)}={draw(blank)}{value}{draw(tail)}"
    for table in draw(st.permutations(["move", "blurb"]))[: draw(st.integers(0, 2))]:
        rows = draw(st.dictionaries(paths, phrases, max_size=3))
        form = draw(st.sampled_from(["table", "inline", "dotted"]))
        if form == "inline":
            inside = ", ".join(f"{basic(key)} = {basic(value)}" for key, value in rows.items())
            # Keys at the top come before all tables.
            text = f"{table} = {{ {inside} }}{draw(tail)}{text}"
        elif form == "dotted":
            lines = (f"{table}.{basic(key)} = {basic(value)}\n" for key, value in rows.items())
            text = "".join(lines) + text
        else:
            text += f"[{table}]{draw(tail)}"
            for key, value in rows.items():
                text += f"{basic(key)} = {draw(written(value))}{draw(tail)}"
    return text if draw(st.booleans()) else text.rstrip("\n")


kinds = st.sampled_from(
    ["subject", "preheader", "intro", "pin", "unpin", "earlier", "later", "exclude", "allow",
     "move", "blurb"]
)  # fmt: skip


@given(files(), kinds, paths, phrases)
def test_property_comments_survive_and_the_file_means_what_was_clicked(
    text: str, kind: str, path: str, value: str
) -> None:
    try:
        before = tomllib.loads(text)
    except ValueError:
        assume(False)  # noqa: FBT003  hypothesis' signature

    after_text = change(text, kind, path, value)
    after = tomllib.loads(after_text)

    assert sorted(comments(after_text)) == sorted(comments(text))
    check_meaning(before, after, kind, path, value)
    # Again changes nothing more, but for moving about.
    if kind not in {"earlier", "later"}:
        assert change(after_text, kind, path, value) == after_text


def check_meaning(
    before: dict[str, Any], after: dict[str, Any], kind: str, path: str, value: str
) -> None:
    changed = {kind} & {"subject", "preheader", "intro", "move", "blurb"} or {"pin", "exclude"}
    for key in {*before, *after} - changed:
        assert before.get(key) == after.get(key)
    if kind in {"subject", "preheader", "intro"}:
        assert after.get(kind, "").split() == value.split()
    elif kind in {"move", "blurb"}:
        rows = after.get(kind, {})
        assert rows.get(path, "").split() == value.split()
        others = {key: each for key, each in before.get(kind, {}).items() if key != path}
        assert {key: each for key, each in rows.items() if key != path} == others
    else:
        pin, exclude = after.get("pin", []), after.get("exclude", [])
        assert (path in pin) == (
            kind == "pin"
            or (kind in {"earlier", "later", "allow"} and path in before.get("pin", ()))
        )
        assert (path in exclude) == (
            kind == "exclude"
            or (kind in {"unpin", "earlier", "later"} and path in before.get("exclude", ()))
        )
        assert {*before.get("pin", ())} - {path} == {*pin} - {path}
