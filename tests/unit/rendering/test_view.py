import html
from datetime import datetime
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import BERLIN, make_article, make_issue, make_look, make_story
from digest.issue.issue import Cover, Issue, IssueSection, Kind
from digest.rendering.refused import check_mail
from digest.rendering.view import CARD_WIDTH, HERO_WIDTH, build_view

#: Nested dicts and lists; which key holds what is what the tests are about.
Tree: TypeAlias = Any


def view(issue: Issue | None = None, **look: object) -> Tree:
    return build_view(issue or make_issue(), make_look(**look))


def lead_of(**fields: object) -> Tree:
    return view(make_issue(lead=make_story(**fields)))["lead"]


def plain(value: object) -> bool:
    match value:
        case str() | bool() | int() | None:
            return type(value) in {str, bool, int, type(None)}
        case list():
            return all(map(plain, value))
        case dict():
            return all(map(plain, value.values()))
        case _:
            return False


class TestBuildView:
    def test_holds_nothing_but_plain_values(self) -> None:
        issue = make_issue(intro="Good *morning*", number=34)

        assert plain(view(issue))

    def test_numbers_stories_through_in_reading_order(self) -> None:
        seen = view()

        stories = [seen["lead"], *(s for each in seen["sections"] for s in each["stories"])]
        assert [story["number"] for story in [*stories, *seen["more"]]] == [1, 2, 3, 4, 5]
        assert [story["anchor"] for story in stories] == [f"story-{n}" for n in (1, 2, 3, 4)]

    def test_without_a_lead_story_numbers_begin_with_the_first_section(self) -> None:
        issue = make_issue(sections=(IssueSection(title="Harbour", stories=(make_story(),)),))

        seen = view(issue)

        assert seen["lead"] is None
        assert seen["sections"][0]["stories"][0]["number"] == 1

    def test_the_lead_picture_is_large_and_the_others_are_not(self) -> None:
        seen = view()

        assert seen["lead"]["cover"]["width"] == HERO_WIDTH
        assert seen["sections"][0]["stories"][0]["cover"]["width"] == CARD_WIDTH
        assert seen["sections"][0]["stories"][1]["cover"] is None

    def test_an_unmeasured_picture_has_no_height(self) -> None:
        """Word and Yahoo would squash it to a guessed one."""
        assert lead_of()["cover"]["height"] is None

    def test_the_name_is_not_repeated_in_the_address(self) -> None:
        address = "Harbour Courier\n\n  14 Quay Street \n"

        assert view(postal_address=address)["site"]["postal_address"] == ["14 Quay Street"]

    def test_a_logo_is_never_wider_than_the_letter(self) -> None:
        assert view(logo_width=2000)["site"]["logo_width"] == HERO_WIDTH

    def test_a_corrected_colour_is_a_warning(self) -> None:
        assert view()["warnings"] == []
        assert len(view(colours={"accent": "#ffff00"})["warnings"]) == 1

    @given(language=st.text(max_size=12), title=st.text(min_size=1, max_size=40))
    @settings(max_examples=50)
    def test_any_language_and_title_give_a_view(self, language: str, title: str) -> None:
        issue = make_issue(lead=make_story(title=title, language=language), language=language)

        assert plain(view(issue))


