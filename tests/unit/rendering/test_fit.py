"""Mails that fit their size budget."""

import html
import re
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import RenderingError
from digest.rendering.fit import SHORT, fit
from digest.rendering.rendered import BUDGET

FOOTER = '<p>Street 1<a href="__DIGEST_UNSUBSCRIBE_URL__">Unsubscribe</a></p></body></html>'
REST = (
    "<!--digest:rest 0--><p>and <!--digest:count-->0<!--/digest:count--> more</p>"
    "<!--/digest:rest 0-->"
)
LONG = "What happened is told here in one sentence. " * 5
VOID = {"img", "br"}


def region(kind: str, number: int, content: str) -> str:
    return f"<!--digest:{kind} {number}-->{content}<!--/digest:{kind} {number}-->"


def card(number: int, *, excerpt: str = LONG, title: str = "Title", also: str = "") -> str:
    return region(
        "card",
        number,
        "<div>"
        + region("cover", number, f'<img alt="{title}">')
        + f"<h2>{title} {number}</h2>"
        + region("excerpt", number, f'<p class="x">{excerpt}</p>')
        + (region("also", number, f"<p>also {also}</p>") if also else "")
        + region("button", number, f'<a href="https://x.example/{number}">Read</a>')
        + "</div>",
    )


def mail(*cards: str, intro: str = "", more: int = 0, rest: str = REST) -> str:
    items = "".join(region("more-item", 100 + n, f"<li>More {n}</li>") for n in range(more))
    return (
        "<html><body><h1>The Week</h1>"
        + (region("intro", 0, f"<div>{intro}</div>") if intro else "")
        + region("section", 1, "<h2>News</h2>" + "".join(cards))
        + (region("section", 0, f"<ul>{items}</ul>") if more else "")
        + rest
        + FOOTER
    )


def full(document: str) -> int:
    return fit(document, 10**9).size


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_whole(document: str) -> None:
    balance = Balance()
    balance.feed(document)
    assert balance.open == []
    assert "<!--" not in document
    assert FOOTER in document


def test_a_small_mail_only_loses_its_markers_and_the_empty_rest() -> None:
    fitted = fit(mail(card(1), card(2), more=2))

    assert fitted.steps == ()
    assert fitted.size == fitted.full_size == len(fitted.html.encode())
    assert "more</p>" not in fitted.html
    assert_whole(fitted.html)


def test_excerpts_are_shortened_first_and_from_the_end() -> None:
    document = mail(card(1), card(2), card(3))

    fitted = fit(document, full(document) - 10)

    assert fitted.steps == ("excerpts shortened",)
    assert fitted.html.count(LONG) == 2
    assert re.findall(r'<p class="x">(.{0,100})</p>', fitted.html) == [
        "What happened is told here in one sentence. What happened is told here in one sentence…"
    ]


def test_then_cards_become_compact_from_the_end() -> None:
    document = mail(card(1), card(2), card(3))
    short = mail(*(card(n, excerpt="x" * SHORT) for n in (1, 2, 3)))

    fitted = fit(document, full(short) - 20)

    assert fitted.steps == ("excerpts shortened", "compact cards")
    assert fitted.html.count("<img") == fitted.html.count(">Read<") == 2
    assert "<h2>Title 3</h2>" in fitted.html
    assert_whole(fitted.html)


def test_then_only_titles_are_left() -> None:
    document = mail(card(1), card(2), card(3, also="A, B"))
    compact = re.sub("<img[^>]*>|<a href=.https://x[^>]*>Read</a>", "", full_html(document))

    fitted = fit(document, len(compact.encode()) - 3 * len(LONG) + 90)

    assert fitted.steps == ("excerpts shortened", "compact cards", "titles only")
    assert "also" not in fitted.html
    assert fitted.html.count("<h2>Title") == 3


def full_html(document: str) -> str:
    return fit(document, 10**9).html


def test_then_stories_are_left_to_the_web_and_counted() -> None:
    document = mail(card(1), card(2), card(3), more=2)

    fitted = fit(document, 210)

    assert fitted.steps == (
        "excerpts shortened",
        "compact cards",
        "titles only",
        "3 left to the web",
    )
    assert "<p>and 3 more</p>" in fitted.html
    assert "Title 2" in fitted.html
    assert "Title 3" not in fitted.html
    assert "<ul>" not in fitted.html
    assert_whole(fitted.html)


def test_the_count_of_the_template_is_added_to() -> None:
    document = mail(card(1), card(2), rest=REST.replace("-->0<", "-->7<"))

    assert "and 7 more" in fit(document).html
    assert "and 8 more" in fit(document, full(document) - 600).html


def test_a_count_must_be_a_number() -> None:
    with pytest.raises(RenderingError) as error:
        fit(mail(card(1), rest=REST.replace("-->0<", "-->many<")))

    assert str(error.value) == (
        "<!--digest:count-->: a count must be a number, not 'many'\n"
        "  Write <!--digest:count-->0<!--/digest:count-->."
    )


def test_a_story_outside_every_section_leaves_them_alone() -> None:
    document = mail(card(1), rest=card(2) + REST)

    fitted = fit(document, 172)

    assert "<h2>News</h2>" in fitted.html
    assert "Title 2" not in fitted.html


def test_a_section_without_stories_loses_its_heading() -> None:
    sections = region("section", 2, "<h2>Late</h2>" + card(3)) + REST
    document = mail(card(1), card(2), rest=sections)

    fitted = fit(document, 210)

    assert "Late" not in fitted.html
    assert "News" in fitted.html
    assert "and 1 more" in fitted.html


