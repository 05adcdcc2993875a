"""The templates that travel with the program, rendered by the real machinery."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from builders import make_article, make_issue, make_look, make_story
from digest.issue.issue import Cover, Issue, IssueSection, Kind
from digest.rendering.environment import Templates, load_templates
from digest.rendering.locales import languages
from digest.rendering.render import render_issue
from digest.rendering.rendered import Look, RenderedIssue
from digest.rendering.template_folders import packaged_folder

UNSUBSCRIBE = "__DIGEST_UNSUBSCRIBE_URL__"
HOSTILE = "</title><script>alert(1)</script><!--digest:card 2-->{{ 7*7 }}{% x %}\"'<b>&amp;"
TEMPLATES: Templates = load_templates((packaged_folder(),))
VOID = {"meta", "img", "br", "hr", "input", "link"}


def render(issue: Issue, look: Look | None = None, *, budget: int = 90_000) -> RenderedIssue:
    return render_issue(issue, look or make_look(), TEMPLATES, budget=budget)


def breaking(**fields: object) -> Issue:
    issue: Issue = make_issue(
        kind=Kind.BREAKING,
        template="breaking",
        newsletter="breaking",
        window=None,
        **({"lead": make_story()} | fields),
    )
    return issue


class Page(HTMLParser):
    """What a client makes of a mail: its elements, words and headings."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words += data.replace("\u200b", "")  # where long words may be broken
        if self.open and any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> set[str]:
        return {attributes["href"] for attributes in self.all("a")}


def shown(words: str) -> str:
    """Return words as both parts have them: no comment begins in them."""
    return words.replace("<!--", "<!\u2060--")


