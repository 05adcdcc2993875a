"""What templates see of an issue: plain words and numbers, nothing left to compute. Pure.

`docs/templates.md` lists the variables. Every string is text or an address, except
`issue.intro_html`, which `markdown.py` has sanitised: the one value templates may mark as safe.
"""

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from digest.articles.article import Article
from digest.issue.issue import Cover, Issue, IssueSection, Kind, Story
from digest.rendering.images.shape import Size, shown_size
from digest.rendering.locales import (
    direction,
    format_day,
    issue_dates,
    join_names,
    words,
)
from digest.rendering.rendered import Look
from digest.rendering.theme import make_theme

#: What a template is given: str, int, bool, None, and lists and dicts of these.
View = dict[str, object]

#: Shown widths in pixels: the letter is 600 with 24 of margin; cards give 3/8 to their picture.
HERO_WIDTH = 552
CARD_WIDTH = 207

# Inboxes show 85 to 130 characters after the subject (email-html.md §3, *Preheader*).
_PREHEADER_LEAST = 85
_PREHEADER_MOST = 130
# RFC 3986 §2: reserved and unreserved characters, and "%" of what is encoded already.
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=-._~%"


def build_view(issue: Issue, look: Look) -> View:
    """Return everything the templates of `issue` need, in the order of the mail."""
    theme, warnings = make_theme(look.colours, issue.language)
    first = 1 if issue.lead else 0
    sections: list[View] = []
    for section in issue.sections:
        sections.append(_section(section, issue, look, after=first))
        first += len(section.stories)
    return {
        "lang": issue.language,
        "dir": direction(issue.language),
        **_sides(direction(issue.language)),
        "site": _site(look),
        "theme": theme,
        "newsletter": {"title": issue.title},
        "issue": _issue(issue),
        "lead": _story(issue.lead, issue, look, number=1, width=HERO_WIDTH)
        if issue.lead
        else None,
        "sections": sections,
        "more": [
            {"number": number, "title": article.title, "url": _address(article.url)}
            for number, article in enumerate(issue.more, first + 1)
        ],
        "rest": {"url": _address(look.base_url)},
        # Shown once the publisher runs a web view and a preference centre.
        "reader": {"web_view": False, "preferences": False},
        "labels": _labels(issue, look),
        "warnings": warnings,
    }


def _site(look: Look) -> View:
    lines = (line.strip() for line in look.postal_address.splitlines())
    return {
        "name": look.site_name,
        "base_url": _address(look.base_url),
        "logo": _address(look.logo),
        "logo_width": min(look.logo_width, HERO_WIDTH),
        # The name stands above the address already.
        "postal_address": [line for line in lines if line and not _same(line, look.site_name)],
    }


def _issue(issue: Issue) -> View:
    dates = issue_dates(issue.dated, issue.window, issue.language)
    return {
        "kind": issue.kind.value,
        "slot": issue.slot,
        "number": issue.number,
        "date": dates["date"],
        "range": dates["range"],
        "subject": issue.subject,
        "preheader": _preheader(issue),
        **_intro(issue),
    }


def _intro(issue: Issue) -> View:
    if not issue.intro.strip():
        return {"intro_html": "", "intro_text": ""}
    # Most issues have no intro, and Markdown costs start-up time.
    from digest.rendering.markdown import plain_markdown, render_markdown  # noqa: PLC0415

    return {
        "intro_html": render_markdown(issue.intro),
        "intro_text": plain_markdown(issue.intro),
    }


def _section(section: IssueSection, issue: Issue, look: Look, *, after: int) -> View:
    stories = [
        _story(story, issue, look, number=number, width=CARD_WIDTH, within=section.title)
        for number, story in enumerate(section.stories, after + 1)
    ]
    return {"title": section.title, "stories": stories}


def _story(  # noqa: PLR0913  one story, its mail, and its place in it
    story: Story, issue: Issue, look: Look, *, number: int, width: int, within: str = ""
) -> View:
    article = story.article
    toward = _toward(article, issue)
    foreign = article.language and article.language.lower() != issue.language.lower()
    return {
        "number": number,
        "anchor": f"story-{number}",
        "title": article.title,
        "url": _address(article.url),
        "excerpt": story.excerpt,
        "cover": _cover(story.cover, width) if story.cover else None,
        # Under the heading of its section a category says nothing new.
        "category": "" if _same(article.category, within) else article.category,
        "date": format_day(article.published_at.date(), issue.language, near=issue.dated),
        "byline": _byline(article, issue, look),
        "source": _source(article, look),
        "told_before": words(issue.language)["told_before"] if story.told_before else "",
        "also": [
            {
                "title": other.title,
                "url": _address(other.url),
                "source": _host(other.origin_url or other.url) or look.site_name,
            }
            for other in story.also
        ],
        # Empty: as the mail's own; templates then write no attribute.
        "lang": article.language if foreign else "",
        "dir": toward if toward != direction(issue.language) else "",
        **_sides(toward),
    }


