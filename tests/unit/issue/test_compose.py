import dataclasses
from collections.abc import Mapping
from datetime import date

import pytest

from builders import THIS_WEEK, make_article
from digest.articles.article import Article
from digest.articles.excerpt import Excerpt, Origin
from digest.articles.settings import CoverRules
from digest.issue.compose import Edition, compose, compose_breaking
from digest.issue.issue import Kind
from digest.record import replace
from digest.selection.selection import Chosen, SelectedSection, Selection

EDITION = Edition(
    newsletter="weekly",
    title="The Week",
    site_name="The Courier",
    slot="2026-W34",
    dated=date(2026, 8, 17),
    dates={"date": "17 August 2026", "range": "10-16 August 2026"},
    subject="S",
    preheader="P",
    where="config.toml, [newsletters.weekly]",
)


def chosen(article: Article | None = None, *also: Article) -> Chosen:
    excerpt = Excerpt(text="It held.", origin=Origin.SUMMARY, cleaned=())
    return Chosen(article=article or make_article(), excerpt=excerpt, also=also)


def selection(*parts: Chosen, runners_up: tuple[Chosen, ...] = ()) -> Selection:
    lead, *rest = parts
    return Selection(
        window=THIS_WEEK,
        lead=lead,
        sections=(SelectedSection("News", tuple(rest)),) if rest else (),
        left_out=(),
        runners_up=runners_up,
        outside={},
        too_few=None,
    )


class Filler:
    """Notes what it was asked, and answers with the template itself."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, object], str]] = []

    def __call__(self, source: str, variables: Mapping[str, object], where: str) -> str:
        self.asked.append((source, variables, where))
        return f"<{source}>"


def test_an_issue_has_its_lead_its_sections_and_what_did_not_fit() -> None:
    lead, second, third = chosen(), chosen(), chosen()
    over = tuple(chosen() for _ in range(3))
    made = selection(lead, second, third, runners_up=over)

    issue = compose(made, dataclasses.replace(EDITION, more=2), CoverRules(), Filler())

    assert issue.lead is not None
    assert [story.article for story in issue.stories] == [c.article for c in (lead, second, third)]
    assert [section.title for section in issue.sections] == ["News"]
    assert issue.more == tuple(one.article for one in over[:2])
    assert (issue.slot, issue.number, issue.window) == ("2026-W34", None, THIS_WEEK)
    assert issue.lead.excerpt == "It held."


def test_subject_and_preheader_are_filled_with_the_documented_variables() -> None:
    fill = Filler()
    made = selection(
        chosen(make_article(title="Crane sold", categories=("news",))),
        chosen(make_article(title="Bus returns")),
    )

    issue = compose(made, EDITION, CoverRules(), fill)

    assert (issue.subject, issue.preheader) == ("<S>", "<P>")
    assert [(source, where) for source, _, where in fill.asked] == [
        ("S", "config.toml, [newsletters.weekly] subject"),
        ("P", "config.toml, [newsletters.weekly] preheader"),
    ]
    assert fill.asked[0][1] == {
        "site": {"name": "The Courier"},
        "newsletter": {"title": "The Week"},
        "issue": {
            "slot": "2026-W34",
            "number": None,
            "date": "17 August 2026",
            "dates": "10-16 August 2026",
        },
        "lead": {"title": "Crane sold", "category": "news"},
        "stories": [
            {"title": "Crane sold", "category": "news"},
            {"title": "Bus returns", "category": ""},
        ],
        "count": 2,
    }


def test_a_title_no_header_can_hold_does_not_stop_the_issue() -> None:
    fill = Filler()

    compose(
        selection(chosen(make_article(title="How =?utf-8?q?x?= works"))),
        EDITION,
        CoverRules(),
        fill,
    )

    assert fill.asked[0][1]["lead"] == {"title": "How = ?utf-8?q?x?= works", "category": ""}


def test_also_names_other_sources_once_each_and_never_a_copy() -> None:
    def told(host: str, fingerprint: str) -> Article:
        return make_article(origin_url=f"https://{host}/x", fingerprint=fingerprint)

    best = told("www.a.example", "1")
    copy, same_source = told("b.example", "1"), told("a.example", "2")
    others = [told(f"{letter}.example", letter) for letter in "cdef"]
    again = told("c.example", "9")

    issue = compose(
        selection(chosen(best, copy, same_source, others[0], again, *others[1:])),
        EDITION,
        CoverRules(),
        Filler(),
    )

    assert issue.stories[0].also == tuple(others[:3])


def test_a_picture_is_shown_once_in_the_whole_issue() -> None:
    one, two = (chosen(make_article(cover_url="https://x.example/a.jpg")) for _ in range(2))

    issue = compose(selection(one, two), EDITION, CoverRules(), Filler())

    assert [bool(story.cover) for story in issue.stories] == [True, False]


def test_nothing_chosen_is_no_issue() -> None:
    empty = replace(selection(chosen()), lead=None)

    with pytest.raises(ValueError, match="without articles"):
        compose(empty, EDITION, CoverRules(), Filler())


def test_a_breaking_issue_is_its_stories_and_nothing_else() -> None:
    told = [(one.article, one.excerpt) for one in (chosen(), chosen(), chosen())]
    edition = dataclasses.replace(
        EDITION, kind=Kind.BREAKING, newsletter="breaking", template="breaking"
    )

    issue = compose_breaking(told, edition, CoverRules(), Filler())

    assert issue.kind is Kind.BREAKING
    assert [story.article for story in issue.stories] == [article for article, _ in told]
    assert (issue.more, issue.window, issue.template) == ((), None, "breaking")
    with pytest.raises(ValueError, match="needs a story"):
        compose_breaking([], edition, CoverRules(), Filler())
