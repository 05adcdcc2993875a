from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY, PARAGRAPH, THIS_WEEK, make_article
from digest.articles.article import Article, BadFile, Visibility, Wishes
from digest.articles.contents import Contents
from digest.errors import Problem
from digest.record import replace
from digest.selection.decisions import Decisions
from digest.selection.eligible import Request
from digest.selection.rules import Order, Rules, SectionRule, TooFew
from digest.selection.select import select
from digest.selection.selection import Reason, Selection

RULES = Rules()
REQUEST = Request(window=THIS_WEEK, as_of=THIS_WEEK.end)
SUBJECTS = [
    "seal market door",
    "ferry battery line",
    "choir dry dock",
    "parking place count",
    "bread flour quay",
    "school boat term",
    "crane museum sale",
    "lighthouse lamp glass",
    "regatta photo finish",
    "hymn organ pipe",
    "barometer storm letters",
    "eel ladder river",
    "poem vending coin",
    "picnic view hill",
    "chowder recipe feud",
    "night bus driver",
]


def stories(count: int, **fields: Any) -> list[Article]:
    """Return articles about things that have nothing to do with one another."""
    return [
        make_article(
            title=subject.title(),
            body=f"{subject} " * 12 + f"\n{PARAGRAPH}{subject}.",
            **fields,
        )
        for subject in SUBJECTS[:count]
    ]


def chosen(
    articles: Sequence[Article], rules: Rules = RULES, request: Request = REQUEST
) -> Selection:
    return select(Contents(articles=tuple(articles)), request, rules)


def titles(selection: Selection) -> list[str]:
    return [one.article.title for one in selection.chosen]


class TestNothingIsLost:
    @given(
        specs=st.lists(
            st.tuples(
                st.integers(-300, 500),
                st.sampled_from(SUBJECTS),
                st.sampled_from(["news", "life", ""]),
                st.sampled_from(list(Visibility)),
                st.integers(0, 3),
            ),
            max_size=25,
        ),
        most=st.integers(1, 6),
        limit=st.one_of(st.none(), st.integers(1, 3)),
        order=st.sampled_from(list(Order)),
    )
    def test_property_every_file_is_chosen_or_has_its_reason(
        self,
        specs: list[tuple[int, str, str, Visibility, int]],
        most: int,
        limit: int | None,
        order: Order,
    ) -> None:
        articles = tuple(
            make_article(
                path=f"{number}.md",
                title=subject,
                published_at=MONDAY + timedelta(hours=hours),
                categories=(category,) if category else (),
                visibility=visibility,
                fingerprint=str(body),
            )
            for number, (hours, subject, category, visibility, body) in enumerate(specs)
        )
        bad = BadFile("bad.md", Problem("bad.md:3", "no date", "Add one."))
        contents = Contents(
            articles=articles,
            bad=(bad,),
            unsupported=("x.adoc",),
            outside={"2020-01-01": ("o.md",)},
        )
        rules = Rules(
            sections=(
                SectionRule(title="News", categories=("news",), limit=limit),
                SectionRule(title="Rest"),
            ),
            max_articles=most,
            order=order,
        )

        selection = select(contents, REQUEST, rules)

        seen = [one.article.path for one in selection.chosen]
        seen += [one.path for one in selection.left_out]
        assert sorted(seen) == sorted([*(a.path for a in articles), "bad.md", "x.adoc"])
        assert selection.outside == {"2020-01-01": ("o.md",)}
        assert len(selection.chosen) <= most
        paths = {one.article.path for one in selection.chosen}
        for one in selection.left_out:
            if one.reason in (Reason.SAME_BODY, Reason.SAME_STORY):
                assert one.detail in {article.path for article in articles} - {one.path}
        assert all(
            article.visibility is Visibility.PUBLIC
            for article in articles
            if article.path in paths
        )

    @given(order=st.permutations(range(10)), by=st.sampled_from(list(Order)))
    def test_property_the_order_of_reading_changes_nothing(
        self, order: list[int], by: Order
    ) -> None:
        articles = stories(10)
        rules = Rules(max_articles=4, order=by)

        assert chosen([articles[n] for n in order], rules) == chosen(articles, rules)


