"""An issue → the mail readers get."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from premailer import Premailer

from builders import THIS_WEEK, make_article
from digest.errors import RenderingError
from digest.issue.issue import Cover, Issue, IssueSection, Kind, Story
from digest.rendering import render
from digest.rendering.environment import load_templates
from digest.rendering.reader_links import TAGS
from digest.rendering.render import render_issue
from digest.rendering.rendered import Look
from digest.rendering.template_folders import packaged_folder, template_folders

OURS = load_templates((packaged_folder(),))
LOOK = Look(
    site_name="Harbour Courier",
    base_url="https://harbour-courier.example",
    postal_address="Quay Street 1\n24103 Kiel",
)
VOID = {"area", "br", "col", "hr", "img", "input", "meta", "wbr"}


def make_story(**fields: Any) -> Story:
    sound: dict[str, Any] = {
        "article": make_article(),
        "excerpt": "What happened & why it <b>matters</b> is told here in one whole sentence.",
        "cover": Cover(url="https://harbour-courier.example/a.jpg?w=1&h=2", alt="A <boat>"),
    }
    return Story(**(sound | fields))


def make_issue(**fields: Any) -> Issue:
    sound: dict[str, Any] = {
        "newsletter": "weekly",
        "title": "The Harbour Week",
        "slot": "2026-W34",
        "subject": "Boats & <more>",
        "lead": make_story(),
        "sections": (IssueSection(title="News", stories=(make_story(), make_story())),),
        "more": (make_article(), make_article()),
        "window": THIS_WEEK,
        "dated": date(2026, 8, 17),
    }
    return Issue(**(sound | fields))


def huge_issue(stories: int, *, title: int = 120, excerpt: int = 900, also: int = 3) -> Issue:
    def one() -> Story:
        others = tuple(make_article(title="Also " * (title // 5)) for _ in range(also))
        story = make_article(title="Title & <b> " * (title // 12))
        return make_story(article=story, excerpt='Öfter & "mehr" ' * (excerpt // 15), also=others)

    every = [one() for _ in range(stories)]
    half = len(every) // 2
    return make_issue(
        lead=every[0],
        sections=(
            IssueSection(title="News", stories=tuple(every[1:half])),
            IssueSection(title="Late", stories=tuple(every[half:])),
        ),
    )


class Balance(HTMLParser):
    """Checks that every element is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        assert "digest:" not in data


def assert_whole(html: str) -> None:
    balance = Balance()
    balance.feed(html)
    assert balance.open == []
    # What Outlook reads must be whole too: tables opened in comments are closed in comments.
    outlook = html.replace("<!--[if mso]>", "").replace("<![endif]-->", "")
    balance = Balance()
    balance.feed(outlook)
    assert balance.open == []


def test_the_issue_is_in_both_parts() -> None:
    issue = make_issue()

    rendered = render_issue(issue, LOOK, OURS)

    titles = [story.article.title for story in issue.stories]
    titles += [article.title for article in issue.more]
    assert all(title in rendered.html and title in rendered.text for title in titles)
    assert "Boats &amp; &lt;more&gt;</title>" in rendered.html
    assert "why it &lt;b&gt;matters" in rendered.html
    assert rendered.size_bytes == len(rendered.html.encode())
    assert (rendered.steps, rendered.warnings) == ((), ())
    assert_whole(rendered.html)


def test_the_readers_links_are_inert_tags_in_both_parts() -> None:
    rendered = render_issue(make_issue(), LOOK, OURS)

    assert f'href="{TAGS.unsubscribe}"' in rendered.html
    assert TAGS.unsubscribe in rendered.text


def test_no_content_brings_a_tag_of_its_own() -> None:
    named = make_article(title=f"On {TAGS.unsubscribe} and {TAGS.web_view}")
    plain = render_issue(make_issue(), LOOK, OURS)

    rendered = render_issue(make_issue(lead=make_story(article=named)), LOOK, OURS)

    assert rendered.html.count(TAGS.unsubscribe) == plain.html.count(TAGS.unsubscribe)
    assert rendered.text.count(TAGS.unsubscribe) == plain.text.count(TAGS.unsubscribe)
    assert TAGS.web_view not in rendered.html + rendered.text


