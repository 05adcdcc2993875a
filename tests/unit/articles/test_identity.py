import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.fields import Fields
from digest.articles.identity import (
    as_shown,
    fingerprint_of,
    identity_of,
    names_of,
    normalised_url,
)
from digest.articles.permalinks import Addresses

NOWHERE = Addresses("https://x.example/site", "", "")


def test_the_front_matters_own_name_comes_first() -> None:
    everything = Addresses("", "https://y.example/o", "https://y.example/c")

    assert identity_of(Fields({"id": " 7 ", "guid": "g"}, {}), everything, "x.md") == "id:7"
    assert identity_of(Fields({"guid": "g"}, {}), everything, "x.md") == "id:g"
    assert identity_of(Fields({"uuid": 12}, {}), everything, "x.md") == "id:12"


def test_then_the_canonical_address_then_the_source_then_the_path() -> None:
    nothing = Fields({"id": {}}, {})

    assert (
        identity_of(nothing, Addresses("", "https://y.example/o", "https://y.example/c/"), "x.md")
        == "url:https://y.example/c"
    )
    assert (
        identity_of(nothing, Addresses("", "https://y.example/o?utm_source=x", ""), "x.md")
        == "url:https://y.example/o"
    )
    assert identity_of(nothing, NOWHERE, "2025-07-21-x.md") == "path:2025-07-21-x.md"


def test_identities_are_printable_and_bounded() -> None:
    strange = identity_of(Fields({}, {}), NOWHERE, "a\x1b\n\udcff\u202e.md")
    long = [identity_of(Fields({}, {}), NOWHERE, "x" * size + ".md") for size in (600, 601)]
    fits = identity_of(Fields({"id": "x" * 509}, {}), NOWHERE, "x.md")

    assert strange == r"path:a\x1b\x0a\udcff\u202e.md"
    assert len(fits) == 512
    assert all(name.startswith("path:#") and len(name) == 38 for name in long)
    assert long[0] != long[1]


@pytest.mark.parametrize(
    "written",
    [
        "https://y.example/a/b?x=1&y=2",
        "HTTPS://Y.EXAMPLE/a/b/?x=1&y=2",
        "https://y.example:443/a/b?y=2&x=1",
        "https://y.example./a/b?y=2&x=1#part",
        "https://y.example/a/b?utm_source=rss&x=1&fbclid=3&y=2&UTM_Medium=m",
        "https://y.example/a/b?gclid=1&mc_cid=2&mc_eid=3&ref=4&src=rss&cmpid=5&x=1&y=2",
        "https://y.example/a/b?x=1&&y=2&",
    ],
)
def test_all_addresses_of_a_story_become_one(written: str) -> None:
    assert normalised_url(written) == "https://y.example/a/b?x=1&y=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://y.example/a", "https://y.example/b"),
        ("https://y.example/a", "https://y.example/A"),
        ("https://y.example/a?id=1", "https://y.example/a?id=2"),
        ("https://y.example/a?src=1", "https://y.example/a?src=2"),
        ("https://y.example:8443/a", "https://y.example/a"),
        ("http://y.example:443/a", "http://y.example/a"),
    ],
)
def test_different_stories_stay_different(one: str, other: str) -> None:
    assert normalised_url(one) != normalised_url(other)


def test_what_is_no_address_stays_as_it_is() -> None:
    assert normalised_url("not a url") == "not a url"
    assert normalised_url("https://y.example/") == "https://y.example"
    assert normalised_url("https://y.example/?utm_source=x") == "https://y.example"


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_normalising_twice_changes_nothing(path: str) -> None:
    once = normalised_url(f"https://y.example/{path}")

    assert normalised_url(once) == once


def test_copies_have_one_fingerprint_however_they_are_spaced() -> None:
    assert fingerprint_of("One two.\n\nThree\t") == fingerprint_of(" One  two.\r\nThree")
    assert fingerprint_of("One two.") != fingerprint_of("One two!")
    assert len(fingerprint_of("x")) == 32
    assert fingerprint_of(" \n\t") == ""


def test_a_file_has_four_names() -> None:
    assert names_of("a.b/c.d.md") == ("a.b/c.d.md", "a.b/c.d", "c.d.md", "c.d")
    assert names_of("a.b/README") == ("a.b/README", "a.b/README", "README", "README")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a/b.md", "a/b.md"),
        ("日本/ü می‌خواهم.md", "日本/ü می‌خواهم.md"),
        ("a\x00b\x7f\x9b", r"a\x00b\x7f\x9b"),
        ("\udcff\u2028\u2066", r"\udcff\u2028\u2066"),
    ],
)
def test_paths_are_shown_without_what_spoils_a_line(path: str, shown: str) -> None:
    assert as_shown(path) == shown


@given(st.text(st.characters(), min_size=1, max_size=50))
def test_every_path_can_be_printed_and_stored(path: str) -> None:
    assert as_shown(path).encode()
    assert "\n" not in as_shown(path)
