from datetime import timedelta
from typing import Any

import pytest

from builders import BERLIN, LAST_WEEK, MONDAY, NEXT_WEEK, THIS_WEEK, make_article
from digest.articles.article import Visibility, Wishes
from digest.record import replace
from digest.selection.decisions import Decisions
from digest.selection.eligible import (
    Memory,
    Request,
    check_eligible,
    is_carried_over,
    section_of,
)
from digest.selection.rules import Rules, SectionRule
from digest.selection.selection import Reason

RULES, NOTHING = Rules(), Decisions()
REQUEST = Request(window=THIS_WEEK, as_of=THIS_WEEK.end)
NEWS = SectionRule(title="News", categories=("news",))
TAGGED = SectionRule(title="Tagged", tags=("tide",))
REST = SectionRule(title="Also", categories=())


def reason(article: Any, request: Request = REQUEST, rules: Rules = RULES) -> Reason | None:
    left_out = check_eligible(article, request, rules)
    return left_out.reason if left_out else None


def test_an_empty_body_was_never_sent_before() -> None:
    memory = Memory(sent_bodies={"": "weekly/2026-W32", "ab": "weekly/2026-W31"})
    request = replace(REQUEST, memory=memory)

    assert reason(make_article(fingerprint=""), request) is None
    assert reason(make_article(fingerprint="ab"), request) is Reason.ALREADY_SENT


class TestWindow:
    def test_end_of_window_belongs_to_next_issue(self) -> None:
        """An article published exactly when the window ends is in the next issue, only there."""
        article = make_article(published_at=THIS_WEEK.end)
        later = Request(window=NEXT_WEEK, as_of=NEXT_WEEK.end)

        assert reason(article) is Reason.OUTSIDE_WINDOW
        assert reason(article, later) is None

    def test_start_of_window_belongs_to_it(self) -> None:
        assert reason(make_article(published_at=MONDAY)) is None
        before = make_article(published_at=MONDAY - timedelta(seconds=1))
        assert reason(before) is Reason.OUTSIDE_WINDOW

    def test_later_than_now_is_future_only_inside_the_window(self) -> None:
        early = replace(REQUEST, as_of=MONDAY)

        assert reason(make_article(), early) is Reason.FUTURE
        assert reason(make_article(published_at=THIS_WEEK.end), early) is Reason.OUTSIDE_WINDOW

    def test_expiry_counts_at_its_moment(self) -> None:
        article = make_article(expires_at=REQUEST.as_of)

        assert reason(article) is Reason.EXPIRED
        assert reason(article, replace(REQUEST, as_of=REQUEST.as_of - timedelta(1))) is None


class TestCarriedOver:
    LATE = make_article(published_at=MONDAY - timedelta(days=2))
    KNOWN = Memory(considered=frozenset())

    def test_without_a_ledger_nothing_is_carried_over(self) -> None:
        assert reason(self.LATE) is Reason.OUTSIDE_WINDOW

    def test_new_to_the_newsletter_and_within_grace_comes_in(self) -> None:
        assert reason(self.LATE, replace(REQUEST, memory=self.KNOWN)) is None
        assert is_carried_over(self.LATE, replace(REQUEST, memory=self.KNOWN))

    def test_a_pin_is_no_late_arrival(self) -> None:
        pinned = Decisions(pin=(self.LATE.path,))

        assert not is_carried_over(self.LATE, replace(REQUEST, decisions=pinned))
        both = replace(REQUEST, decisions=pinned, memory=self.KNOWN)
        assert not is_carried_over(self.LATE, both)

    def test_grace_ends(self) -> None:
        grace = Rules().window.grace
        oldest = make_article(published_at=MONDAY - grace)
        older = make_article(published_at=MONDAY - grace - timedelta(seconds=1))

        assert reason(oldest, replace(REQUEST, memory=self.KNOWN)) is None
        assert reason(older, replace(REQUEST, memory=self.KNOWN)) is Reason.OUTSIDE_WINDOW

    def test_considered_before_stays_out(self) -> None:
        memory = Memory(considered=frozenset([self.LATE.identity]))

        assert reason(self.LATE, replace(REQUEST, memory=memory)) is Reason.CONSIDERED_BEFORE

    def test_dated_after_the_window_is_never_carried_over(self) -> None:
        later = make_article(published_at=THIS_WEEK.end)
        request = Request(window=LAST_WEEK, as_of=NEXT_WEEK.end, memory=self.KNOWN)

        assert reason(later, request) is Reason.OUTSIDE_WINDOW


