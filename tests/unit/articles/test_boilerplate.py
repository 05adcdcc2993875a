"""Furniture is what recurs in different articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_article
from digest.articles.article import Article
from digest.articles.boilerplate import Boilerplate, find_boilerplate
from digest.articles.furniture import without_furniture

DISCLAIMER = "Our testers pay for every kettle they judge, and nobody sees a draft before you."
SENTENCES = (
    "Boiling takes a patient hand.",
    "Nobody should steep green leaves for long.",
    "Pour slowly, from no great height.",
    "A clean pot is half the taste.",
)


def cleaned(text: str, boilerplate: Boilerplate, title: str = "Some other title") -> str:
    return without_furniture(text, title, boilerplate)[0]


def with_disclaimer(count: int, **fields: str) -> list[Article]:
    return [
        make_article(summary=f"{DISCLAIMER} {sentence}", **fields)
        for sentence in SENTENCES[:count]
    ]


class TestSentences:
    def test_a_sentence_of_three_articles_is_furniture(self) -> None:
        articles = with_disclaimer(3)

        found = find_boilerplate(articles)

        assert cleaned(articles[0].summary, found) == SENTENCES[0]

    def test_a_sentence_of_two_articles_is_not(self) -> None:
        articles = with_disclaimer(2)

        assert cleaned(articles[0].summary, find_boilerplate(articles)) == articles[0].summary

    def test_copies_of_one_body_are_one_witness(self) -> None:
        articles = with_disclaimer(3, fingerprint="same", body="One body for all of them.")

        assert cleaned(articles[0].summary, find_boilerplate(articles)) == articles[0].summary

    def test_the_cut_off_rest_goes_with_it(self) -> None:
        articles = [
            make_article(
                summary=f"{section} Why we judge : {DISCLAIMER} When you order from a lin"
            )
            for section in ("Tea", "Coffee and Cocoa", "Home", "Garden")
        ]

        assert cleaned(articles[1].summary, find_boilerplate(articles)) == ""

    def test_common_phrases_do_not_make_furniture(self) -> None:
        """Five words recur in honest prose; a sentence does not consist of them."""
        summaries = [
            f"If you are looking for a new {thing}"
            for thing in (
                "kettle, three shops of the old town have more than they can sell.",
                "job at sea, ask the harbour office before the end of May.",
                "view of the bay, climb the lighthouse on a clear evening.",
            )
        ]
        found = find_boilerplate([make_article(summary=summary) for summary in summaries])

        assert [cleaned(summary, found) for summary in summaries] == summaries

    def test_configured_phrases_are_furniture_at_once(self) -> None:
        found = find_boilerplate([], ["join our  Kettle club"])

        assert (
            cleaned("Join our kettle club today! The tide is late.", found) == "The tide is late."
        )


class TestMenus:
    SUMMARIES = (
        "Home News Home Harbour Ferries are late again this week, and nobody knows why.",
        "Home News Home Harbour The eel fishers met on Monday and parted without a vote.",
        "Home News Home Harbour Two boats met in the fog. Both captains blame the horn.",
    )

    def test_title_case_that_three_articles_begin_with_is_a_menu(self) -> None:
        found = find_boilerplate([make_article(summary=text) for text in self.SUMMARIES])

        assert cleaned(self.SUMMARIES[2], found) == (
            "Two boats met in the fog. Both captains blame the horn."
        )

    def test_the_subject_of_sentences_is_none(self) -> None:
        summaries = [
            f"Harbour Master Ida Quay {said} the third pier on {day} morning at six."
            for said, day in (("opened", "Monday"), ("closed", "Tuesday"), ("sold", "Friday"))
        ]
        found = find_boilerplate([make_article(summary=summary) for summary in summaries])

        assert [cleaned(summary, found) for summary in summaries] == summaries

    def test_a_subject_is_none_whatever_follows_it_once(self) -> None:
        summaries = [
            f"Harbour Master Ida Quay {said}."
            for said in ("opened the pier", "closed a gate", "sold her boat", "Junior Stays")
        ]
        found = find_boilerplate([make_article(summary=summary) for summary in summaries])

        assert cleaned(summaries[3], found) == summaries[3]

    def test_a_menu_before_a_small_letter_may_be_a_subject(self) -> None:
        found = find_boilerplate([make_article(summary=text) for text in self.SUMMARIES])
        text = "Home News Home Harbour ferries will be renamed this summer."

        assert cleaned(text, found) == text

    def test_menu_lines_of_bodies_are_known_in_summaries(self) -> None:
        def page(section: str, topic: str) -> str:
            return f"Kitchen\n  Home\n\n  {section}\n\n{topic}\n  Written by\n  Jo Doe"

        articles = [
            make_article(summary=f"Kitchen Home {section} {topic}", body=page(section, topic))
            for section, topic in zip(("Tea", "Cocoa", "Broth"), SENTENCES, strict=False)
        ]
        found = find_boilerplate(articles)

        assert {"kitchen", "home", "written by"} <= found.lines
        assert cleaned(f"Kitchen Home {SENTENCES[1]}", found) == SENTENCES[1]


class TestTitle:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("The Ferry Is Late. It will come.", "It will come."),
            ("The Ferry Is Late It will come.", "It will come."),
            ("Home Town Ferries The ferry is late It will come.", "It will come."),
            ("The ferry is late", ""),
            ("The ferry is late because of the fog.", "The ferry is late because of the fog."),
            ("They say the ferry is late. So what?", "They say the ferry is late. So what?"),
        ],
    )
    def test_a_repeated_title_goes_unless_a_sentence_goes_on(self, text: str, left: str) -> None:
        assert cleaned(text, Boilerplate(), "The ferry is late") == left


class TestAsides:
    @pytest.mark.parametrize(
        "aside",
        [
            "Read more at the pier.",
            "Click here to see the list.",
            "Also: Ten kettles we like.",
            "Image credits: Jo Doe.",
            "(Photo: Jo Doe)",
            "Written by Jo Doe on 3 July.",
            "Subscribe to our letter.",
        ],
    )
    def test_asides_go(self, aside: str) -> None:
        assert cleaned(f"{aside} The tide is late today.", Boilerplate()) == (
            "The tide is late today."
        )

    @pytest.mark.parametrize(
        "sentence",
        [
            "Written by monks in a cold cell, the book was long thought lost.",
            "By noon the fog was gone, and the ferries ran again.",
            "Learn more than ten knots in a week.",
            "Images from the new pier show how far the sand has moved.",
        ],
    )
    def test_sentences_that_only_begin_so_stay(self, sentence: str) -> None:
        assert cleaned(sentence, Boilerplate()) == sentence

    def test_a_byline_before_the_text_goes(self) -> None:
        text = "By Jo Doe | 3 July 2026 | The tide is late today."

        assert cleaned(text, Boilerplate()) == "The tide is late today."


class TestProperties:
    @given(st.lists(st.text(max_size=80), max_size=8), st.lists(st.text(max_size=20), max_size=3))
    def test_never_raises(self, texts: list[str], phrases: list[str]) -> None:
        articles = [make_article(summary=text, body=text) for text in texts * 3]

        found = find_boilerplate(articles, phrases)

        for text in texts:
            left, removed = without_furniture(" ".join(text.split()), "Title", found)
            assert len(left) <= len(text)
            assert removed or left == " ".join(text.split())
