"""Text that goes into a mail header: subject, preheader, names. Pure.

One door for all of it, because the e-mail library is no guard: `EmailMessage` refuses line
breaks, yet keeps NUL and U+202E, fails on lone surrogates only when the mail is written out,
and *decodes* `=?utf-8?q?…?=` found in a value.
"""

import re

from digest.errors import ConfigError

#: RFC 5322 §2.1.1: a line has at most 998 characters; measured in UTF-8 before folding.
LIMIT_BYTES = 998
_LONGEST_TITLE = 78

_KINDS = (
    # C0 with NUL, CR, LF and TAB; DEL; C1 with NEL (U+0085).
    ("a control character or line break", "\x00-\x1f\x7f-\x9f"),
    # LINE SEPARATOR and PARAGRAPH SEPARATOR: line breaks for `str.splitlines` and mail libraries.
    ("a line separator", "\u2028\u2029"),
    # Unicode property Bidi_Control: what reorders the letters that readers see.
    ("a bidirectional control character", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"),
    ("half of a character (a lone surrogate)", "\ud800-\udfff"),
    # Never characters (Unicode §23.7), and what a failed decoding leaves behind.
    ("a noncharacter", "\ufdd0-\ufdef\ufffe\uffff\ufeff"),
)
_UNSAFE = tuple((name, re.compile(f"[{characters}]")) for name, characters in _KINDS)
_ANY_UNSAFE = re.compile(f"[{''.join(characters for _, characters in _KINDS)}]")
# RFC 2047 §2: mail programs, and Python's own parser, decode these wherever they stand.
_ENCODED_WORD = re.compile(r"=\?(?=[^?\s]*\?[^?\s]*\?)")


def clean_header(text: str, where: str) -> str:
    """Return `text` ready for a header: one line, blanks folded to one, none at the ends.

    Args:
        text: What an editor, a publisher or a template wrote.
        where: Place of the text as the user knows it, for the message.

    Raises:
        ConfigError: `text` holds a character that could end the header or reorder what readers
            see, looks like an encoded word, or is too long.
    """
    for name, pattern in _UNSAFE:
        if found := pattern.search(text):
            what = f"holds {name}, U+{ord(found[0]):04X}, at character {found.start() + 1}"
            raise ConfigError(what, where=where, remedy="Write plain text on one line.")
    if found := _ENCODED_WORD.search(text):
        what = f"holds an encoded word (=?…?=), at character {found.start() + 1}"
        raise ConfigError(what, where=where, remedy="Write the text itself; we encode it.")
    folded = " ".join(text.split())
    if (size := len(folded.encode())) > LIMIT_BYTES:
        what = f"is {size} bytes long; a header has room for {LIMIT_BYTES}"
        raise ConfigError(what, where=where, remedy="Shorten it.")
    return folded


def safe_line(text: str) -> str:
    """Return `text` without what `clean_header` refuses, blanks folded; it may come out empty.

    For titles and names on their way into a subject: the articles stage cleans them, and a
    single bad one must not stop the issue if it ever fails to.
    """
    # A removed line break parts words; a removed control inside a word does not.
    spaced = re.sub("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]", " ", text)
    line = _ENCODED_WORD.sub("= ?", " ".join(_ANY_UNSAFE.sub("", spaced).split()))
    return line.encode()[:LIMIT_BYTES].decode(errors="ignore").rstrip()


def fitting_title(text: str) -> str:
    """Return a title as a subject may hold it: clean, and at most 78 characters, cut at a word.

    RFC 5322 §2.1.1 asks for lines of 78; inboxes show 60, and the letter has the whole title.
    """
    line = safe_line(text)
    if len(line) <= _LONGEST_TITLE:
        return line
    kept = line[: _LONGEST_TITLE - 1]
    at = kept.rfind(" ")
    # Chinese has no blanks, and one very long word would leave next to nothing.
    return (kept[:at] if at > _LONGEST_TITLE // 2 else kept).rstrip(" ,;:-\u2013\u2014") + "…"


def shortened(line: str) -> str:
    """Return `line` cut at a word so that a header has room for it.

    A subject or preheader is made of articles' titles, which may be long in any script; that
    must not stop an issue.
    """
    data = line.encode("utf-8", "surrogatepass")
    if len(data) <= LIMIT_BYTES:
        return line
    room = data[: LIMIT_BYTES - len("…".encode())].decode("utf-8", "ignore")
    return (room.rpartition(" ")[0] or room).rstrip() + "…"
