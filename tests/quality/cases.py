"""The letters that are measured: every template with every kind of content it must bear.

A case is an issue and the looks of its publisher. The sample articles and the real archive go the
way of `digest preview`; the others are made here.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from builders import make_article, make_issue, make_look, make_story
from digest.config.load import load_config
from digest.config.settings import look
from digest.issue.issue import Cover, Issue, IssueSection, Kind, Story
from digest.rendering.rendered import Look
from digest.runs.choose import Ask, choose
from digest.runs.preview import compose_choice
from quality.texts import ARABIC, CHINESE, ENGLISH, GERMAN, HEBREW, Text

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TEMPLATES: Final = ("weekly", "breaking", "compact")
#: Weeks of the real archive.
WEEKS: Final = ("2025-W30", "2025-W26")
_ALL: Final = frozenset(TEMPLATES)
_LONG: Final = "https://harbour-courier.example/" + "TideTables_and-" * 8 + "x" * 8


class Case(NamedTuple):
    """One letter to be measured."""

    template: str
    content: str
    issue: Issue
    look: Look

    @property
    def name(self) -> str:
        """A name for files."""
        return f"{self.template}-{self.content.replace(' ', '-').replace(',', '')}"


def cases(archive: Path | None = None) -> Iterator[Case]:
    """Yield every template with every content it is made for.

    Args:
        archive: Folder of the real articles; None: without them.
    """
    for content, (make, templates) in _contents(archive).items():
        for template in TEMPLATES:
            if template in templates:
                issue, looks = make()
                yield Case(template, content, as_template(issue, template), looks)


def as_template(issue: Issue, template: str) -> Issue:
    """Return `issue` as `template` shows it; for breaking news its first story alone."""
    if template != "breaking":
        return replace(issue, template=template)
    return replace(
        issue,
        template=template,
        kind=Kind.BREAKING,
        newsletter="breaking",
        title="Breaking news",
        preheader="The Harbour Courier: Breaking news",
        slot=f"{issue.dated:%Y-%m-%d}-1",
        window=None,
        number=None,
        intro="",
        sections=(),
        more=(),
    )


_Made = tuple[Issue, Look]


def _contents(
    archive: Path | None,
) -> dict[str, tuple[Callable[[], _Made], frozenset[str]]]:
    with_covers, lists = frozenset({"weekly", "breaking"}), frozenset({"weekly", "compact"})
    weekly = frozenset({"weekly"})
    real = {f"archive {week}": (partial(_real, archive, week), _ALL) for week in WEEKS if archive}
    return {
        "sample": (sample, _ALL),
        **real,
        "1 article": (partial(_plain, ENGLISH[:1], sections=0), _ALL),
        "12 articles": (partial(_plain, ENGLISH, more=8), lists),
        "no covers": (partial(_plain, ENGLISH[:8], cover=None), with_covers),
        "portrait covers": (partial(_plain, ENGLISH[:8], size=(800, 1200)), with_covers),
        "broken covers": (partial(_plain, ENGLISH[:8], size=(None, None)), with_covers),
        "covers on top": (partial(_plain, ENGLISH[:8], cards="top"), weekly),
        "long words": (_long_words, _ALL),
        "Arabic": (partial(_plain, ARABIC, language="ar"), _ALL),
        "Hebrew": (partial(_plain, HEBREW, language="he"), _ALL),
        "German and Chinese": (partial(_plain, (*GERMAN, *CHINESE, ARABIC[0], HEBREW[0])), _ALL),
        "Chinese": (partial(_plain, CHINESE, language="zh-Hans"), lists),
        "poor contrast": (partial(_plain, ENGLISH[:6], accent="#ffee58", muted="#c8c8c8"), _ALL),
        "all extras": (_all_extras, _ALL),
    }


@cache
def sample() -> _Made:
    """Return the issue of the sample articles, its pictures measured as landscapes."""
    issue, looks = _chosen(ROOT / "config.toml", "2026-W33")
    return _measured(issue, (1600, 900)), looks


@cache
def _real(archive: Path, week: str) -> _Made:
    shipped = (ROOT / "config.toml").read_text()
    config = archive.parent / "config.toml"
    config.write_text(shipped.replace('"examples/articles"', f'"{archive}"', 1))
    return _chosen(config, week)


def _chosen(path: Path, week: str) -> _Made:
    config = load_config(str(path))
    choice = choose(config, Ask(week=week), datetime(2026, 11, 1, tzinfo=UTC))
    return compose_choice(config, choice), look(config)


def _plain(
    texts: tuple[Text, ...],
    *,
    sections: int = 2,
    more: int = 0,
    size: tuple[int | None, int | None] = (1200, 800),
    cover: str | None = "picture",
    language: str = "en",
    cards: str = "left",
    **colours: str,
) -> _Made:
    stories = [
        _story(text, number, size if cover else None, language)
        for number, text in enumerate(texts, 1)
    ]
    issue = make_issue(
        title=_TITLES.get(language, "Harbour Weekly"),
        subject=texts[0].title,
        preheader="",
        language=language,
        cards=cards,
        lead=stories[0],
        sections=_sections(stories[1:], sections),
        more=tuple(
            make_article(title=text.title, published_at=stories[0].article.published_at)
            for text in ENGLISH[:more]
        ),
    )
    return issue, make_look(colours=colours)


_TITLES: Final = {"ar": "أسبوع الميناء", "he": "השבוע בנמל", "zh-Hans": "港口一周"}


def _sections(stories: list[Story], number: int) -> tuple[IssueSection, ...]:
    if not stories:
        return ()
    half = (len(stories) + 1) // max(number, 1)
    parts = [stories[:half], stories[half:]]
    titles = ("Harbour", "Town & Trade")
    return tuple(
        IssueSection(title=title, stories=tuple(part))
        for title, part in zip(titles, parts, strict=True)
        if part
    )


def _story(
    text: Text, number: int, size: tuple[int | None, int | None] | None, language: str
) -> Story:
    cover = None
    if size:
        url = f"https://harbour-courier.example/img/{number}.jpg"
        cover = Cover(url=url, alt=text.alt or text.title, width=size[0], height=size[1])
    article = make_article(
        path=f"quality-{number}.md",
        title=text.title,
        authors=(text.author,) if text.author else (),
        language="" if text.language == language else text.language,
        categories=(text.category,) if text.category else (),
    )
    return Story(article=article, excerpt=text.excerpt, cover=cover)


def _measured(issue: Issue, size: tuple[int, int]) -> Issue:
    def known(story: Story) -> Story:
        if not story.cover:
            return story
        return replace(story, cover=replace(story.cover, width=size[0], height=size[1]))

    sections = tuple(
        replace(section, stories=tuple(map(known, section.stories))) for section in issue.sections
    )
    return replace(issue, lead=known(issue.lead) if issue.lead else None, sections=sections)


def _long_words() -> _Made:
    issue, looks = _plain(
        (
            Text(title="A" * 160, excerpt="B" * 160, category="C" * 40),
            Text(title=_LONG[:160], excerpt=f"See {_LONG} for all of them."),
            Text(title="Donaudampfschifffahrtsgesellschaftskapitän" * 4, excerpt="Ahoi.",
                 language="de"),
            Text(title="漢" * 160, excerpt="字" * 120, language="zh"),
            *ENGLISH[:2],
        )
    )  # fmt: skip
    return replace(issue, subject="Words without an end", title="T" * 60), looks


def _all_extras() -> _Made:
    also: tuple[Any, ...] = (make_article(url="https://tidewire.example/a"),)
    issue, _ = _plain(ENGLISH[:6], more=4)
    intro = (
        "# Good morning\n\nThe *bridge* is open, see [the tide tables](https://a.example/t).\n\n"
        "- one thing\n- another\n"
    )
    first = replace(issue.sections[0].stories[0], also=also, told_before=True)
    section = replace(issue.sections[0], stories=(first, *issue.sections[0].stories[1:]))
    issue = replace(
        issue,
        intro=intro,
        number=34,
        sections=(section, *issue.sections[1:]),
        lead=make_story(
            title=ENGLISH[0].title,
            excerpt=ENGLISH[0].excerpt,
            cover=Cover(
                url="https://harbour-courier.example/img/1.jpg", alt="Q", width=1200, height=800
            ),
            also=also,
            authors=("Ann Lee", "Tom Okafor"),
        ),
        utm={"source": "{newsletter}", "medium": "email", "campaign": "{slot}"},
    )
    looks = make_look(
        logo="https://harbour-courier.example/logo.png",
        logo_dark="https://harbour-courier.example/logo-dark.png",
        font="humanist",
        heading_font="Source Serif",
        radius=12,
        web_view="https://harbour-courier.example/letters/{newsletter}/{slot}",
        colours={"accent": "#8a1c3b", "paper": "#fffdf8", "background": "#f4efe6"},
    )
    return issue, looks
