"""A mail cut into its marked regions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import RenderingError
from digest.rendering.regions import parse_regions, strip_markers

CARD = "a<!--digest:card 1-->b<!--digest:cover 1-->c<!--/digest:cover 1-->d<!--/digest:card 1-->e"
TEXT = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]), max_size=8)


def documents() -> st.SearchStrategy[str]:
    kinds = st.sampled_from(["card 1", "card 22", "excerpt 1", "section 0", "count", "intro"])
    nested = st.recursive(
        TEXT,
        lambda inside: st.builds(
            lambda kind, parts, after: (
                f"<!--digest:{kind}-->{''.join(parts)}<!--/digest:{kind}-->{after}"
            ),
            kinds,
            st.lists(inside, max_size=3),
            TEXT,
        ),
        max_leaves=8,
    )
    return st.lists(nested, max_size=4).map("".join)


def test_regions_nest_and_markers_are_gone() -> None:
    mail = parse_regions(CARD)

    assert mail.html == "abcde"
    assert [(region.kind, region.number) for region in mail.regions] == [("card", 1), ("cover", 1)]
    assert mail.size == 5


def test_a_removed_region_takes_what_it_holds_along() -> None:
    mail = parse_regions(CARD)

    assert mail.remove(mail.regions[0])
    assert (mail.html, mail.size) == ("ae", 2)
    assert not mail.remove(mail.regions[1])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            "<!--digest:card 1-->",
            "weekly.html.j2: a region marker is wrong: <!--digest:card 1-->\n  this region is",
        ),
        ("<!--/digest:card 1-->", "it closes no open region"),
        ("<!--digest:card 1--><!--/digest:card 2-->", "marker is wrong: <!--/digest:card 2-->"),
        ("<!--digest:card 1--><!--digest:also 1--><!--/digest:card 1-->", "it closes no open"),
        ("<!--digest:cards 1-->", "no region is called so. Did you mean 'card'?"),
    ],
)
def test_wrong_markers_are_named(document: str, message: str) -> None:
    with pytest.raises(RenderingError) as error:
        parse_regions(document, "weekly.html.j2")

    assert message in str(error.value)


@pytest.mark.parametrize("document", ["<!-- digest:card 1 -->", "&lt;!--digest:card 1--&gt;", "x"])
def test_other_comments_and_escaped_markers_stay(document: str) -> None:
    assert parse_regions(document).html == document


@given(documents())
def test_size_is_always_the_size_of_the_html(document: str) -> None:
    mail = parse_regions(document)

    assert mail.html == strip_markers(document)
    for region in reversed(mail.regions):
        assert mail.size == len(mail.html.encode())
        mail.remove(region)
    assert mail.size == len(mail.html.encode())


@given(documents(), st.data())
def test_removing_takes_exactly_what_stands_between_the_markers(
    document: str, data: st.DataObject
) -> None:
    mail = parse_regions(document)
    if not mail.regions:
        return
    region = data.draw(st.sampled_from(mail.regions))
    before, inside, after = (
        "".join(mail.pieces[a:b])
        for a, b in ((0, region.start), (region.start, region.end), (region.end, None))
    )

    mail.remove(region)

    assert before + inside + after == strip_markers(document)
    assert mail.html == before + after