def _cover(cover: Cover, width: int) -> View | None:
    url = _address(cover.url)
    # No height before a picture was measured: Word obeys the attribute, and Yahoo turns the
    # `height: auto` beside it into min-height (caniemail css-height note 1; email-bugs #9), so
    # a guessed one shows squashed faces to both.
    if not url:
        return None
    if not (cover.width and cover.height):
        return {"url": url, "alt": cover.alt, "width": width, "height": None, "narrow": False}
    shown = shown_size(Size(cover.width, cover.height), width)
    # Narrower than its place, a portrait would be stretched to it by `width: 100%`.
    sides = {"width": shown.width, "height": shown.height, "narrow": shown.width < width}
    return {"url": url, "alt": cover.alt, **sides}


def _byline(article: Article, issue: Issue, look: Look) -> str:
    # Articles signed by the site itself would only repeat the masthead.
    names = [name for name in article.authors if not _same(name, look.site_name)]
    if not names:
        return ""
    return words(issue.language)["by"].format(authors=join_names(names, issue.language))


def _source(article: Article, look: Look) -> str:
    host = _host(article.origin_url)
    return "" if host == _host(look.base_url) else host


def _labels(issue: Issue, look: Look) -> View:
    said = words(issue.language)
    breaking = issue.kind is Kind.BREAKING
    lead = issue.lead.article.title if issue.lead else ""
    before, _, behind = said["rest"].partition("{count}")
    why = said["why_breaking" if breaking else "why"]
    return {
        "issue": said["issue"].format(number=issue.number) if issue.number else "",
        "breaking": said["breaking"],
        "read_story": said["read_story"],
        "read_story_about": said["read_story_about"].format(title=lead),
        "also": said["also"],
        "more_stories": said["more_stories"],
        "rest_before": before,
        "rest_after": behind,
        "why": why.format(newsletter=issue.title, site=look.site_name),
        "unsubscribe": said["unsubscribe"],
        "preferences": said["preferences"],
        "web_view": said["web_view"],
        # For the text part: `Unsubscribe: ` before the address.
        "unsubscribe_at": said["labelled"].format(label=said["unsubscribe"], value=""),
        "preferences_at": said["labelled"].format(label=said["preferences"], value=""),
        "web_view_at": said["labelled"].format(label=said["web_view"], value=""),
    }


def _preheader(issue: Issue) -> str:
    """Return the line inboxes show after the subject, filled up with what else is inside.

    A short one is followed in the inbox by whatever the mail begins with: dates, alternative
    texts, addresses. So the next titles follow instead.
    """
    line = issue.preheader.strip()
    if not line and issue.lead:
        line = issue.lead.excerpt
    for title in _further_titles(issue):
        if len(line) >= _PREHEADER_LEAST:
            break
        if title not in line and title not in issue.subject:
            line = f"{line} · {title}" if line else title
    return _cut(line, _PREHEADER_MOST)


def _further_titles(issue: Issue) -> Iterable[str]:
    yield from (story.article.title for story in issue.stories)
    yield from (article.title for article in issue.more)


def _cut(text: str, most: int) -> str:
    """Return at most `most` characters of `text`, ended after a word."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    at = kept.rfind(" ")
    # Chinese has no blanks, and one very long word would leave next to nothing.
    return (kept[:at] if at > most // 2 else kept).rstrip(" ·,;:\u2013-") + "…"


def _toward(article: Article, issue: Issue) -> str:
    """Return the direction an article is read in, by its language or else by its title."""
    if article.language:
        return direction(article.language)
    # UAX #9 P2 and P3: the first strong character decides.
    for character in article.title:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return direction(issue.language)


def _sides(toward: str) -> dict[str, str]:
    # Logical `start` and `end` are unknown to Word and Yahoo (caniemail css-text-align).
    start, end = ("right", "left") if toward == "rtl" else ("left", "right")
    return {"start": start, "end": end}


def _address(url: str) -> str:
    """Return `url` if a reader may follow it, else an empty string."""
    url = url.strip()
    if not url.isprintable():  # a line break inside "https" is no https to everybody
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme != "mailto" and not (parts.scheme in {"http", "https"} and parts.hostname):
        return ""
    # Blanks and quotes would end it early in the text part; HTML gets the very same address.
    return quote(url, safe=_URL_CHARACTERS)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()