class TestIssue:
    def test_names_number_and_dates(self) -> None:
        seen = view(make_issue(number=34))

        assert seen["labels"]["issue"] == "Issue 34"
        assert seen["issue"]["range"] == "10 – 16 August 2026"

    def test_without_a_ledger_there_is_no_number(self) -> None:
        assert view(make_issue(number=None))["labels"]["issue"] == ""

    def test_intro_is_markup_for_html_and_words_for_text(self) -> None:
        intro = view(make_issue(intro="Good *morning* <script>"))["issue"]

        assert intro["intro_html"].strip() == "<p>Good <em>morning</em> &lt;script&gt;</p>"
        assert intro["intro_text"] == "Good morning <script>"

    @pytest.mark.parametrize("intro", ["", "  \n "])
    def test_a_blank_intro_is_none(self, intro: str) -> None:
        seen = view(make_issue(intro=intro))["issue"]

        assert (seen["intro_html"], seen["intro_text"]) == ("", "")

    def test_readers_are_told_why_they_get_it(self) -> None:
        breaking = make_issue(kind=Kind.BREAKING, lead=make_story())

        assert view()["labels"]["why"] == (
            "You receive this e-mail because you subscribed to Harbour Weekly "
            "from Harbour Courier."
        )
        assert view(breaking)["labels"]["why"] == (
            "You receive this e-mail because you asked Harbour Courier for breaking news."
        )

    def test_braces_in_names_are_only_braces(self) -> None:
        issue = make_issue(title="{site.__class__} {0}", lead=make_story(title="{title}"))

        labels = view(issue, site_name="{newsletter}")["labels"]

        assert "{site.__class__} {0} from {newsletter}" in labels["why"]
        assert labels["read_story_about"] == "Read the full story: {title}"

    @pytest.mark.parametrize(
        ("language", "before", "after"),
        [("en", "and ", " more on the web"), ("zh-Hans", "网站上还有 ", " 篇")],
    )
    def test_the_count_of_the_rest_stands_where_the_language_wants_it(
        self, language: str, before: str, after: str
    ) -> None:
        labels = view(make_issue(language=language))["labels"]

        assert (labels["rest_before"], labels["rest_after"]) == (before, after)


class TestPreheader:
    def test_one_of_good_length_stays_as_the_editor_wrote_it(self) -> None:
        line = "The bridge, the eelgrass, and everything else that happened along the quay, told."

        assert view(make_issue(preheader=f"{line} Now."))["issue"]["preheader"] == f"{line} Now."

    def test_a_short_one_is_followed_by_titles_until_inboxes_are_full(self) -> None:
        titles = ["The bridge", "Eelgrass is back", "A tide clock that has never been late since"]
        issue = make_issue(
            preheader="News from the quay",
            subject="The bridge",
            lead=make_story(title=titles[0]),
            sections=(
                IssueSection(title="", stories=tuple(make_story(title=t) for t in titles[1:])),
            ),
            more=(make_article(title="What rent costs"), make_article(title="Never needed")),
        )

        assert view(issue)["issue"]["preheader"] == (
            "News from the quay · Eelgrass is back · A tide clock that has never been late since"
            " · What rent costs"
        )

    def test_an_empty_one_begins_with_the_lead_storys_excerpt(self) -> None:
        issue = make_issue(preheader="", lead=make_story(excerpt="It opens in October."))

        assert view(issue)["issue"]["preheader"].startswith("It opens in October.")

    def test_ends_after_a_word(self) -> None:
        line = view(make_issue(preheader="bridges " * 40))["issue"]["preheader"]

        assert line.endswith("bridges…")
        assert 85 <= len(line) <= 130

    @given(preheader=st.text(max_size=300), title=st.text(min_size=1, max_size=300))
    @settings(max_examples=50)
    def test_is_never_longer_than_an_inbox_shows(self, preheader: str, title: str) -> None:
        issue = make_issue(preheader=preheader, lead=make_story(title=title))

        assert len(view(issue)["issue"]["preheader"]) <= 130