def test_a_section_that_holds_the_rest_keeps_its_heading() -> None:
    document = mail(card(1), card(2), rest=region("section", 2, "<h2>Late</h2>" + card(3) + REST))

    fitted = fit(document, 210)

    assert "<h2>Late</h2><p>and 1 more</p>" in fitted.html


def test_without_a_rest_block_no_story_vanishes() -> None:
    with pytest.raises(RenderingError, match="are allowed, for Gmail clips longer mails"):
        fit(mail(card(1), card(2), card(3), rest=""), 200)


def test_a_long_intro_goes_rather_than_stories() -> None:
    document = mail(card(1), card(2), intro="word " * 200)

    fitted = fit(document, 400)

    assert fitted.steps == ("excerpts shortened", "compact cards", "titles only", "intro left out")
    assert "Title 2" in fitted.html


def test_a_short_intro_stays_rather_than_stories() -> None:
    document = mail(card(1), card(2), card(3), intro="Hi.")

    fitted = fit(document, 230)

    assert "intro left out" not in fitted.steps
    assert "<div>Hi.</div>" in fitted.html


def test_what_cannot_be_given_up_is_named_with_its_size() -> None:
    document = mail(card(1)).replace("<h1>", "<h1>" + "x" * 1000)

    with pytest.raises(RenderingError) as error:
        fit(document, 1000)

    assert error.value.problems[0].where == "the HTML part"
    assert "1,150 bytes after all that may be left out is left out" in str(error.value)


@pytest.mark.parametrize(
    ("excerpt", "shortened"),
    [
        ("&amp;" * 200, "&amp;" * SHORT + "…"),
        ("日" * 200, "日" * SHORT + "…"),
        ("e\u0301" * 100, "e\u0301" * (SHORT // 2) + "…"),
        ("\U0001f469\u200d\U0001f467" * 60, "\U0001f469\u200d\U0001f467" * (SHORT // 3) + "…"),
        ("a" + "e\u0301" * 100, "a" + "e\u0301" * 44 + "…"),
        ("a" + "\U0001f469\u200d\U0001f467" * 60, "a" + "\U0001f469\u200d\U0001f467" * 29 + "…"),
        ("word, " * 40, ("word, " * 15)[:-2] + "…"),
        ("&lt;b&gt; " * 40, ("&lt;b&gt; " * 22).rstrip() + "…"),
        ("x" * SHORT, "x" * SHORT),
    ],
)
def test_an_excerpt_is_cut_between_visible_characters(excerpt: str, shortened: str) -> None:
    document = mail(card(1, excerpt=excerpt))

    fitted = fit(document, full(document) - 1) if shortened != excerpt else fit(document)

    assert f'<p class="x">{shortened}</p>' in fitted.html


ESCAPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400).map(html.escape)
CARDS = st.lists(
    st.tuples(ESCAPED, ESCAPED.map(lambda text: text[:0] or "t"), ESCAPED), max_size=12
)


@given(CARDS, ESCAPED, st.integers(0, 5), st.integers(250, 6000))
def test_every_mail_fits_or_says_why_not(
    cards: list[tuple[str, str, str]], intro: str, more: int, budget: int
) -> None:
    document = mail(
        *(card(n, excerpt=e, title=t, also=a) for n, (e, t, a) in enumerate(cards, 1)),
        intro=intro,
        more=more,
    )

    try:
        fitted = fit(document, budget)
    except RenderingError:
        assert budget < 300  # masthead, footer, one title and the count
        return

    assert fitted.size == len(fitted.html.encode()) <= budget
    assert_whole(fitted.html)
    shown = fitted.html.count("<h2>t") + fitted.html.count("<li>")
    counted = re.search(r"and (\d+) more", fitted.html)
    assert shown + int(counted[1] if counted else 0) == len(cards) + more


@given(CARDS, st.integers(300, 3000), st.integers(1, 2000))
def test_more_room_never_gives_up_more(
    cards: list[tuple[str, str, str]], budget: int, extra: int
) -> None:
    document = mail(*(card(n, excerpt=e, also=a) for n, (e, _, a) in enumerate(cards, 1)))

    assert len(fit(document, budget + extra).steps) <= len(fit(document, budget).steps)


def test_time_grows_with_the_mail_and_not_faster() -> None:
    def seconds(cards: int) -> float:
        document = mail(*(card(n, also="x") for n in range(1, cards + 1)))
        began = perf_counter()
        fit(document, 2_000)
        return perf_counter() - began

    seconds(200)
    small = min(seconds(500) for _ in range(3))
    large = min(seconds(4_000) for _ in range(3))

    assert large < 8 * small * 4  # eight times the cards; four for a busy machine


def test_the_budget_leaves_room_below_gmails_clip() -> None:
    assert BUDGET == 90_000


class TestLinksThatGrow:
    """Providers make links longer to count clicks; the mail must fit as it will be then."""

    LINKED = f'<a href="https://harbour.example/a">{LONG}</a>'

    def test_count_for_what_they_will_be(self) -> None:
        document = mail(card(1, excerpt=self.LINKED), card(2, excerpt=self.LINKED))
        budget = full(document) + 100

        fitted = fit(document, budget, link_growth=250)

        assert fitted.steps
        assert fitted.size + 250 * fitted.html.count('href="http') <= budget
        assert fit(document, budget).steps == ()

    def test_where_nothing_can_be_given_up_do_not_stop_a_mail(self) -> None:
        document = mail(card(1)).replace("<body>", "<body>" + self.LINKED * 9, 1)
        budget = full(document) + 100

        fitted = fit(document, budget, link_growth=250)

        assert (fitted.steps, fitted.size) == ((), full(document))
