"""Places where long words may be broken, for clients that break none by themselves. Pure.

Word breaks no word whatever CSS says, and Yahoo knows no `word-break` (caniemail css-word-break,
css-word-wrap): one address in a title would push a letter off a telephone's screen. A zero-width
space (U+200B) is a place to break in every client; words people write are left alone.
"""

import re
from typing import Final

from digest.rendering.wrap import columns, is_whole

#: Words of so many columns fit everywhere in running text: 16 px on a 320 px screen.
LONGEST: Final = 30

_BREAK: Final = "\u200b"
# SpamAssassin takes words cut into eight letters or fewer for hidden ones (UNICODE_OBFU_ZW).
_SHORTEST: Final = 9
# Fewer columns would stand lost on a line of their own.
_FEWEST: Final = 3
_WORD: Final = re.compile(r"\S+")
# Readers expect a break there: between the parts of an address or a name of a program.
_JOINTS: Final = re.compile(r"(?<=[-/_.:,;=?&@#+|])(?=[^-/_.:,;=?&@#+|])")


def soft(text: str, longest: int = LONGEST) -> str:
    """Return `text` with zero-width spaces in words of more than `longest` columns.

    Args:
        text: One line of text.
        longest: Columns that fit on a narrow screen in the size the text is shown in.
    """
    longest = max(longest, 4)
    if columns(text) <= longest:
        return text
    return _WORD.sub(lambda word: _softened(word[0], longest), text)


def _softened(word: str, longest: int) -> str:
    if columns(word) <= longest:
        return word
    parts: list[str] = []
    for part in _JOINTS.split(word):
        parts += _cut(part, max(longest // 2, _SHORTEST)) if columns(part) > longest else [part]
    return _BREAK.join(parts)


def _cut(part: str, most: int) -> list[str]:
    """Return `part` in pieces of about `most` columns, cut between whole characters."""
    pieces: list[str] = []
    begin = used = 0
    for at, character in enumerate(part):
        if used >= most and is_whole(part[at - 1], character):
            pieces.append(part[begin:at])
            begin, used = at, 0
        width = columns(character)
        # Beside a wide letter every client may break, and knows better where not to.
        used = 0 if width > 1 else used + width
    if pieces and used < _FEWEST:
        return [*pieces[:-1], pieces[-1] + part[begin:]]
    return [*pieces, part[begin:]]
