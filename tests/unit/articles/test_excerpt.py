"""The excerpt of an article is some clean sentences, wherever they have to come from."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import PARAGRAPH, make_article
from digest.articles.article import Article, BodyFormat, Wishes
from digest.articles.boilerplate import Boilerplate, find_boilerplate
from digest.articles.excerpt import Excerpt, Origin, excerpt_of
from digest.articles.read import parse_article
from digest.articles.settings import ReadingRules

NOTHING_RECURS = Boilerplate()
FIRST = PARAGRAPH.strip()
SECOND = FIRST.split(", and ")[1].capitalize()
LEAD = "Eels came up the river in numbers that the oldest fishers had only heard of from others."


def excerpt(recurring: Boilerplate = NOTHING_RECURS, **fields: object) -> Excerpt:
    return excerpt_of(make_article(**fields), recurring)


class TestOrder:
    def test_the_editor_comes_first(self) -> None:
        found = excerpt(wishes=Wishes(blurb="Read **this** one."), summary=LEAD)

        assert found == Excerpt(text="Read this one.", origin=Origin.BLURB)

    def test_then_the_summary(self) -> None:
        assert excerpt(summary=LEAD, body=FIRST) == Excerpt(text=LEAD, origin=Origin.SUMMARY)

    @pytest.mark.parametrize(
        "separator",
        [
            "<!--more-->",
            "<!-- more -->",
            "<!-- truncate -->",
            "{/* truncate */}",
            "<!-- excerpt -->",
            "<!-- PELICAN_END_SUMMARY -->",
        ],
    )
    def test_then_what_stands_before_a_separator(self, separator: str) -> None:
        body = f"# Eels\n\nShort.\n\nThey came late.\n{separator}\n{FIRST}"

        found = excerpt(summary="", body=body)

        assert (found.text, found.origin) == ("They came late.", Origin.SEPARATOR)

    def test_org_has_a_separator_of_its_own(self) -> None:
        found = excerpt(
            summary="", body=f"They came late.\n\n# more\n\n{FIRST}", body_format=BodyFormat.TEXT
        )

        assert (found.text, found.origin) == ("They came late.", Origin.SEPARATOR)

    @pytest.mark.parametrize("own", ["<!--cut-->", "\n\n\n", "***"])
    def test_a_separator_of_the_articles_own_comes_before_the_known(self, own: str) -> None:
        body = f"They came late.{own}Nobody knew why.\n\n<!--more-->\n\n{FIRST}"

        found = excerpt(summary="", body=body, excerpt_separator=own)

        assert (found.text, found.origin) == ("They came late.", Origin.SEPARATOR)

    @pytest.mark.parametrize("own", ["<!--cut-->", "They"])
    def test_a_separator_that_ends_nothing_leaves_it_to_the_known(self, own: str) -> None:
        body = f"They came late.\n<!--more-->\n{FIRST}"

        found = excerpt(summary="", body=body, excerpt_separator=own)

        assert (found.text, found.origin) == ("They came late.", Origin.SEPARATOR)

    def test_then_the_first_real_paragraph(self) -> None:
        body = (
            "# Eels\n\nBy Jo Doe\n\n3 July 2026\n\n![x](y.png)\n\nImage credit: Jo Doe\n\n"
            f"[Home](a) | [News](b)\n\nAlso: Ten eels we like\n\n- one\n- two\n\n{LEAD}\n\n{FIRST}"
        )

        found = excerpt(summary="", body=body)

        assert (found.text, found.origin) == (LEAD, Origin.BODY)

    def test_then_nothing(self) -> None:
        assert excerpt(summary="", body="") == Excerpt(text="", origin=Origin.NONE)

    def test_a_summary_that_repeats_the_title_is_none(self) -> None:
        found = excerpt(title="The eels are back", summary="The Eels Are Back!", body=LEAD)

        assert (found.text, found.origin) == (LEAD, Origin.BODY)

    def test_a_short_summary_of_an_author_is_respected(self) -> None:
        assert excerpt(summary="On eels", body=FIRST).text == "On eels"


class TestCutOffSummaries:
    def test_its_last_whole_sentence_ends_it(self) -> None:
        found = excerpt(summary=f"{LEAD} Nobody was able to expl...", body=FIRST)

        assert (found.text, found.origin) == (LEAD, Origin.SUMMARY)

    def test_a_short_one_is_told_in_full_by_the_body(self) -> None:
        found = excerpt(
            summary=f"{LEAD[:50]}...", body=f"<p>{LEAD}</p>", body_format=BodyFormat.HTML
        )

        assert (found.text, found.origin) == (LEAD, Origin.BODY)

    def test_not_by_whatever_the_body_begins_with(self) -> None:
        assert excerpt(summary=f"{LEAD[:50]}...", body=f"{FIRST}\n\n{LEAD}").text == LEAD

    def test_quotes_of_another_shape_are_the_same_words(self) -> None:
        found = excerpt(
            summary="The harbour's oldest fisher's wish was h...",
            body="The harbour’s oldest fisher’s wish was heard by the office this spring.",
        )

        assert (
            found.text == "The harbour’s oldest fisher’s wish was heard by the office this spring."
        )

    def test_otherwise_it_ends_between_words(self) -> None:
        assert excerpt(summary="Eels came up the river in num...", body="").text == (
            "Eels came up the river in…"
        )

    def test_without_dots_it_is_known_by_the_body(self) -> None:
        long = f"{LEAD[:-1]}, and so did the herons, which stood on every post of the old quay."

        assert excerpt(summary=long[:110], body=long).text == long

    def test_a_caption_before_the_text_goes(self) -> None:
        body = (
            f"<figure><img src=x><figcaption>An eel. | Jo Doe</figcaption></figure><p>{LEAD}</p>"
        )

        found = excerpt(
            summary=f"An eel. | Jo Doe {LEAD[:70]}...", body=body, body_format=BodyFormat.HTML
        )

        assert (found.text, "caption: An eel. | Jo Doe" in found.cleaned) == (LEAD, True)

    def test_a_summary_of_the_page_header_gives_way(self) -> None:
        body = f"In Short\n\nPosted:\n\n9:14 AM\n\nJo Doe\n\nThe eels are back\n\n{LEAD}"

        found = excerpt(
            title="The eels are back",
            summary="In Short Posted: 9:14 AM Jo Doe The eels are b...",
            body=body,
        )

        assert found.text == LEAD


def page(section: str, title: str, lead: str) -> Article:
    """Return an article as a page of a site pasted as text, header and all."""
    header = f"Kitchen  \n    Home\n\n      Kitchen\n\n      {section}\n   \n    {title}\n\n    "
    body = (
        f"{header}{lead}\n      Written by \n         Jo Doe, Editor  3 July 2026 at 9 a.m.      "
    )
    summary = f"Kitchen Home Kitchen {section} {title} {lead}"[:100] + "..."
    return make_article(title=title, summary=summary, body=body + FIRST)


class TestFurniture:
    PAGES = (
        page("Tea", "Kettles we like", "Three kettles sing, and only one of them is in tune."),
        page(
            "Tea",
            "Pots without a drip",
            "Most pots drip, but the potters of Quay Street know why.",
        ),
        page(
            "Broth",
            "Bones for a broth",
            "A broth wants bones, patience and a lid that does not fit.",
        ),
    )

    def test_menus_titles_and_bylines_leave_the_text(self) -> None:
        found = find_boilerplate(self.PAGES)

        assert [excerpt_of(article, found).text for article in self.PAGES] == [
            "Three kettles sing, and only one of them is in tune.",
            "Most pots drip, but the potters of Quay Street know why.",
            "A broth wants bones, patience and a lid that does not fit.",
        ]

    def test_what_stands_above_the_headline_is_the_site(self) -> None:
        body = f"{FIRST}\n\nThe eels are back\n\n{LEAD}"

        assert excerpt(title="The eels are back", summary="", body=body).text == LEAD
        assert (
            excerpt(title="The eels are back", summary=f"{FIRST[:110]}...", body=body).text == LEAD
        )

    def test_names_after_a_byline_are_no_text(self) -> None:
        body = f"Written by\nJo Doe, for ten years at the quay. She is an editor.\n\n{LEAD}"

        assert excerpt(summary="", body=body).text == LEAD

    def test_a_disclaimer_is_worse_than_any_line_of_the_body(self) -> None:
        label = "Why you should believe us"
        articles = [
            make_article(
                summary=f"Tea {label}: we {verb} every kettle twice and then once more.",
                body=f"Tea\n{label}\n\nAlso: {verb} it at home",
            )
            for verb in ("boil", "weigh", "clean")
        ]

        found = find_boilerplate(articles)

        assert excerpt_of(articles[1], found).text == "Also: weigh it at home"

    def test_explain_says_what_was_removed(self) -> None:
        cleaned = excerpt_of(self.PAGES[0], find_boilerplate(self.PAGES)).cleaned

        assert "menu: Kitchen Home Kitchen Tea" in cleaned

    def test_a_disclaimer_gives_way_to_the_body(self) -> None:
        disclaimer = (
            "Our testers pay for every kettle they judge, and nobody sees a draft before you."
        )
        articles = [
            make_article(
                summary=f"{disclaimer} When you order from a lin...", body=f"{lead}\n\nX."
            )
            for lead in (LEAD, FIRST, SECOND)
        ]

        found = find_boilerplate(articles)

        assert [excerpt_of(article, found).text for article in articles] == [
            LEAD,
            FIRST,
            SECOND,
        ]

    def test_filler_keeps_a_sentence_of_its_own(self) -> None:
        """Moulded summaries, recurring bodies, byte-identical copies: never nothing."""
        articles = [
            make_article(
                summary=f"Exploring what is new in {topic} and what it means for the whole coast.",
                body=f"The field of {topic} goes on and on.\n\n{FIRST}",
                fingerprint=f"{topic} {copy % 2}",
            )
            for topic in ("eel care", "knots", "tides", "buoys")
            for copy in range(4)
        ]
        found = find_boilerplate(articles)

        for article in articles:
            assert excerpt_of(article, found).text == article.summary

    def test_where_everything_recurs_something_stays(self) -> None:
        articles = [make_article(summary=LEAD, body=FIRST) for _ in range(5)]

        found = excerpt_of(articles[0], find_boilerplate(articles))

        assert (found.text, found.cleaned[-1]) == (
            LEAD,
            "kept after all: nothing better was found",
        )

    def test_an_unfinished_body_ends_honestly(self) -> None:
        body = LEAD[:-1] + " and now it is said that they will stay until the wint"

        assert excerpt(summary="", body=body).text.endswith("they will stay until the…")

    def test_a_list_is_better_than_silence(self) -> None:
        found = excerpt(summary="", body="- Eels came late.\n- Crabs did not.")

        assert found.text == "Eels came late. Crabs did not."


class TestLanguages:
    def test_japanese(self) -> None:
        sentence = "港は今朝早くから船でいっぱいになり、漁師たちは久しぶりの大漁を喜んだ。"

        found = excerpt(title="港", summary="", body=sentence * 12)

        assert found.text == sentence * 6

    def test_arabic(self) -> None:
        sentence = "عاد صيادو السمك إلى الميناء بعد غياب طويل وهم يحملون ما لم يره أحد منذ سنين؟"

        found = excerpt(title="الميناء", summary="", body=f"{sentence} " * 6)

        assert found.text == f"{sentence} {sentence} {sentence}"


written = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("abc DEF. ?!…<>&*_`[](){}:;'\"/-#|\n\t港。؟\u202e\x00\ud800")),
        st.characters(),
    ),
    max_size=400,
)


class TestProperties:
    @given(written, written, st.sampled_from(BodyFormat), st.integers(40, 300))
    def test_short_plain_and_never_a_traceback(
        self, summary: str, body: str, body_format: BodyFormat, near: int
    ) -> None:
        article = make_article(summary=summary, body=body, body_format=body_format)

        found = excerpt_of(article, NOTHING_RECURS, near=near)

        assert len(found.text) <= near * 1.3 + 1
        assert found.text == " ".join(found.text.split())
        assert not re.search(
            "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", found.text
        )
        assert not re.search(r"<[A-Za-z/!?]", found.text)
        assert (found.text == "") == (found.origin is Origin.NONE)

    @given(written)
    def test_its_own_output_is_clean(self, summary: str) -> None:
        once = excerpt_of(make_article(summary=summary, body=""), NOTHING_RECURS)

        again = excerpt_of(make_article(summary=once.text, body=""), NOTHING_RECURS)

        assert again.text == once.text

    @given(st.lists(st.sampled_from([*LEAD.split(), "Then.", "So?"]), min_size=12, max_size=120))
    def test_a_body_of_sentences_is_never_without_an_excerpt(self, words: list[str]) -> None:
        body = " ".join([*words, "end."])
        articles = [make_article(summary="", body=body) for _ in range(4)]

        assert excerpt_of(articles[0], find_boilerplate(articles)).text


@pytest.mark.archive
@pytest.mark.parametrize("days", [("2025-07-21", "2025-07-27"), ("2025-12-01", "2025-12-07")])
def test_real_weeks_are_clean(archive_folder: Path, days: tuple[str, str]) -> None:
    rules = ReadingRules(zone=ZoneInfo("UTC"), base_url="https://quay.example")
    day = re.compile(rb"^date: ['\"](\d{4}-\d\d-\d\d)", re.MULTILINE)
    week = []
    for file in archive_folder.iterdir():
        raw = file.read_bytes()
        dated = day.search(raw)
        if dated and days[0] <= dated[1].decode() <= days[1]:
            week.append(parse_article(raw, file.name, rules))
    articles = [article for article in week if isinstance(article, Article)]
    assert len(articles) > 190

    recurring = find_boilerplate(articles)
    texts = [excerpt_of(article, recurring).text for article in articles]

    assert all(texts)
    known = ("Tech Home", "Why you can trust", "ZDNET Home", "Innovation Home", "In Brief", ":")
    assert [text for text in texts if text.startswith(known)] == []
    assert [text for text in texts if text.endswith("...") or "Why you can trust" in text] == []