class TestMemory:
    def test_sent_once_is_never_sent_again(self) -> None:
        article = make_article()
        memory = Memory(sent={article.identity: "weekly/2026-W33"})

        left_out = check_eligible(article, replace(REQUEST, memory=memory), Rules())

        assert str(left_out) == "already sent (weekly/2026-W33)"

    def test_a_renamed_file_is_known_by_its_body(self) -> None:
        article = make_article()
        memory = Memory(sent_bodies={article.fingerprint: "weekly/2026-W33"})

        assert reason(article, replace(REQUEST, memory=memory)) is Reason.ALREADY_SENT

    def test_empty_bodies_are_not_one_body(self) -> None:
        memory = Memory(sent_bodies={"": "weekly/2026-W33"})

        article = make_article(fingerprint="")
        assert reason(article, replace(REQUEST, memory=memory)) is None


class TestPins:
    @pytest.mark.parametrize(
        "fields",
        [
            {"published_at": LAST_WEEK.start},
            {"wishes": Wishes(include=False)},
            {"words": 1},
            {"categories": ("unsent",)},
        ],
    )
    def test_a_pin_beats_window_wishes_length_and_category(self, fields: dict[str, Any]) -> None:
        article = make_article(**fields)
        rules = Rules(sections=(NEWS,))
        pinned = replace(REQUEST, decisions=Decisions(pin=(article.path,)))

        assert reason(article, rules=rules) is not None
        assert reason(article, pinned, rules) is None

    @pytest.mark.parametrize(
        "fields",
        [
            {"visibility": Visibility.DRAFT},
            {"visibility": Visibility.PRIVATE},
            {"visibility": Visibility.UNLISTED},
            {"visibility": Visibility.NOT_AN_ARTICLE},
            {"published_at": THIS_WEEK.end + timedelta(days=900)},
            {"expires_at": MONDAY},
            {"url": ""},
        ],
    )
    def test_a_pin_opens_nothing_that_readers_cannot_see(self, fields: dict[str, Any]) -> None:
        article = make_article(**fields)
        pinned = replace(REQUEST, decisions=Decisions(pin=(article.path,)))

        assert reason(article, pinned) is not None

    def test_what_was_sent_is_not_sent_again_by_a_pin(self) -> None:
        article = make_article()
        request = replace(
            REQUEST,
            decisions=Decisions(pin=(article.path,)),
            memory=Memory(sent={article.identity: "breaking/2026-08-11-1"}),
        )

        assert reason(article, request) is Reason.ALREADY_SENT


class TestRest:
    def test_editor_and_article_exclude(self) -> None:
        article = make_article()
        excluded = replace(REQUEST, decisions=Decisions(exclude=frozenset([article.path])))

        assert reason(article, excluded) is Reason.EXCLUDED_BY_EDITOR
        assert reason(make_article(wishes=Wishes(include=False))) is Reason.EXCLUDED_BY_ARTICLE

    def test_only_the_categories_asked_for_whatever_their_case(self) -> None:
        only = replace(REQUEST, only=frozenset(["news"]))

        assert reason(make_article(categories=("News",)), only) is None
        assert reason(make_article(categories=("sport",)), only) is Reason.NOT_ASKED_FOR
        assert reason(make_article(), only) is Reason.NOT_ASKED_FOR

    def test_length_counts_from_the_least(self) -> None:
        assert reason(make_article(words=30)) is None
        assert reason(make_article(words=29)) is Reason.TOO_SHORT


class TestSectionOf:
    RULES = Rules(sections=(NEWS, TAGGED, REST))

    def section(self, article: Any, decisions: Decisions = NOTHING) -> str | None:
        section = section_of(article, self.RULES, decisions)
        return section.title if section else None

    def test_category_then_tag_then_the_rest(self) -> None:
        assert self.section(make_article(categories=("NEWS",), tags=("tide",))) == "News"
        assert self.section(make_article(categories=("life",), tags=("Tide",))) == "Tagged"
        assert self.section(make_article(categories=("life",))) == "Also"

    def test_any_of_several_categories_counts(self) -> None:
        assert self.section(make_article(categories=("life", "news"))) == "News"

    def test_wish_beats_category_and_move_beats_wish(self) -> None:
        article = make_article(categories=("news",), wishes=Wishes(section="tagged"))

        assert self.section(article) == "Tagged"
        assert self.section(article, Decisions(move={article.path: "Also"})) == "Also"

    def test_without_a_section_for_the_rest_a_category_is_not_sent(self) -> None:
        article = make_article(categories=("life",))

        assert section_of(article, Rules(sections=(NEWS,)), Decisions()) is None
        assert reason(article, rules=Rules(sections=(NEWS,))) is Reason.CATEGORY_NOT_SENT

    def test_without_sections_everything_stands_in_one(self) -> None:
        section = section_of(make_article(), Rules(), Decisions())

        assert section == SectionRule(title="")


def test_builders_and_zone_agree() -> None:
    assert THIS_WEEK.start.tzinfo is BERLIN
