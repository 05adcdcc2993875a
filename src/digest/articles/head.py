"""Says from a file's first kilobyte whether it lies far outside the days asked for. Pure.

Sure or silent: a file is judged only when its front matter certainly ends within the head, and no
date of it, in whatever form `dates.py` reads, can lie inside. A test compares this with the full
read over generated front matter. Only `re` is imported, because `scan.py` runs beside imports.
"""

import re

#: Front matter of real archives is under 1 KiB (facts §4.8: at most 770 bytes).
HEAD_BYTES = 1024

# Go's zero, 0001-01-01, is no date (`dates.py`): the file's next date or its path counts then.
_DATE_KEY = re.compile(rb"\ndate: ?[\"']?([12][0-9]{3}-[0-9]{2}-[0-9]{2})(?![0-9])")
# The last part ends where the digits end: `2026/08/2026-08-05-x.md` is not the 20th.
_ISO_DAY = re.compile(rb"([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
# Dates that are written otherwise, or may be in disguise: not judged from the head. `dates.py`
# reads a month by three letters or more, before a day or a year; escapes hide any character.
_OTHER_DATE = re.compile(
    rb"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[^a-z0-9]*[0-9]"
    rb"|[0-9]/[0-9]{1,2}/[0-9]{4}|(?<![0-9])[12][0-9]{7}(?![0-9])|\\|&\#|[0-9]&"
)

# The usual case in one step: YAML whose lines, up to `date: 2025-07-21`, each end what they begin,
# so that this is a key of its own and not a line of some text. Keys that could spell the date in
# another way (`da-te`) are left to the rest of this module.
_DATE_LINE = re.compile(
    rb"---\n(?:(?!date:|d[a_-]|publish)[a-z][a-z_-]*:"
    rb"(?: (?:\"(?:[^\"\\\n]++|\\[^\n])*+\"|'(?:[^'\n]++|'')*+'|[^\"'\[{>|&*!%@` \n][^\n]*+"
    rb"|\[[^\"'\n]*+\]|[>|][-+]?(?:\n [^\n]*+)*+))?\n(?: [^\"'\n]*+\n)*+)*+"
    rb"date: [\"']?([12][0-9]{3}-[0-9]{2}-[0-9]{2})(?:([\"']?\n)|(?![0-9]))"
)

_PUBLISH_DATE = re.compile(rb"(?i)publish[-_]*date")

# Two digits of a year, which Jekyll reads in names.
_SHORT_YEAR = re.compile(r"(?:^|/)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}-")

#: First and last day of the window itself, in the publisher's zone; then the first and last day
#: that a moment within it can have in any zone. ISO, inclusive: their files must be read whole.
Days = tuple[str, str, str, str]


class Span:
    """The days asked for, in the shapes that are quick to compare with bytes."""

    __slots__ = ("first", "first_day", "last", "last_day", "months")

    def __init__(self, days: Days) -> None:
        self.first_day, self.last_day, self.first, self.last = (day.encode() for day in days)
        self.months = _months(*days[2:])

    def holds(self, day: tuple[bytes, bytes, bytes]) -> bool:
        """Return whether a day (year, month, number) is one of those asked for."""
        year, month, number = day
        return self.first <= b"%s-%02d-%02d" % (year, int(month), int(number)) <= self.last


def day_if_far(head: bytes, path: str, span: Span) -> str:
    """Return the day of a file that lies outside the span; "" when it must be read whole.

    Args:
        head: its first `HEAD_BYTES`, or all of it.
        path: below the content folder; it may hold a date.
        span: the days asked for.
    """
    match = _DATE_LINE.match(head)
    if match and _is_closed(head, match.end(1)):
        # The first key that is looked up: what stands under others cannot matter, but for a
        # `publishDate`. A day without time is that day in the publisher's zone, no other.
        day = match[1]
        if match[2]:
            return "" if span.first_day <= day <= span.last_day else day.decode()
        return "" if span.first <= day <= span.last else day.decode()
    return _day_if_all_far(head, path, span)


def _is_closed(head: bytes, at: int) -> bool:
    """Return whether the YAML ends behind `at`, without a `publishDate` to hold it back."""
    end = head.find(b"\n---\n", at)
    if end < 0:
        return False
    # The word is looked for first: a search without regard to case takes three times as long.
    return b"publish" not in head[:end].lower() or _PUBLISH_DATE.search(head, 0, end) is None


def _day_if_all_far(head: bytes, path: str, span: Span) -> str:
    """Judge by every date-like string, whatever the container."""
    # Closed front matter with `date: 2025-07-21`, dates under other keys being far too.
    match = _DATE_KEY.search(head)
    end = head.find(b"\n---", 3)
    if match and end >= match.end() and _is_plain(head, match.start(), end):
        day = match[1]
        near = span.first <= day <= span.last or (
            span.months.search(head, 0, end)
            and any(map(span.holds, _ISO_DAY.findall(head, 0, end)))
        )
        return "" if near else day.decode()
    front_matter = _front_matter(head)
    if not front_matter or _OTHER_DATE.search(front_matter) or _SHORT_YEAR.search(path):
        return ""
    days = _ISO_DAY.findall(front_matter + b"\n" + path.encode("utf-8", "surrogateescape"))
    if not days or any(map(span.holds, days)):
        return ""
    return "-".join(part.decode().zfill(2) for part in days[0])


def _is_plain(head: bytes, at: int, end: int) -> bool:
    """Return whether the date at `at` is the one that counts in the YAML that closes at `end`.

    Not when the key stands there twice in two spellings (the first counts), when a `publishDate`
    may hold the article back (`publication.py`), or when it may be a line of a quoted text.
    """
    fields = head[:end].lower()
    return (
        fields.startswith(b"---\n")
        and head[end + 4 : end + 5] == b"\n"
        and fields.count(b"\nda") == 1
        and b"publish" not in fields
        and b"\r" not in fields
        and b"\n..." not in fields
        and (
            _TIDY.fullmatch(fields, 3, at) is not None
            or not (
                _OPEN_SINGLE.search(fields, 0, at + 1) or _OPEN_DOUBLE.search(fields, 0, at + 1)
            )
        )
    )


# Lines that each end what they begin, which nearly all are; this is quicker than the two below.
_TIDY = re.compile(
    rb"(?:\n[a-z_-]+:"
    rb"(?: \"(?:[^\"\\\n]++|\\[^\n])*+\"| '(?:[^'\n]++|'')*+'"
    rb"| [^\"'\[{ \n][^\n]*+| \[[^\"'\n]*+\]|))*+"
)
# A quoted text that goes on in the next line.
_OPEN_SINGLE = re.compile(rb"(?<=[ \[,{])'[^'\n]*(?:''[^'\n]*)*\n")
_OPEN_DOUBLE = re.compile(rb'(?<=[ \[,{])"[^"\\\n]*(?:\\.[^"\\\n]*)*\n')


def _front_matter(head: bytes) -> bytes:
    """Return the front matter when the head certainly holds all of it, else nothing."""
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for opening, closing in _FENCES:
        if text.startswith(opening):
            end = closing.search(text, len(opening))
            front = text[: end.start() + 1] if end else b""
            return front if front.isascii() or not _has_foreign_digit(front) else b""
    return b""


#: Opening and closing mark of the containers whose end can be seen without parsing. A page's
#: fields may stand anywhere before its body (`html_head.py`).
_FENCES = (
    (b"---", re.compile(rb"\n-{3,}[ \t]*\n")),
    (b"+++", re.compile(rb"\n\+{3,}[ \t]*\n")),
    (b"<!DOCTYPE", re.compile(rb"(?i)<body\b[^<>]*>")),
    (b"<html", re.compile(rb"(?i)<body\b[^<>]*>")),
)


def _has_foreign_digit(text: bytes) -> bool:
    """Return whether a date may be written in other digits than ours, which `dates.py` reads."""
    return re.search(r"[^\D0-9]", text.decode("utf-8", "ignore")) is not None


def _months(first: str, last: str) -> re.Pattern[bytes]:
    """Return what finds every spelling of a day in the months between two ISO days."""
    year, month = int(first[:4]), int(first[5:7])
    if int(last[:4]) - year > 20:  # a pattern of a thousand months helps nobody
        return re.compile(rb"[0-9]{4}[-/.]")
    spelled: list[str] = []
    while (year, month) <= (int(last[:4]), int(last[5:7])):
        spelled.append(f"{year:04}[-/.]0?{month}[-/.]")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return re.compile("|".join(spelled).encode())
