"""Issues in a row: each knows what the ones before it told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builders import BERLIN, MONDAY, PARAGRAPH, make_article
from digest.articles.article import Article
from digest.articles.contents import Contents
from digest.articles.nearby import nearby
from digest.selection.eligible import Memory
from digest.selection.rules import Rules, SectionRule, TooFew, WindowKind, WindowRule
from digest.selection.selection import Reason
from digest.selection.series import Fate, Recalled, Turn, Turnout, candidates_of, run_series
from digest.selection.slot import Slot
from digest.selection.window import Window

WEEK = timedelta(days=7)
WORDS = [
    "seal",
    "ferry",
    "choir",
    "bread",
    "school",
    "crane",
    "regatta",
    "hymn",
    "storm",
    "eel",
    "poem",
    "chowder",
    "lamp",
    "tide",
]


def turn(number: int, **fields: Any) -> Turn:
    """Return the turn of the week that begins `number` weeks after the tests' Monday."""
    start = MONDAY + number * WEEK
    end = datetime.combine((start + WEEK).date(), datetime.min.time(), BERLIN)
    slot = Slot(f"2026-W{33 + number + 1}", end + timedelta(hours=9))
    return Turn(**{"slot": slot, "window": Window(start, end)} | fields)


def story(number: int, day: float, **fields: Any) -> Article:
    """Return an article of that day after the tests' Monday, about something of its own."""
    word = WORDS[number % len(WORDS)]
    return make_article(
        **{
            "path": f"n{number}.md",
            "title": f"{word.title()} {number} at {word}{number} quay",
            "body": f"{word}{number} " * 12 + f"\n{PARAGRAPH}{word}.",
            "published_at": MONDAY + timedelta(days=day, hours=12),
            "has_time": True,
        }
        | fields
    )


def play(
    articles: Sequence[Article],
    turns: Sequence[Turn],
    recalled: Recalled | None = None,
    **rules: Any,
) -> list[Turnout]:
    contents = Contents(articles=tuple(articles))
    return list(
        run_series(
            "weekly",
            turns,
            read=lambda span, named: nearby(contents, span, named),
            rules=Rules(**{"min_articles": 1} | rules),
            recalled=recalled or Recalled(),
        )
    )


def told(turnout: Turnout) -> list[str]:
    chosen = turnout.selection.chosen if turnout.selection and turnout.is_issue else ()
    return sorted(one.article.path for one in chosen)


def test_nothing_is_told_twice_even_under_another_name() -> None:
    first = story(1, 1)
    again = story(2, 8, identity=first.identity)
    copied = story(3, 9, fingerprint=first.fingerprint)

    one, other = play([first, again, copied, story(4, 10)], [turn(0), turn(1)])

    assert (told(one), told(other)) == (["n1.md"], ["n4.md"])
    assert sorted(each.path for each in other.repeats) == ["n2.md", "n3.md"]
    assert {each.detail for each in other.repeats} == {"weekly/2026-W34"}


def test_what_was_told_last_week_is_no_repeat_prevented_this_week() -> None:
    _, other = play([story(1, 6), story(2, 8)], [turn(0), turn(1)])

    assert other.repeats == ()


def test_articles_of_a_week_skipped_before_the_first_issue_do_not_come_late() -> None:
    one, other = play([story(1, 1), story(2, 8), story(3, 9)], [turn(0), turn(1)], min_articles=2)

    assert (one.fate, one.number, one.reason) == (
        Fate.SKIPPED,
        None,
        "1 of at least 2 articles",
    )
    # The newsletter is new: nothing came too late for an issue of it.
    assert (other.fate, other.number, told(other)) == (Fate.GOES, 1, ["n2.md", "n3.md"])


def test_articles_of_weeks_without_an_issue_come_late_however_old() -> None:
    articles = [story(1, 1), story(2, 8), story(3, 16), story(4, 22)]
    turns = [turn(0), turn(1, rests="in skip_dates"), turn(2, rests="paused by ana"), turn(3)]

    turnouts = play(articles, turns)

    assert [one.fate for one in turnouts] == [Fate.GOES, Fate.RESTS, Fate.RESTS, Fate.GOES]
    assert told(turnouts[3]) == ["n2.md", "n3.md", "n4.md"]
    assert turnouts[3].selection
    assert sum(one.carried_over for one in turnouts[3].selection.chosen) == 2


def test_dropped_articles_do_not() -> None:
    articles = [story(1, 1), story(2, 8), story(3, 16)]

    turnouts = play(articles, [turn(0), turn(1, rests="paused by ana", drops=True), turn(2)])

    assert told(turnouts[2]) == ["n3.md"]


