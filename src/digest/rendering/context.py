"""The values a template is given: plain, clean, and the one that is markup marked so. Pure.

The last gate before the templates. Articles and settings were cleaned where they came in; what
slips through there must still not reach a reader: C1 characters make Gmail clip short mails
(email-bugs #41, #113), a lone surrogate cannot be encoded, and the spelling of a reader's link
would be filled in like the real one.
"""

import re
from collections.abc import Mapping

from digest.rendering.environment import Markup
from digest.rendering.reader_links import neutralise

#: Where in the view sanitised HTML stands; everything else is text.
MARKUP = ("issue", "intro_html")

# XML 1.0 §2.2 without TAB and LF, DEL and C1, surrogates and noncharacters: lxml refuses some,
# mail programs stumble over the others.
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean_context(view: Mapping[str, object]) -> dict[str, object]:
    """Return `view` as templates get it: cleaned strings, and `issue.intro_html` as markup.

    Raises:
        TypeError: A value is none of str, int, bool, None, list and dict. That is a bug of
            `view.py`: anything richer is a way out of the sandbox.
    """
    return {key: _clean(value, (key,)) for key, value in view.items()}


def clean_text(text: str) -> str:
    """Return `text` without characters no mail may hold, readers' tags, and comments.

    libxml2 writes `<!--` in attributes as it stands (for server-side includes), and there the
    marker of a region or a condition for Outlook would be taken at its word.
    """
    return neutralise(_UNCLEAN.sub("", text)).replace("<!--", "<!\u2060--")


def _clean(value: object, path: tuple[str, ...]) -> object:
    match value:
        case str():
            text = clean_text(str(value))
            return Markup(text) if path == MARKUP else text  # nh3 has been over it
        case bool() | int() | None:
            return value
        case list():
            return [_clean(each, (*path, "")) for each in value]
        case dict():
            return {key: _clean(each, (*path, key)) for key, each in value.items()}
        case _:
            msg = f"a template cannot be given {type(value).__name__} ({'.'.join(path)})"
            raise TypeError(msg)
