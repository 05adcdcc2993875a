"""What templates see of an issue: plain words and numbers, nothing left to compute. Pure.

`docs/templates.md` lists the variables. Every string is text or an address, except
`issue.intro_html`, which `markdown.py` has sanitised: the one value templates may mark as safe.
"""

import unicodedata

from digest.articles.article import Article
from digest.issue.issue import Cover, Issue, IssueSection, Kind, Story
from digest.rendering.images.shape import Size, shown_size
from digest.rendering.links import address, as_value, fill_pattern, host_of, tagged
from digest.rendering.locales import (
    direction,
    format_day,
    issue_dates,
    join_names,
    words,
)
from digest.rendering.preheader import cut, make_preheader
from digest.rendering.rendered import Look
from digest.rendering.theme import make_theme
from digest.rendering.wrap import columns

#: What a template is given: str, int, bool, None, and lists and dicts of these.
View = dict[str, object]

#: Shown widths in pixels: the letter is 600 with 24 of margin; cards give 3/8 to their picture.
HERO_WIDTH = 552
CARD_WIDTH = 207
# Seven lines of 14 px beside the words of a card; wide letters take two columns.
_LONGEST_ALT = 125
# What statistics call the places of a letter that have no title.
_LEAD, _STORIES, _MORE, _REST = "lead", "stories", "more", "rest"


def build_view(issue: Issue, look: Look) -> View:
    """Return everything the templates of `issue` need, in the order of the mail."""
    theme, warnings = make_theme(
        look.colours,
        issue.language,
        font=look.font,
        heading_font=look.heading_font,
        radius=look.radius,
    )
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
        "issue": _issue(issue, look),
        "cards": issue.cards,
        # Whether pictures stand beside words, and whether the height of any of those is known.
        **_beside(issue),
        "lead": _story(issue.lead, issue, look, number=1) if issue.lead else None,
        "sections": sections,
        "more": [
            _item(article, issue, _MORE, number)
            for number, article in enumerate(issue.more, first + 1)
        ],
        "rest": {"url": _link(look.base_url, issue, _REST)},
        # Shown once the publisher runs a preference centre.
        "reader": {"web_view": False, "preferences": False},
        "labels": _labels(issue, look),
        "warnings": warnings,
    }


def _beside(issue: Issue) -> View:
    stories = [story for section in issue.sections for story in section.stories]
    covers = [story.cover for story in stories if story.cover and issue.cards == "left"]
    return {"thumbs": bool(covers), "measured": any(cover.height for cover in covers)}


def _site(look: Look) -> View:
    lines = (line.strip() for line in look.postal_address.splitlines())
    return {
        "name": look.site_name,
        "base_url": address(look.base_url),
        "logo": address(look.logo),
        "logo_dark": address(look.logo_dark) if look.logo else "",
        "logo_width": min(look.logo_width, HERO_WIDTH),
        # The name stands above the address already.
        "postal_address": [line for line in lines if line and not _same(line, look.site_name)],
    }


def _issue(issue: Issue, look: Look) -> View:
    dates = issue_dates(issue.dated, issue.window, issue.language)
    return {
        "kind": issue.kind.value,
        "slot": issue.slot,
        "number": issue.number,
        "date": dates["date"],
        "range": dates["range"],
        "subject": issue.subject,
        "preheader": make_preheader(issue, dates["range"]),
        "web_view": _web_view(issue, look),
        **_intro(issue),
    }


def _web_view(issue: Issue, look: Look) -> str:
    """Return where this issue is to be read in a browser; the same for every reader."""
    values = {"newsletter": issue.newsletter, "slot": issue.slot}
    return address(fill_pattern(look.web_view, values))


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
        _story(story, issue, look, number=number, within=section.title)
        for number, story in enumerate(section.stories, after + 1)
    ]
    return {"title": section.title, "stories": stories}


def _story(story: Story, issue: Issue, look: Look, *, number: int, within: str = "") -> View:
    article = story.article
    leads = story is issue.lead
    width = CARD_WIDTH if issue.cards == "left" and not leads else HERO_WIDTH
    return {
        **_item(article, issue, _LEAD if leads else within or _STORIES, number),
        "excerpt": story.excerpt,
        "cover": _cover(story.cover, width) if story.cover else None,
        # Under the heading of its section a category says nothing new.
        "category": "" if _same(article.category, within) else _shown(article.category),
        "date": format_day(article.published_at.date(), issue.language, near=issue.dated),
        "byline": _byline(article, issue, look),
        "source": _source(article, look),
        "told_before": words(issue.language)["told_before"] if story.told_before else "",
        "also": [
            {
                "title": other.title,
                "url": address(other.url),
                "source": host_of(other.origin_url or other.url) or look.site_name,
            }
            for other in story.also
        ],
    }


def _item(article: Article, issue: Issue, within: str, number: int) -> View:
    toward = _toward(article, issue)
    foreign = article.language and article.language.lower() != issue.language.lower()
    return {
        "number": number,
        "anchor": f"story-{number}",
        "title": article.title,
        "url": _link(article.url, issue, within, number),
        # Empty: as the mail's own; templates then write no attribute.
        "lang": article.language if foreign else "",
        "dir": toward if toward != direction(issue.language) else "",
        **_sides(toward),
    }


def _link(url: str, issue: Issue, within: str, number: int = 0) -> str:
    """Return an address with what the publisher's statistics want to know."""
    if not issue.utm:
        return address(url)
    values = {
        "newsletter": issue.newsletter,
        "slot": issue.slot,
        "section": as_value(within),
        "story": str(number) if number else "",
    }
    return tagged(address(url), issue.utm, values)


def _cover(cover: Cover, width: int) -> View | None:
    url, alt = address(cover.url), _cut_alt(cover.alt)
    # No height before a picture was measured: Word obeys the attribute, and Yahoo turns the
    # `height: auto` beside it into min-height (caniemail css-height note 1; email-bugs #9), so
    # a guessed one shows squashed faces to both.
    if not url:
        return None
    if not (cover.width and cover.height):
        return {"url": url, "alt": alt, "width": width, "height": None, "narrow": False}
    shown = shown_size(Size(cover.width, cover.height), width)
    # Narrower than its place, a portrait would be stretched to it by `width: 100%`.
    sides = {"width": shown.width, "height": shown.height, "narrow": shown.width < width}
    return {"url": url, "alt": alt, **sides}


def _cut_alt(alt: str) -> str:
    """Return an alternative text that the place of a small picture has room for."""
    wide = columns(alt) - len(alt)
    return cut(alt, _LONGEST_ALT if wide < len(alt) // 2 else _LONGEST_ALT // 2)


def _byline(article: Article, issue: Issue, look: Look) -> str:
    # Articles signed by the site itself would only repeat the masthead.
    names = [name for name in article.authors if not _same(name, look.site_name)]
    if not names:
        return ""
    return words(issue.language)["by"].format(authors=join_names(names, issue.language))


def _source(article: Article, look: Look) -> str:
    host = host_of(article.origin_url)
    return "" if host == host_of(look.base_url) else host


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


def _shown(category: str) -> str:
    # Most front matter has categories in small letters, as names of folders.
    return category[:1].upper() + category[1:] if category.islower() else category


def _same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()
