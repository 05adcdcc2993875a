"""Checks of words and texts in config.toml: titles, templates, names, tags. Pure.

A check returns what is wrong with a value, or None.
"""

import re
from typing import Final

from digest.config.mistake import Wrong
from digest.errors import ConfigError, did_you_mean

#: Variables of subject and preheader; documented in docs/configuration.md.
VARIABLES: Final = (
    "site.name",
    "newsletter.title",
    "issue.slot",
    "issue.number",
    "issue.date",
    "issue.dates",
    "lead.title",
    "lead.category",
    "stories",
    "count",
)

_LONGEST_LINE: Final = 200
_LONGEST_PHRASE: Final = 1000
_LONGEST_PROSE: Final = 20_000
# Control characters other than tab and line break, bidi overrides, lone surrogates: no text a
# person writes has them, and some can hide or turn around what follows (Unicode TR36 §2.9).
_UNSAFE: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]"
# RFC 5646 §2.1 without extensions and private use: language, script, region, variants.
_LANGUAGE: Final = r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*"


def check_line(text: str) -> Wrong | None:
    """A title or name, which ends up in a header: one visible line."""
    if not text.strip():
        return Wrong("is empty", "Write some text.")
    return _too_long(text, _LONGEST_LINE) or _unfit_for_header(text)


def check_prose(text: str) -> Wrong | None:
    """Text of any number of lines; may be empty."""
    return _too_long(text, _LONGEST_PROSE) or _unprintable(text)


def check_phrase(text: str) -> Wrong | None:
    """A phrase of some body, or a name of an article: never a header, never empty."""
    if not text.strip():
        return Wrong("is empty", "Write some text, or remove it.")
    return _too_long(text, _LONGEST_PHRASE) or _unprintable(text)


def check_path(text: str) -> Wrong | None:
    """Name of a folder; the disk is not asked."""
    if not text.strip():
        return Wrong("is empty", 'Write a folder; "." is the one config.toml stands in.')
    return _unprintable(text)


def check_template_name(text: str) -> Wrong | None:
    """A plain word, so that it cannot lead out of the folder of templates."""
    if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", text):
        return None
    return Wrong(
        "is not the name of a template",
        'Write its name without folder and ending, in lower case: "weekly".',
    )


def check_newsletter_name(text: str) -> Wrong | None:
    """Name of a newsletter in config.toml, in commands and in slots."""
    if text == "breaking":
        return Wrong("is kept for breaking stories", "Choose another name for the newsletter.")
    if re.fullmatch(r"[a-z][a-z0-9-]{0,39}", text):
        return None
    return Wrong(
        "is not a name for a newsletter",
        "Write at most 40 lower-case letters, digits and -, beginning with a letter.",
    )


def check_language(text: str) -> Wrong | None:
    """Well-formed language tag; whether anybody speaks it is not asked."""
    if text.isascii() and text.isalpha() and 2 <= len(text) <= 3:
        return None
    if re.fullmatch(_LANGUAGE, text):
        return None
    tag = text.replace("_", "-").partition(".")[0]
    hint = f"Did you mean {tag!r}? " if re.fullmatch(_LANGUAGE, tag) else ""
    return Wrong("is not a language tag", f'{hint}Write a tag like "en", "de-AT" or "zh-Hant".')


def check_colour(text: str) -> Wrong | None:
    """The one way of writing a colour that every mail client understands."""
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        return None
    return Wrong("is not a colour", 'Write # and six of the digits 0-9 and a-f: "#0b5394".')


def check_provider_category(text: str) -> Wrong | None:
    """Name under which a provider counts mail (SendGrid: 255 ASCII characters)."""
    if re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?", text):
        return None
    return Wrong("is not a category", "Write at most 255 plain letters, digits and marks.")


def check_template(text: str) -> Wrong | None:
    """Template of a subject or preheader: safe as a line, with variables we know."""
    wrong = check_line(text)
    if wrong:
        return wrong
    if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
        return Wrong("has a bracket without its pair", 'Write variables as "{{ lead.title }}".')
    if "{%" in text:  # may make names of its own
        return None
    for name in re.findall(r"\{\{-?\s*([A-Za-z_][\w.]*)", text):
        if name not in VARIABLES:
            return Wrong(
                f"names {name!r}, which is not a variable",
                f"{did_you_mean(name, VARIABLES)}Known are {', '.join(VARIABLES)}.",
            )
    return None


def _unfit_for_header(text: str) -> Wrong | None:
    # Whatever a header refuses is unprintable or an encoded word; most text is neither, and
    # then the patterns need not be compiled.
    if text.isprintable() and "=?" not in text:
        return None
    from digest.issue.header import clean_header  # noqa: PLC0415  see above

    try:
        clean_header(text, "")
    except ConfigError as error:
        return Wrong(error.problems[0].what, error.problems[0].remedy)
    return None


def _too_long(text: str, longest: int) -> Wrong | None:
    if len(text) <= longest:
        return None
    return Wrong(f"is {len(text)} characters long", f"Write at most {longest}.")


def _unprintable(text: str) -> Wrong | None:
    if text.replace("\n", "").isprintable():
        return None
    found = re.search(_UNSAFE, text)
    if not found:
        return None
    return Wrong(
        f"holds U+{ord(found[0]):04X}, at character {found.start() + 1}",
        "Write plain text without control characters.",
    )
