"""The pages readers see, made once when the server starts: bytes with their headers. Pure.

A page depends on the newsletter a link names, and on nothing else: not on the reader, not on
whether the link is genuine. So nobody learns from it who reads what.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Final, NamedTuple

from digest.config.settings import Config
from digest.record import all_values
from digest.rendering.locales import FALLBACK, direction, words
from digest.rendering.theme import make_theme
from digest.web.page_style import page_style

#: What `digest send` calls breaking stories in their links.
BREAKING: Final = "breaking"
#: Name of the hidden field by which our own form is told from a mail program.
FROM_PAGE: Final = "page"
#: Name of the buttons, and what the second one says.
LEAVE: Final = "leave"
EVERYTHING: Final = "all"
#: RFC 8058: the pair that is posted.
PAIR: Final = ("List-Unsubscribe", "One-Click")

_PLAIN_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class Answer(NamedTuple):
    """One answer, whole but for status and date."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterPages:
    """What is shown for the links of one newsletter."""

    #: With the buttons; looking at it changes nothing.
    ask: Answer
    left: Answer
    left_everything: Answer
    #: With the buttons, after our own failure.
    not_now: Answer


class Pages:
    """The pages of all newsletters."""

    def __init__(self, config: Config) -> None:
        self._pages = {
            name: _pages(title, language, config) for name, title, language in _newsletters(config)
        }

    def of(self, newsletter: str) -> NewsletterPages:
        """Return the pages of `newsletter`; those that only name the site, if it is not known."""
        return self._pages.get(newsletter) or self._pages[""]


def plain(text: str) -> Answer:
    """Return an answer for programs: one line of text."""
    return Answer(f"{text}\n".encode(), _headers("text/plain; charset=utf-8", _PLAIN_POLICY))


def _newsletters(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield name, title and language; last, under "", what stands for all unknown ones."""
    for name, newsletter in config.newsletters.items():
        yield name, newsletter.title, newsletter.language or config.site.language
    yield BREAKING, config.breaking.title, config.site.language
    yield "", config.site.name, config.site.language


def _pages(title: str, language: str, config: Config) -> NewsletterPages:
    said = words(language)
    # Where there are no words in a language the page is in English, and says so.
    shown = FALLBACK if said == words(FALLBACK) else language
    site = config.site.name
    theme, _ = make_theme(all_values(config.site.colours), shown)
    style = page_style(theme)

    def told(key: str) -> str:
        # <bdi>: a Latin name keeps its own direction within Arabic words.
        return escape(said[key]).format(newsletter=_isolated(title), site=_isolated(site))

    def page(heading: str, *paragraphs: str, form: str = "") -> Answer:
        text = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        body = _PAGE.format(
            language=escape(shown),
            direction=direction(shown),
            title=escape(said["unsubscribe"]),
            style=style,
            site=_isolated(site),
            heading=heading,
            text=text,
            form=form,
        ).encode()
        return Answer(body, _headers("text/html; charset=utf-8", _policy(style)))

    form = _FORM.format(this=told("unsubscribe"), everything=told("leave_everything"))
    return NewsletterPages(
        ask=page(told("leave"), told("leave_explained"), form=form),
        left=page(told("done"), told("left"), told("left_note")),
        left_everything=page(told("done"), told("left_everything"), told("left_note")),
        not_now=page(told("not_now"), told("not_now_explained"), form=form),
    )


def _isolated(text: str) -> str:
    # Braces survive: what is put in by `format` is not formatted again.
    return f"<bdi>{escape(text)}</bdi>"


def _policy(style: str) -> str:
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def _headers(kind: str, policy: str) -> Mapping[str, str]:
    return {
        "content-type": kind,
        "content-security-policy": policy,
        # The address of the page is a reader's token.
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }


# No `action`: the form goes to the address of the page, wherever a web server has put it.
_FORM: Final = f"""<form method="post">
<input type="hidden" name="{PAIR[0]}" value="{PAIR[1]}">
<input type="hidden" name="{FROM_PAGE}" value="1">
<button name="{LEAVE}" value="this">{{this}}</button>
<button class="second" name="{LEAVE}" value="{EVERYTHING}">{{everything}}</button>
</form>
"""

_PAGE: Final = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<p class="site">{site}</p>
<h1>{heading}</h1>
{text}{form}</main>
</body>
</html>
"""
