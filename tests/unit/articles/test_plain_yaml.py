from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.fences import split_fenced
from digest.articles.plain_yaml import CLOSING, load_plain
from digest.articles.reading_error import ReadingError
from digest.articles.strict_yaml import load_yaml


def test_the_usual_front_matter_is_understood() -> None:
    text = (
        "\ntitle: 'It''s \"one\": two'\ndate: 2025-07-21T10:00:00\n\nsource: https://x.test/#y\n"
        'dek: "say \\"no\\""\n'
        'tags:\n  - Ai\n  - "a: b"\nmore: [a b , "c, d"]\nnone: []\nnull: null\n'
        "excerpt: >-\n  One\n  two: #3\n\npoem: |-\n  One\n  two\nlast:"
    )

    values = load_plain(text)

    assert values == load_yaml(text)
    assert values == {
        "title": 'It\'s "one": two',
        "date": "2025-07-21T10:00:00",
        "source": "https://x.test/#y",
        "dek": 'say "no"',
        "tags": ["Ai", "a: b"],
        "more": ["a b", "c, d"],
        "none": [],
        "null": None,
        "excerpt": "One two: #3",
        "poem": "One\ntwo",
        "last": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "a: b: c",
        "a: b #c",
        "a: &x b",
        "a: *x",
        "a: !t b",
        "a: b\n  c",
        "a: >-\n\n  b",
        "a: >-\n  b\n    c",
        "a: >-\n  b\n\n  c",
        "a:\n  - b\n   - c",
        "a:\n  - b\n  c",
        "a:\n  b: c",
        "a: [b: c]",
        "a: [b,]",
        'a: "\\n"',
        "a: \u2028b",
        "a: b\x85c",
        "a: \ufeffb",
        "a:\tb",
        "- a",
        "no field",
    ],
)
def test_what_is_not_plain_is_left_to_yaml(text: str) -> None:
    assert load_plain(text) is None


#: Whatever means something to YAML, in pieces that often fit together.
_PIECES = st.sampled_from(
    [
        *(
            "a",
            "b",
            "Null",
            "null",
            "1",
            "é",
            "「",
            " ",
            "  ",
            "\n",
            "\n  ",
            "\n\n",
            ":",
            ": ",
            "#",
        ),
        *(" #", "-", "- ", "'", '"', "''", "\\", '\\"', "\\_", "[", "]", ",", ", ", "{", "}", "|"),
        *("|-", ">-", ">", "&", "*", "!", "%", "@", "`", "?", "=", "<<", "~", "...", "---", "\t"),
        *("\xa0", "\u2028", "\na: ", "\nb: ", "\nc:\n  - ", "\n  - ", "\n- ", "\nd: >-\n  "),
        *("\ne: [", '\nf: "', "\ng: '"),
    ]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
@settings(max_examples=1_500, deadline=None)
def test_it_reads_what_yaml_reads_or_nothing(text: str) -> None:
    for written in (text, f"x: {text}", f"x: [{text}]", f"x: >-\n  {text}\ny: z"):
        values = load_plain(written)
        if values is not None:
            strictly = load_yaml(written)
            assert list(values.items()) == list(strictly.items())


@given(st.lists(_PIECES, max_size=10).map("".join))
@settings(max_examples=500, deadline=None)
def test_files_come_apart_at_the_same_fences(text: str) -> None:
    written = f"---\nx: {text}\n---\nbody\n---\n"
    slow = split_fenced(written.replace("---\n", "--- \n", 1))  # a fence that takes the other way
    fast = split_fenced(written)
    assert slow
    assert fast
    try:
        expected = slow()
    except ReadingError:
        with pytest.raises(ReadingError):
            fast()
    else:
        assert fast() == expected


@pytest.mark.archive
def test_the_real_archive_is_read_as_yaml_reads_it(archive_folder: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in archive_folder.iterdir()]
    fronts = [text[4 : closing.start()] for text in texts if (closing := CLOSING.search(text, 4))]

    known = {front: values for front in fronts if (values := load_plain(front)) is not None}

    assert len(known) > 0.99 * len(set(fronts))
    assert all(values == load_yaml(front) for front, values in known.items())