class TestLimits:
    def test_the_issue_has_its_limit_and_says_who_was_over(self) -> None:
        selection = chosen(stories(5), Rules(max_articles=3))

        assert len(selection.chosen) == 3
        assert [one.reason for one in selection.left_out] == [Reason.OVER_ISSUE_LIMIT] * 2
        assert [one.article.path for one in selection.runners_up] == [
            one.path
            for one in sorted(selection.left_out, key=lambda left: -_points(selection, left.path))
        ]

    def test_who_was_over_the_limit_says_by_how_much(self) -> None:
        selection = chosen(stories(3, words=300), Rules(max_articles=2))

        (over,) = selection.left_out
        assert over.points > 0
        assert over.points <= min(one.points for one in selection.chosen)

    def test_one_source_does_not_fill_the_list_of_more(self) -> None:
        loud = stories(6, origin_url="https://loud.example/a", words=600)
        quiet = [
            replace(article, origin_url=f"https://quiet{n}.example/a", words=300)
            for n, article in enumerate(stories(12)[6:])
        ]

        selection = chosen([*loud, *quiet], Rules(max_articles=4))

        first = [one.article for one in selection.runners_up[:4]]
        assert sum(article in loud for article in first) <= 1

    def test_a_section_has_its_limit(self) -> None:
        rules = Rules(
            sections=(
                SectionRule(title="News", categories=("news",), limit=2),
                SectionRule(title="Rest"),
            )
        )

        selection = chosen([*stories(4, categories=("news",)), make_article(title="Fifth")], rules)

        news = [one for one in selection.chosen if one.article.category == "news"]
        over = [one for one in selection.left_out if one.reason is Reason.OVER_SECTION_LIMIT]
        assert len(news) == 2
        assert [str(one) for one in over] == ["over the section's limit (News, 2)"] * 2

    def test_too_few_says_what_becomes_of_the_issue(self) -> None:
        rules = Rules(min_articles=3, too_few=TooFew.HOLD)

        assert chosen(stories(2), rules).too_few is TooFew.HOLD
        assert chosen(stories(3), rules).too_few is None

    def test_an_empty_week_has_no_lead(self) -> None:
        selection = chosen([])

        assert (selection.lead, selection.sections, selection.too_few) == (None, (), TooFew.SKIP)


class TestOrder:
    def test_newest_and_oldest_go_by_date(self) -> None:
        articles = [
            replace(article, published_at=MONDAY + timedelta(hours=hour))
            for hour, article in enumerate(stories(4))
        ]

        assert titles(chosen(articles, Rules(order=Order.OLDEST))) == [a.title for a in articles]
        assert titles(chosen(articles, Rules(order=Order.NEWEST))) == [
            a.title for a in reversed(articles)
        ]

    def test_pins_come_first_the_editors_before_the_authors(self) -> None:
        articles = stories(6)
        articles[4] = replace(articles[4], wishes=Wishes(pin=1))
        request = replace(REQUEST, decisions=Decisions(pin=(articles[5].path, articles[2].path)))

        for order in Order:
            selection = chosen(articles, Rules(order=order, max_articles=4), request)
            assert titles(selection)[:3] == [articles[n].title for n in (5, 2, 4)]
            assert [one.pinned for one in selection.chosen] == [True, True, True, False]

    def test_a_weak_pinned_article_comes_before_a_strong_one(self) -> None:
        strong = stories(3, words=600, cover_url="https://x.example/a.jpg")
        weak = make_article(words=31, summary="", body="Short.", wishes=Wishes(pin=2))

        assert titles(chosen([*strong, weak], Rules(max_articles=2)))[0] == weak.title

    def test_an_author_who_signs_half_of_everything_is_the_house(self) -> None:
        house = stories(4, authors=("Newsroom",), words=300)
        guest = replace(stories(5)[4], authors=("Guest",), words=300)

        parts = {part.name for one in chosen([*house, guest]).chosen for part in one.score}
        assert "same author" not in parts

        several = [replace(house[n], authors=(f"Writer {n // 2}",)) for n in range(4)]
        several += [replace(guest, authors=("Writer 9",))]
        parts = {part.name for one in chosen(several).chosen for part in one.score}
        assert "same author" in parts

    def test_the_lead_story_has_a_picture_when_any_has(self) -> None:
        articles = stories(3, words=600)
        articles[2] = replace(
            articles[2], cover_url="https://x.example/a.jpg", words=60, summary=""
        )

        assert titles(chosen(articles))[0] == articles[2].title

    def test_filler_comes_last(self) -> None:
        lines = "\n".join(
            f"A sentence that stands in many articles, number {n}." for n in range(8)
        )
        filler = [
            make_article(
                title=f"All about the {s}",
                body=lines + s,
                words=600,
                cover_url=f"https://x.example/{s}",
            )
            for s in SUBJECTS[8:12]
        ]
        real = [replace(article, summary="", words=40) for article in stories(3)]

        selection = chosen([*filler, *real], Rules(max_articles=4))

        assert set(titles(selection)) >= {a.title for a in real}
        assert sum(one.article in filler for one in selection.chosen) == 1
        assert selection.runners_up == ()

    def test_one_source_does_not_fill_the_issue(self) -> None:
        loud = stories(6, origin_url="https://www.loud.example/a", words=600)
        quiet = [
            replace(article, origin_url=f"https://quiet{n}.example/a", words=200)
            for n, article in enumerate(stories(9)[6:])
        ]

        selection = chosen([*loud, *quiet], Rules(max_articles=5))

        assert sum(one.article in loud for one in selection.chosen) == 2

    def test_every_part_of_a_score_is_shown(self) -> None:
        article = make_article(cover_url="https://x.example/a.jpg", words=300, published_at=MONDAY)

        lead = chosen([article, *stories(2)]).lead

        assert lead is not None
        assert {part.name: part.points for part in lead.score} == {
            "cover": 1.5,
            "excerpt": 1.0,
            "length": 0.5,
        }
        assert lead.points == 3.0