def outlook(html: str) -> str:
    """Return the mail as Word sees it: its conditional comments opened."""
    return re.sub(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", r"\1", html, flags=re.DOTALL)


def every_kind_of_issue() -> dict[str, Issue]:
    also = (make_article(url="https://tidewire.example/a"), make_article(url=""))
    rich = make_issue(intro="Good *morning*, see [this](https://a.example/x).", number=34)
    return {
        "weekly": make_issue(),
        "rich": replace(rich, lead=make_story(also=also, authors=("Ann", "Ben"))),
        "without covers": make_issue(lead=make_story(cover=None)),
        "only titles": make_issue(lead=make_story(cover=None, excerpt="", url="")),
        "without lead": make_issue(
            sections=(IssueSection(title="", stories=(make_story(), make_story())),)
        ),
        "only more": make_issue(more=(make_article(), make_article(url=""))),
        "empty": make_issue(lead=None),
        "foreign": make_issue(
            lead=make_story(title="الجسر القديم", language="ar", also=also),
            sections=(
                IssueSection(title="港口", stories=(make_story(title="旧桥", language="zh"),)),
            ),
        ),
        "hostile": make_issue(
            title=HOSTILE,
            subject=HOSTILE,
            preheader=HOSTILE,
            lead=make_story(title=HOSTILE, excerpt=HOSTILE, categories=(HOSTILE,), also=also),
            sections=(IssueSection(title=HOSTILE, stories=(make_story(title=HOSTILE),)),),
            more=(make_article(title=HOSTILE),),
            intro=HOSTILE,
        ),
        "breaking": breaking(),
        "breaking, hostile": breaking(lead=make_story(title=HOSTILE), intro=HOSTILE),
        **{language: make_issue(language=language) for language in languages()},
    }


@pytest.fixture(scope="module", params=every_kind_of_issue())
def case(request: pytest.FixtureRequest) -> tuple[Issue, RenderedIssue]:
    issue = every_kind_of_issue()[request.param]
    return issue, render(issue)


class TestEveryMail:
    def test_nothing_of_the_making_is_left(self, case: tuple[Issue, RenderedIssue]) -> None:
        issue, rendered = case
        hostile = HOSTILE in issue.title or (issue.lead and HOSTILE in issue.lead.article.title)

        assert "<!--digest" not in rendered.html
        assert "<!--/digest" not in rendered.html
        assert not re.search(r"\bNone\b|\bUndefined\b|Markup\(", rendered.html + rendered.text)
        if not hostile:
            assert not re.search(r"\{\{|\{%|%\}", rendered.html + rendered.text)
            assert "<" not in rendered.text

    def test_elements_are_balanced_for_browsers_and_for_word(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        _, rendered = case

        for html in (rendered.html, outlook(rendered.html)):
            page = Page(html.replace("<o:AllowPNG/>", ""))
            assert page.unbalanced == []
            assert page.open == []

    def test_both_parts_have_every_title_and_the_same_links(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        issue, rendered = case
        page = Page(rendered.html)
        words = re.sub(r"\s+", " ", page.words)
        text = re.sub(r"\s+", " ", rendered.text)
        titles = [story.article.title for story in issue.stories]

        for title in [*titles, *(article.title for article in issue.more)]:
            assert shown(title) in words
            assert shown(title) in text
        # The site's own front page is no link of an article.
        for link in page.links() - {"https://harbour-courier.example"}:
            assert link in rendered.text
        for link in re.findall(r"^ *\[\d+\] (\S+)$", rendered.text, re.MULTILINE):
            assert link in page.links()

    def test_links_of_the_text_part_are_numbered_as_the_stories_are(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        issue, rendered = case
        articles = [*(story.article for story in issue.stories), *issue.more]
        with_url = [str(at) for at, article in enumerate(articles, 1) if article.url]

        assert re.findall(r"^ *\[(\d+)\] ", rendered.text, re.MULTILINE) == with_url

    def test_it_can_be_left_and_says_who_sent_it(self, case: tuple[Issue, RenderedIssue]) -> None:
        _, rendered = case

        assert rendered.text.count(UNSUBSCRIBE) == 1
        assert rendered.html.count(UNSUBSCRIBE) == 1
        assert UNSUBSCRIBE in Page(rendered.html).links()
        for part in (rendered.text, Page(rendered.html).words):
            assert "14 Quay Street" in part
        # Not configured yet.
        assert "PREFERENCES" not in rendered.html + rendered.text
        assert "WEB_VIEW" not in rendered.html + rendered.text

    def test_language_and_direction_stand_on_html_and_inside_body(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        issue, rendered = case
        page = Page(rendered.html)
        toward = "rtl" if issue.language in {"ar", "he"} else "ltr"
        (article,) = [each for each in page.all("div") if each.get("role") == "article"]

        for attributes in (page.all("html")[0], article):
            assert (attributes["lang"], attributes["dir"]) == (issue.language, toward)

    def test_headings_begin_with_one_h1_and_skip_none(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        _, rendered = case
        levels = [level for level, _ in Page(rendered.html).headings]

        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_tables_are_for_layout_and_pictures_have_words_and_width(
        self, case: tuple[Issue, RenderedIssue]
    ) -> None:
        _, rendered = case
        page = Page(outlook(rendered.html))

        assert all(table["role"] == "presentation" for table in page.all("table"))
        assert all(image["alt"] and image["width"].isdigit() for image in page.all("img"))

    def test_text_lines_fit_a_terminal(self, case: tuple[Issue, RenderedIssue]) -> None:
        _, rendered = case

        long = [line for line in rendered.text.splitlines() if len(line) > 78]
        assert [line for line in long if "http" not in line] == []
        assert "\n\n\n\n" not in rendered.text
        assert "\u034f" not in rendered.text


class TestWeekly:
    def test_hostile_texts_are_shown_and_never_obeyed(self) -> None:
        rendered = render(every_kind_of_issue()["hostile"])
        page = Page(rendered.html)

        assert page.all("script") == []
        assert page.all("b") == []
        assert shown(HOSTILE) in page.words
        assert shown(HOSTILE) in re.sub(r"\s+", " ", rendered.text)

    def test_names_the_week_and_the_issue(self) -> None:
        rendered = render(make_issue(number=34))

        assert "Issue 34 · 10 – 16 August 2026" in Page(rendered.html).words
        assert rendered.text.startswith("Harbour Weekly\nIssue 34 · 10 – 16 August 2026\n")

    def test_sections_stand_over_their_stories_in_both_parts(self) -> None:
        issue = make_issue(
            lead=make_story(title="Bridge"),
            sections=(
                IssueSection(title="Harbour", stories=(make_story(title="Boats"),)),
                IssueSection(title="Science", stories=(make_story(title="Eelgrass"),)),
            ),
            more=(make_article(title="Photo essay"),),
        )

        rendered = render(issue)

        assert Page(rendered.html).headings == [
            (1, "Harbour Weekly"),
            (2, "Bridge"),
            (2, "Harbour"),
            (3, "Boats"),
            (2, "Science"),
            (3, "Eelgrass"),
            (2, "More stories"),
        ]
        positions = [
            re.search(rf"^{words}$", rendered.text, re.MULTILINE)
            for words in ("Bridge", "Harbour", "Boats", "Science", "Eelgrass", "Photo essay")
        ]
        assert all(positions)
        assert [p.start() for p in positions if p] == sorted(p.start() for p in positions if p)

    def test_a_story_of_another_language_and_direction_says_so_on_its_cell(self) -> None:
        cells = Page(render(every_kind_of_issue()["foreign"]).html).all("td")

        marked = {
            cell["id"]: (cell.get("lang"), cell.get("dir")) for cell in cells if "id" in cell
        }
        assert marked == {"story-1": ("ar", "rtl"), "story-2": ("zh", None)}

    def test_the_picture_floats_to_the_side_reading_begins_at(self) -> None:
        stories = (
            make_story(title="Boats"),
            make_story(title="قوارب", language="ar"),
        )
        issue = make_issue(sections=(IssueSection(title="Harbour", stories=stories),))

        floats = re.findall(r"float: ?(\w+)", render(issue).html.partition("</head>")[2])

        assert floats == ["left", "right"]

    def test_styles_are_inlined_and_the_rest_is_kept_flat(self) -> None:
        html = render(make_issue()).html
        head = html.partition("</head>")[0]
        kept = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)[-1]

        assert re.search(r'<h1 class="name ink" style="[^"]*font-size: ?36px', html)
        assert "prefers-color-scheme: dark" in kept
        assert "[data-ogsc] .ink" in kept
        # Yahoo drops what follows a comma in @media, Gmail a block with an at-rule in an at-rule.
        assert all("," not in query for query in re.findall(r"@media([^{]*)", kept))
        for block in kept.split("@media")[1:]:
            assert "@" not in block.partition("}}")[0]
        assert len(kept) < 16_384

    def test_the_preheader_is_hidden_and_followed_by_filler(self) -> None:
        html = render(make_issue(preheader="News from the quay, " * 5)).html

        assert re.search(r'mso-hide: ?all">News from the quay', html)
        assert html.count("\u034f") >= 40

    def test_ten_articles_stay_below_thirty_kilobytes(self) -> None:
        excerpt = "The council voted eight to three on Tuesday night. " * 4
        stories = [
            make_story(title="A title of sixty characters, as most titles of news are" + "!" * 5)
            for _ in range(10)
        ]
        stories = [replace(story, excerpt=excerpt) for story in stories]
        section = IssueSection(title="Harbour", stories=tuple(stories[1:]))

        assert render(make_issue(lead=stories[0], sections=(section,))).size_bytes < 30 * 1024

    def test_a_logo_stands_for_the_name(self) -> None:
        look = make_look(logo="https://a.example/logo.png", logo_width=120)

        images = Page(render(make_issue(lead=None), look).html).all("img")

        assert [(image["alt"], image["width"]) for image in images] == [("Harbour Courier", "120")]

    def test_a_paper_named_as_its_letter_is_named_once_on_top(self) -> None:
        page = Page(render(make_issue(title="Harbour Courier", lead=None)).html)

        assert [a["href"] for a in page.all("a")] == [UNSUBSCRIBE]

    @pytest.mark.parametrize("budget", [20_000, 14_000, 11_000])
    def test_what_a_small_budget_takes_away_leaves_a_sound_mail(self, budget: int) -> None:
        stories = tuple(make_story(excerpt="Word " * 60) for _ in range(20))
        sections = (
            IssueSection(title="Harbour", stories=stories[:10]),
            IssueSection(title="Science", stories=stories[10:]),
        )
        more = tuple(make_article() for _ in range(5))
        issue = make_issue(lead=make_story(), sections=sections, more=more)

        rendered = render(issue, budget=budget)

        assert rendered.steps
        assert rendered.size_bytes <= budget
        for html in (rendered.html, outlook(rendered.html)):
            page = Page(html.replace("<o:AllowPNG/>", ""))
            assert (page.unbalanced, page.open) == ([], [])
        page = Page(rendered.html)
        assert UNSUBSCRIBE in page.links()
        shown = len([level for level, _ in page.headings if level == 3])
        left = re.search(r"and (\d+) more on the web", page.words)
        titles = len([a for a in page.all("td") if "item" in a.get("class", "")])
        assert shown + titles + int(left[1] if left else 0) == 25

    def test_without_a_need_nothing_is_said_about_the_rest(self) -> None:
        assert "more on the web" not in Page(render(make_issue()).html).words


class TestBreaking:
    def test_the_story_is_the_heading_of_the_mail(self) -> None:
        rendered = render(breaking(lead=make_story(title="Bridge shut")))

        assert Page(rendered.html).headings == [(1, "Bridge shut")]
        assert "Breaking news · 17 August 2026" in Page(rendered.html).words
        assert rendered.text.startswith("Harbour Courier\nBreaking news · 17 August 2026\n")

    def test_further_stories_follow_as_cards(self) -> None:
        section = IssueSection(title="", stories=(make_story(title="Ferries stay in port"),))
        issue = breaking(lead=make_story(title="Bridge shut"), sections=(section,))

        assert Page(render(issue).html).headings == [
            (1, "Bridge shut"),
            (2, "Ferries stay in port"),
        ]

    def test_why_it_comes_stands_beneath_the_story_and_once(self) -> None:
        words = Page(render(breaking(lead=make_story(title="Bridge shut"))).html).words

        assert words.count("because you asked Harbour Courier for breaking news") == 1
        assert words.index("because you asked") < words.index("14 Quay Street")

    def test_without_a_lead_story_there_is_still_a_heading(self) -> None:
        assert Page(render(breaking(lead=None)).html).headings[0][0] == 1


class TestCompact:
    def test_it_has_the_stories_of_the_weekly_letter_and_no_picture(self) -> None:
        issue = make_issue(intro="Good morning.")

        weekly, compact = render(issue), render(replace(issue, template="compact"))

        assert Page(compact.html).headings == Page(weekly.html).headings
        assert Page(compact.html).all("img") == []
        assert "Read the full story" not in Page(compact.html).words
        assert compact.text == weekly.text


class TestLooks:
    def test_a_dark_screen_gets_its_own_logo(self) -> None:
        look = make_look(logo="https://a.example/l.png", logo_dark="https://a.example/d.png")

        html = render(make_issue(lead=None), look).html

        assert [image["src"][-5:] for image in Page(html).all("img")] == ["l.png", "d.png"]
        assert re.search(r'class="logo moon" style="[^"]*display: ?none', html)
        assert html.count(".moon { display: block !important; }") == 2
        for_word = re.sub(r"(?s)<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", html)
        assert "d.png" not in for_word

    def test_corners_are_as_round_as_the_publisher_says(self) -> None:
        assert "border-radius:12px" in render(make_issue(), make_look(radius=12)).html
        assert "border-radius" not in render(make_issue(), make_look(radius=0)).html

    @pytest.mark.parametrize(("cards", "widths"), [("left", 207), ("top", 552)])
    def test_pictures_stand_beside_words_or_on_top_of_them(self, cards: str, widths: int) -> None:
        page = Page(render(make_issue(cards=cards)).html)

        assert [image["width"] for image in page.all("img")] == ["552", str(widths), str(widths)]

    def test_a_letter_can_do_without_pictures(self) -> None:
        assert Page(render(make_issue(cards="none")).html).all("img") == []

    def test_only_pictures_of_a_fixed_width_have_a_height(self) -> None:
        cover = Cover(url="https://a.example/c.jpg", alt="Quay", width=1200, height=800)
        portrait = replace(cover, width=800, height=1200)
        stories = (make_story(cover=cover), make_story(cover=portrait))
        issue = make_issue(
            lead=make_story(cover=portrait), sections=(IssueSection(title="", stories=stories),)
        )

        html = render(issue).html

        sizes = [(image["width"], image.get("height")) for image in Page(html).all("img")]
        assert sizes == [("368", None), ("207", "138"), ("138", "207")]
        assert re.search(r'style="[^"]*max-width: ?368px[^"]*" alt="Quay"|max-width:368px', html)

    def test_the_web_view_is_linked_where_there_is_one(self) -> None:
        look = make_look(web_view="https://a.example/{newsletter}/{slot}")

        for issue in (make_issue(), breaking(slot="2026-08-17-1")):
            rendered = render(issue, look)
            link = f"https://a.example/{issue.newsletter}/{issue.slot}"
            assert link in Page(rendered.html).links()
            assert f"View in your browser: {link}" in rendered.text

    def test_statistics_are_told_of_articles_and_of_nothing_else(self) -> None:
        also = (make_article(url="https://tidewire.example/a"),)
        issue = make_issue(
            utm={"source": "{newsletter}", "content": "{section}-{story}"},
            lead=make_story(also=also),
            sections=(IssueSection(title="Town & Trade", stories=(make_story(),)),),
            more=(make_article(),),
        )
        look = make_look(web_view="https://a.example/{slot}")

        rendered = render(issue, look)

        links = Page(rendered.html).links()
        told = {link.partition("utm_content=")[2] for link in links if "utm_" in link}
        assert told == {"lead-1", "town-trade-2", "more-3"}
        untold = {link for link in links if "utm_" not in link}
        assert untold == {
            UNSUBSCRIBE,
            "https://a.example/2026-W34",
            "https://harbour-courier.example",
            "https://tidewire.example/a",
        }
        assert all(link in rendered.text for link in links - {"https://harbour-courier.example"})


class TestOverriding:
    def test_one_partial_may_be_replaced_alone(self, tmp_path: Path) -> None:
        folder = tmp_path / "templates" / "partials"
        folder.mkdir(parents=True)
        (folder / "site.html.j2").write_text("<p>From the quay, {{ site.name }}</p>\n")
        templates = load_templates((str(folder.parent), packaged_folder()))

        html = render_issue(make_issue(), make_look(), templates).html

        assert "From the quay, Harbour Courier" in html
        assert "More stories" in html
