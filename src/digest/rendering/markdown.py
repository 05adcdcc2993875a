"""The editor's intro: Markdown → sanitised HTML, and → words for the text part. Pure.

The only importer of markdown_it. HTML in the source is shown as text, not obeyed; what Markdown
itself makes goes through the same sanitiser as the bodies of articles.
"""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.articles.sanitise import clean_html

#: A letter from the editor; beyond this somebody pasted an article.
LIMIT_CHARACTERS = 20_000

_ADDRESSES = ("http://", "https://", "mailto:")


def render_markdown(source: str) -> str:
    """Return `source` as sanitised HTML: markup that may stand in a mail as it is."""
    parser = _parser()
    tokens = list(_without_headings(parser.parse(source[:LIMIT_CHARACTERS])))
    return clean_html(parser.renderer.render(tokens, parser.options, {}))


def plain_markdown(source: str) -> str:
    """Return `source` as plain paragraphs: links as `words (URL)`, lists with dashes."""
    lines: list[str] = []
    marker = ""
    for token in _parser().parse(source[:LIMIT_CHARACTERS]):
        if token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
        elif token.type in {"inline", "fence", "code_block"}:
            text = _words(token.children or ()) if token.type == "inline" else token.content
            if text.strip():
                lines.append(marker + text.strip())
            marker = ""
    return "\n\n".join(lines)


def _without_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens, headings as paragraphs in bold.

    A letter has one outline: its title, the sections, the stories. The intro stands before all of
    them or, in breaking news, before the title itself, so no level of its own would be right.
    """
    for token in tokens:
        if token.type == "heading_open":
            yield Token("paragraph_open", "p", 1)
            yield Token("strong_open", "strong", 1)
        elif token.type == "heading_close":
            yield Token("strong_close", "strong", -1)
            yield Token("paragraph_close", "p", -1)
        else:
            yield token


def _parser() -> MarkdownIt:
    # html=False: the "commonmark" preset lets raw HTML through (measured).
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 20})


def _words(tokens: Sequence[Token]) -> str:
    return "".join(_pieces(tokens))


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the words of one paragraph, each link's address behind its words."""
    address = words = ""
    for token in tokens:
        if token.type == "link_open":
            address, words = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            # <https://x> and <a@b.example> say their addresses already.
            said = address.removeprefix("mailto:") in words
            yield f" ({address})" if address.startswith(_ADDRESSES) and not said else ""
            address = ""
        else:
            piece = _piece(token)
            words += piece
            yield piece


def _piece(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n" if token.type == "hardbreak" else " "
    if token.type == "image":
        return token.content  # its alternative text
    return token.content if token.type in {"text", "code_inline", "text_special"} else ""
