"""Builders: a test names only the fields it is about."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from digest.articles.article import Article, BadFile
from digest.articles.read import parse_article
from digest.articles.settings import ReadingRules
from digest.issue.issue import Cover, Issue, IssueSection, Story
from digest.record import replace
from digest.rendering.rendered import Look
from digest.selection.window import Window

BERLIN = ZoneInfo("Europe/Berlin")
#: The Monday on which the week of the tests begins, and the weeks around it.
MONDAY = datetime(2026, 8, 10, tzinfo=BERLIN)
THIS_WEEK = Window(MONDAY, datetime(2026, 8, 17, tzinfo=BERLIN))
NEXT_WEEK = Window(THIS_WEEK.end, datetime(2026, 8, 24, tzinfo=BERLIN))
LAST_WEEK = Window(datetime(2026, 8, 3, tzinfo=BERLIN), MONDAY)
TUESDAY = MONDAY + timedelta(days=1)

_numbers = count(1)

PARAGRAPH = (
    "The harbour office counted every boat twice this summer, and the second count was always "
    "the larger one, which nobody at the quay found surprising. "
)


def make_article(**fields: Any) -> Article:
    """Return a sound article of the test's week; every one has a body and identity of its own."""
    number = next(_numbers)
    path = fields.get("path", f"article-{number}.md")
    sound: dict[str, Any] = {
        "path": path,
        "title": f"Story number {number}",
        "published_at": TUESDAY,
        "url": f"https://harbour-courier.example/{path.removesuffix('.md')}",
        "summary": f"What happened in story {number} is told here in one whole sentence.",
        "body": PARAGRAPH * 3 + f"Only story {number} says so.",
        "identity": f"path:{path}",
        "fingerprint": f"{number:032x}",
        "words": 80,
    }
    return Article(**(sound | fields))


def edit(article: Article, **fields: Any) -> Article:
    """Return the article with some fields changed."""
    return replace(article, **fields)


def make_story(**fields: Any) -> Story:
    """Return a story with a cover and an excerpt; other fields are those of its article."""
    own = {name: fields.pop(name) for name in ("excerpt", "cover", "also") if name in fields}
    article = make_article(**fields)
    cover = Cover(url=f"https://harbour-courier.example/{article.identity[5:]}.jpg", alt="Quay")
    sound: dict[str, Any] = {"article": article, "excerpt": article.summary, "cover": cover}
    return Story(**(sound | own))


def make_issue(**fields: Any) -> Issue:
    """Return an issue of the test's week: a lead story, two sections, one title more."""
    sound: dict[str, Any] = {
        "newsletter": "weekly",
        "title": "Harbour Weekly",
        "slot": "2026-W34",
        "subject": "The bridge opens again",
        "preheader": "Also in this letter: eelgrass, the tide clock, and what rent near the quay "
        "costs now.",
        "window": THIS_WEEK,
        "dated": THIS_WEEK.end.date(),
    }
    if not {"lead", "sections", "more"} & fields.keys():
        sound["lead"] = make_story()
        sound["sections"] = (
            IssueSection(title="Harbour", stories=(make_story(), make_story(cover=None))),
            IssueSection(title="Science", stories=(make_story(),)),
        )
        sound["more"] = (make_article(),)
    return Issue(**({"lead": None} | sound | fields))


def make_look(**fields: Any) -> Look:
    """Return the looks of the paper the tests are about."""
    sound: dict[str, Any] = {
        "site_name": "Harbour Courier",
        "base_url": "https://harbour-courier.example",
        "postal_address": "14 Quay Street\nPortmouth",
    }
    return Look(**(sound | fields))


def make_reading_rules(**fields: Any) -> ReadingRules:
    """Return rules of a site in Berlin that no generator made."""
    sound: dict[str, Any] = {"zone": BERLIN, "base_url": "https://harbour-courier.example"}
    return ReadingRules(**(sound | fields))


def parse_file(text: str | bytes, path: str = "posts/boats.md", **rules: Any) -> Article | BadFile:
    """Return what the reader makes of a file."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return parse_article(raw, path, make_reading_rules(**rules))


def read_fields(front: str, body: str = "Boats.", **rules: Any) -> Article:
    """Return the article whose YAML front matter is `front`; a date is added where it has none."""
    dated = front if "date" in front.casefold() else f"{front}\ndate: 2026-08-11"
    found = parse_file(f"---\n{dated}\n---\n{body}\n", **rules)
    assert isinstance(found, Article), found
    return found


def bad_file(text: str | bytes, path: str = "posts/boats.md", **rules: Any) -> BadFile:
    """Return what is wrong with a file."""
    found = parse_file(text, path, **rules)
    assert isinstance(found, BadFile), found
    return found
