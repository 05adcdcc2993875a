"""The real paragraphs of a body: what is left when its furniture is passed over. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from digest.articles.article import Article
from digest.articles.boilerplate import Boilerplate
from digest.articles.furniture import (
    flat,
    is_furniture_line,
    is_prose,
    is_short_sentence,
    without_furniture,
)
from digest.articles.plain_text import READ_AT_MOST, blocks
from digest.articles.sentences import is_whole

#: Characters of a paragraph that are cleaned: more than any excerpt, and furniture before it.
_CLEANED_AT_MOST = 1_200
#: Less than this behind the headline is no body.
_ENOUGH = 40


class Prose(NamedTuple):
    """A real paragraph, or a gap where furniture stood."""

    #: One line of plain text; "": a gap.
    text: str
    #: What was removed from it, or is the gap.
    removed: tuple[str, ...] = ()


def prose_of(
    article: Article, body: str, boilerplate: Boilerplate, *, loosely: bool = False
) -> Iterator[Prose]:
    """Yield the real paragraphs of `body` in order, and the gaps between them.

    Args:
        article: gives the title, which is furniture in a body, and the format.
        body: its body, or the beginning of it.
        boilerplate: what recurs in its neighbours.
        loosely: also paragraphs without a full stop.
    """
    title = article.title
    for block in blocks(_behind_headline(body, title), article.body_format):
        if block.is_links:
            yield Prose("", (f"links: {block.text}",))
            continue
        for is_furniture, written in _parts(block.lines, title, boilerplate):
            if is_furniture:
                yield Prose("", (f"furniture: {written}",))
                continue
            text, removed = without_furniture(written[:_CLEANED_AT_MOST], title, boilerplate)
            # What a colon or a small letter begins goes on from the furniture before it.
            goes_on = text[:1] in (":", ";", ",", ")") or (bool(removed) and text[:1].islower())
            judged = f"{text}." if loosely else text
            if not goes_on and (is_prose(judged) or is_short_sentence(text)):
                yield Prose(text, tuple(removed))
            elif removed:
                yield Prose("", tuple(removed))


def is_page_header(summary: str, article: Article) -> bool:
    """Tell whether a summary stands wholly in what a page shows above its headline."""
    rest = _behind_headline(article.body, article.title)
    if rest is article.body:
        return False
    header = article.body[: len(article.body) - len(rest)].split(article.title, 1)[0]
    return flat(" ".join(header.split())).startswith(flat(summary))


def _parts(
    lines: tuple[str, ...], title: str, boilerplate: Boilerplate
) -> Iterator[tuple[bool, str]]:
    """Yield the furniture and the text of one block, in order."""
    kept: list[str] = []
    names_follow = False
    for line in lines:
        fresh = not kept or is_whole(kept[-1])
        if names_follow or is_furniture_line(line, title, boilerplate, may_be_aside=fresh):
            if kept:
                yield False, " ".join(kept)
                kept.clear()
            yield True, line
            names_follow = line.casefold().endswith(" by")
        else:
            kept.append(line)
    if kept:
        yield False, " ".join(kept)


def _behind_headline(body: str, title: str) -> str:
    """Return `body` from behind the line that repeats its title: above is a site's header."""
    at = body.find(title, 0, READ_AT_MOST)
    if at <= 0:
        return body
    before, after = body.rfind("\n", 0, at) + 1, at + len(title)
    line_ends = body.find("\n", after)
    if body[before:at].strip() or line_ends < 0 or body[after:line_ends].strip():
        return body
    rest = body[line_ends:]
    return rest if len(rest) > _ENOUGH else body