def test_too_few_are_held_where_a_person_decides() -> None:
    (one,) = play([story(1, 1)], [turn(0)], min_articles=3, too_few=TooFew.HOLD)

    assert (one.fate, one.is_issue, one.number) == (Fate.HELD, True, 1)


def test_too_few_go_out_where_that_is_wanted() -> None:
    (one,) = play([story(1, 1)], [turn(0)], min_articles=3, too_few=TooFew.SEND)

    assert (one.fate, one.reason) == (Fate.GOES, "")


def test_nothing_at_all_is_skipped_whatever_is_wanted() -> None:
    (one,) = play([], [turn(0)], too_few=TooFew.SEND)

    assert one.fate is Fate.SKIPPED


def test_since_last_issue_goes_on_where_the_last_one_ended() -> None:
    rule = WindowRule(kind=WindowKind.SINCE_LAST)
    articles = [story(1, 1), story(2, 15)]

    turnouts = play(articles, [turn(0), turn(1), turn(2)], window=rule)

    assert [one.fate for one in turnouts] == [Fate.GOES, Fate.SKIPPED, Fate.GOES]
    assert turnouts[2].window == Window(turnouts[0].window.end, turnouts[2].window.end)
    assert told(turnouts[2]) == ["n2.md"]


def test_it_begins_with_what_is_recalled() -> None:
    first = story(1, 1)
    memory = Memory(sent={first.identity: "weekly/2026-W01"}, considered=frozenset())

    (one,) = play([first, story(2, 2)], [turn(0)], Recalled(memory=memory, number=7))

    assert (told(one), one.number) == (["n2.md"], 7)


def test_candidates_are_chosen_or_kept_out_by_others() -> None:
    (one,) = play([story(1, 1), story(2, 2), story(3, 3, words=3)], [turn(0)], max_articles=1)

    assert one.selection
    assert {each.path for each in candidates_of(one.selection)} == {"n1.md", "n2.md"}


@st.composite
def archives(draw: st.DrawFn) -> list[Article]:
    """Articles of four weeks, some of them copies of others, in any category."""
    count = draw(st.integers(0, 14))
    articles: list[Article] = []
    for number in range(count):
        fields: dict[str, Any] = {
            "categories": tuple(draw(st.sampled_from([("news",), ("sport",), ()]))),
            "words": draw(st.sampled_from([10, 80])),
        }
        if articles and draw(st.integers(0, 3)) == 0:
            of = draw(st.sampled_from(articles))
            fields |= draw(
                st.sampled_from([{"identity": of.identity}, {"fingerprint": of.fingerprint}])
            )
        articles.append(story(number, draw(st.integers(0, 27)), **fields))
    return articles


@given(
    archives(),
    st.lists(st.sampled_from(["", "", "", "in skip_dates"]), min_size=4, max_size=4),
    st.sampled_from(TooFew),
    st.integers(1, 4),
    st.sampled_from(WindowKind),
)
def test_property_nothing_is_told_twice_and_nothing_vanishes(
    articles: list[Article], rests: list[str], too_few: TooFew, least: int, kind: WindowKind
) -> None:
    turns = [turn(number, rests=why) for number, why in enumerate(rests)]

    turnouts = play(
        articles,
        turns,
        too_few=too_few,
        min_articles=least,
        max_articles=4,
        window=WindowRule(kind=kind),
        sections=(SectionRule(title="News", categories=("news",), limit=2), SectionRule(title="")),
    )

    identities: list[str] = []
    bodies: list[str] = []
    for turnout in turnouts:
        assert (turnout.selection is None) == (turnout.fate is Fate.RESTS)
        if turnout.selection is None:
            continue
        chosen = [one.article for one in turnout.selection.chosen]
        left_out = [one.path for one in turnout.selection.left_out]
        outside = [path for paths in turnout.selection.outside.values() for path in paths]
        assert sorted([one.path for one in chosen] + left_out + outside) == sorted(
            one.path for one in articles
        )
        if turnout.is_issue:
            identities += {one.identity for one in chosen}
            bodies += {one.fingerprint for one in chosen}
        assert all(one.reason is Reason.ALREADY_SENT for one in turnout.repeats)
    assert len(identities) == len(set(identities))
    assert len(bodies) == len(set(bodies))
    numbers = [one.number for one in turnouts if one.is_issue]
    assert numbers == list(range(1, len(numbers) + 1))