class TestStory:
    def test_its_day_has_a_year_only_when_it_is_another(self) -> None:
        this = datetime(2026, 8, 14, tzinfo=BERLIN)

        assert lead_of(published_at=this)["date"] == "14 August"
        assert lead_of(published_at=this.replace(year=2025))["date"] == "14 August 2025"

    def test_its_authors_are_listed_as_the_language_does(self) -> None:
        assert lead_of(authors=("Ann", "Ben"))["byline"] == "By Ann and Ben"
        assert lead_of(authors=())["byline"] == ""

    def test_a_site_that_signs_its_own_articles_is_not_an_author(self) -> None:
        assert lead_of(authors=("harbour courier",))["byline"] == ""

    @pytest.mark.parametrize(
        ("origin", "shown"),
        [
            ("https://www.tidewire.example/a?b=1", "tidewire.example"),
            ("https://harbour-courier.example/a", ""),
            ("", ""),
            ("https://[broken", ""),
        ],
    )
    def test_its_source_is_named_unless_it_is_ourselves(self, origin: str, shown: str) -> None:
        assert lead_of(origin_url=origin)["source"] == shown

    def test_a_category_is_not_repeated_under_its_own_heading(self) -> None:
        stories = (make_story(categories=("harbour",)), make_story(categories=("Science",)))
        issue = make_issue(sections=(IssueSection(title="Harbour ", stories=stories),))

        shown = view(issue)["sections"][0]["stories"]

        assert [story["category"] for story in shown] == ["", "Science"]

    def test_names_who_else_has_the_story(self) -> None:
        also = make_article(title="Bridge vote", url="https://www.tidewire.example/a")
        ours = make_article(title="Bridge", url="")

        assert lead_of(also=(also, ours))["also"] == [
            {
                "title": "Bridge vote",
                "url": "https://www.tidewire.example/a",
                "source": "tidewire.example",
            },
            {"title": "Bridge", "url": "", "source": "Harbour Courier"},
        ]

    @pytest.mark.parametrize(
        ("title", "language", "lang", "toward"),
        [
            ("The bridge", "", "", ""),
            ("The bridge", "EN", "", ""),
            ("Die Brücke", "de", "de", ""),
            ("الجسر القديم", "ar", "ar", "rtl"),
            # No language: the first strong character decides, digits are not strong.
            ("11 عامًا من الانتظار", "", "", "rtl"),
            ("Bridge جسر", "", "", ""),
            ("2026", "", "", ""),
            # A language beats what the title looks like.
            ("iPhone في الميناء", "ar", "ar", "rtl"),
        ],
    )
    def test_is_marked_where_it_differs_from_the_mail(
        self, title: str, language: str, lang: str, toward: str
    ) -> None:
        story = lead_of(title=title, language=language)

        assert (story["lang"], story["dir"]) == (lang, toward)
        assert (story["start"], story["end"]) == (
            ("right", "left") if toward == "rtl" else ("left", "right")
        )

    def test_an_english_story_in_an_arabic_mail_is_marked_too(self) -> None:
        seen = view(make_issue(language="ar", lead=make_story(title="Bridge", language="en")))

        assert (seen["dir"], seen["start"], seen["end"]) == ("rtl", "right", "left")
        assert (seen["lead"]["lang"], seen["lead"]["dir"]) == ("en", "ltr")
        assert seen["lead"]["start"] == "left"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "/relative",
            "//host/path",
            "https:///path",
            "file:///etc/passwd",
            "https://[broken",
            "ht\ntps://a.example/",
            "https://a.example/\ud800",
            "https://:80/",
            "",
        ],
    )
    def test_what_readers_may_not_follow_is_no_address(self, url: str) -> None:
        story = lead_of(url=url, cover=Cover(url=url, alt="Quay"))

        assert story["url"] == ""
        assert story["cover"] is None

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("https://a.example/?a=1&b=2#c", "https://a.example/?a=1&b=2#c"),
            (" https://a.example/ ", "https://a.example/"),
            ("mailto:desk@a.example", "mailto:desk@a.example"),
            ("https://a.example/%20x", "https://a.example/%20x"),
            ('https://a.example/"><b> x', "https://a.example/%22%3E%3Cb%3E%20x"),
            ("https://a.example/brücke", "https://a.example/br%C3%BCcke"),
        ],
    )
    def test_others_are_written_so_that_nothing_can_end_them_early(
        self, url: str, shown: str
    ) -> None:
        assert lead_of(url=url)["url"] == shown

    @given(url=st.text(max_size=20) | st.text(max_size=20).map("https://".__add__))
    @settings(max_examples=100)
    def test_none_of_them_can_stop_a_whole_mail(self, url: str) -> None:
        address = html.escape(lead_of(url=url)["url"])

        check_mail(f'<a href="{address or "#"}">Bridge</a>', "weekly.html.j2")