class TestStories:
    def test_copies_become_one_and_name_the_better(self) -> None:
        thin, thick = (
            make_article(fingerprint="f", words=50),
            make_article(fingerprint="f", words=90),
        )

        selection = chosen([thin, thick, *stories(2)])

        copy = next(one for one in selection.left_out if one.path == thin.path)
        assert (copy.reason, copy.detail) == (Reason.SAME_BODY, thick.path)
        best = next(one for one in selection.chosen if one.article == thick)
        assert best.also == (thin,)

    def test_own_cover_beats_a_longer_body(self) -> None:
        plain = make_article(fingerprint="f", words=500)
        shown = make_article(fingerprint="f", words=50, cover_url="https://x.example/a.jpg")

        assert titles(chosen([plain, shown])) == [shown.title]

    def test_the_version_an_editor_or_author_names_stands_for_the_story(self) -> None:
        thin, thick = (
            make_article(fingerprint="f", words=words, cover_url=cover)
            for words, cover in ((40, ""), (500, "https://x.example/a.jpg"))
        )
        said = [
            Decisions(pin=(thin.path,)),
            Decisions(blurb={thin.path: "In short."}),
            Decisions(move={thin.path: "Rest"}),
        ]

        for decisions in said:
            request = replace(REQUEST, decisions=decisions)
            assert titles(chosen([thin, thick], request=request)) == [thin.title]
        own = replace(thin, wishes=Wishes(pin=1))
        assert titles(chosen([own, thick])) == [thin.title]

    def test_further_sources_raise_the_story(self) -> None:
        one, two = (
            make_article(fingerprint="f", origin_url=f"https://{host}.example/x", words=60)
            for host in ("a", "b")
        )

        lead = chosen([one, two, *stories(3)]).lead

        assert lead is not None
        assert lead.article.path in (one.path, two.path)
        assert ("sources", 1.0) in [(part.name, part.points) for part in lead.score]

    def test_a_blurb_of_the_editor_is_the_excerpt(self) -> None:
        article = make_article()
        request = replace(REQUEST, decisions=Decisions(blurb={article.path: "In short: it held."}))

        lead = chosen([article], request=request).lead

        assert lead is not None
        assert lead.excerpt.text == "In short: it held."

    def test_an_article_pinned_from_another_week_needs_no_section(self) -> None:
        rules = Rules(sections=(SectionRule(title="News", categories=("news",)),))
        article = make_article(categories=("life",), published_at=MONDAY - timedelta(days=90))
        request = replace(REQUEST, decisions=Decisions(pin=(article.path,)))

        assert titles(chosen([article], rules, request)) == [article.title]


def _points(selection: Selection, path: str) -> float:
    return next(one.points for one in selection.runners_up if one.article.path == path)