def test_the_same_issue_gives_the_same_mail() -> None:
    issue = make_issue()

    assert render_issue(issue, LOOK, OURS) == render_issue(issue, LOOK, OURS)


@pytest.mark.parametrize("stories", [1, 12, 200])
def test_premailer_runs_once_per_issue(stories: int, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    transform = Premailer.transform

    def counted(self: object, *args: object, **options: object) -> object:
        runs.append(self)
        return transform(self, *args, **options)

    monkeypatch.setattr(Premailer, "transform", counted)

    render_issue(huge_issue(stories), LOOK, OURS)

    assert len(runs) == 1


@settings(max_examples=4)
@given(
    title=st.sampled_from([12, 120, 300]),
    excerpt=st.sampled_from([0, 200, 3000]),
    also=st.sampled_from([0, 3]),
)
def test_500_huge_articles_stay_below_the_clip(title: int, excerpt: int, also: int) -> None:
    issue = huge_issue(500, title=title, excerpt=excerpt, also=also)

    rendered = render_issue(issue, LOOK, OURS)

    assert len(rendered.html.encode()) == rendered.size_bytes <= 90_000
    assert f'href="{TAGS.unsubscribe}"' in rendered.html
    assert "24103 Kiel" in rendered.html
    assert rendered.steps[:1] == ("excerpts shortened",) or not excerpt
    assert "it was made smaller: " in rendered.warnings[-1]
    assert_whole(rendered.html)


@pytest.mark.parametrize("budget", [14_000, 17_000, 20_000, 23_000, 26_000, 30_000, 34_000])
def test_every_step_leaves_a_whole_mail(budget: int) -> None:
    rendered = render_issue(huge_issue(12), LOOK, OURS, budget=budget)

    assert rendered.size_bytes <= budget
    assert_whole(rendered.html)


def test_stories_left_to_the_web_are_counted() -> None:
    rendered = render_issue(huge_issue(60), LOOK, OURS, budget=25_000)

    left = rendered.steps[-1]
    assert left.endswith(" left to the web")
    assert f"and {left.split()[0]} more on the web" in rendered.html.replace("</a>", "")


def test_a_mail_that_cannot_fit_says_so() -> None:
    with pytest.raises(RenderingError, match="Choose fewer articles"):
        render_issue(make_issue(), LOOK, OURS, budget=5_000)


def own_folder(tmp_path: Path, **files: str) -> tuple[str, ...]:
    (tmp_path / "templates" / "partials").mkdir(parents=True)
    for name, source in files.items():
        (tmp_path / "templates" / f"{name.replace('__', '/')}.html.j2").write_text(source)
    return template_folders(str(tmp_path))


def test_templates_of_the_publisher_run_in_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = own_folder(tmp_path, partials__header="<tr><td><h1>Mine</h1></td></tr>")
    monkeypatch.setattr(render, "make_parts", None)  # not here

    rendered = render_issue(make_issue(), LOOK, load_templates(folders))

    assert ">Mine</h1>" in rendered.html
    assert f'href="{TAGS.unsubscribe}"' in rendered.html


def test_templates_of_ours_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)

    assert render_issue(make_issue(), LOOK, OURS).html


def test_a_wrong_region_marker_names_the_template(tmp_path: Path) -> None:
    folders = own_folder(tmp_path, partials__header="<!--digest:cards 1-->")

    with pytest.raises(RenderingError, match="or one of its partials: a region"):
        render_issue(make_issue(), LOOK, load_templates(folders))


def test_a_link_the_template_made_up_is_refused(tmp_path: Path) -> None:
    folders = own_folder(tmp_path, partials__header='<tr><td><a href="/home">x</a></td></tr>')

    with pytest.raises(RenderingError, match="'/home' is not a full http or https address"):
        render_issue(make_issue(), LOOK, load_templates(folders))


def test_an_unknown_template_is_said_with_what_was_meant() -> None:
    with pytest.raises(RenderingError, match=r"weekley\.html\.j2: no template of this name"):
        render_issue(make_issue(template="weekley"), LOOK, OURS)


def test_a_breaking_story_is_a_whole_mail() -> None:
    issue = make_issue(kind=Kind.BREAKING, template="breaking", sections=(), more=(), window=None)

    rendered = render_issue(issue, LOOK, OURS)

    assert_whole(rendered.html)
    assert TAGS.unsubscribe in rendered.text
