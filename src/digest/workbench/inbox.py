"""How inboxes show a mail before it is opened: sender, subject and preheader, cut. Pure.

Clients cut by pixels, and fonts and screens differ; so these are the usual numbers of columns
of a narrow and a wide list, a letter counted as one and an ideograph as two.
"""

import unicodedata
from typing import Final, NamedTuple

#: Variation selectors, joiners and marks stay with the letter before them.
_JOINING: Final = frozenset({"\u200d", "\ufe0e", "\ufe0f", "\u034f"})


class Client(NamedTuple):
    """A list of mails, with the room it has."""

    name: str
    #: `phone` or `desktop`.
    kind: str
    subject: int
    #: In columns; where `shared` is set, of subject and preheader together.
    preheader: int
    #: Subject and preheader share one line.
    shared: bool = False


CLIENTS: Final = (
    Client("iPhone Mail", "phone", 38, 82),
    Client("Gmail, Android", "phone", 34, 40),
    Client("Gmail, browser", "desktop", 70, 110, shared=True),
    Client("Outlook", "desktop", 54, 60),
    Client("Apple Mail", "desktop", 48, 110),
)


def inbox_lines(subject: str, preheader: str) -> list[dict[str, object]]:
    """Return what each client shows of a mail, as JSON values."""
    return [_line(client, subject, preheader) for client in CLIENTS]


def truncated(text: str, columns: int) -> str:
    """Return `text` in one line, cut to `columns` with an ellipsis where it is longer.

    What belongs to one letter (accents, joined emoji) is not taken apart.
    """
    line = " ".join(text.split())
    if columns_of(line) <= columns:
        return line
    used, end = 0, 0
    for start, stop, width in _letters(line):
        if used + width > columns - 1:
            break
        used, end = used + width, stop
        del start
    return line[:end].rstrip() + "…"


def columns_of(text: str) -> int:
    """Return how many columns `text` takes."""
    return sum(width for _, _, width in _letters(text))


def _line(client: Client, subject: str, preheader: str) -> dict[str, object]:
    shown = truncated(subject, client.subject)
    room = client.preheader
    if client.shared:
        room = max(0, room - columns_of(shown) - 3)
    return {
        "client": client.name,
        "kind": client.kind,
        "subject": shown,
        "preheader": truncated(preheader, room) if room > 1 else "",
        "cut": shown != " ".join(subject.split()),
    }


def _letters(text: str) -> list[tuple[int, int, int]]:
    """Return start, end and columns of every letter with what belongs to it."""
    letters: list[tuple[int, int, int]] = []
    joins = False
    for position, character in enumerate(text):
        belongs = character in _JOINING or unicodedata.category(character) in {"Mn", "Me"}
        if letters and (belongs or joins):
            start, _, width = letters[-1]
            letters[-1] = (start, position + 1, width)
        else:
            wide = unicodedata.east_asian_width(character) in {"W", "F"}
            letters.append((position, position + 1, 2 if wide else 1))
        joins = character == "\u200d"
    return letters
