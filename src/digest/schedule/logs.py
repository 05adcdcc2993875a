"""What the service did, one line an event: text for people, JSON for machines. Writes a stream.

No line has personal data in it: whatever looks like an address or a key is masked in this module,
so that no caller can forget it.
"""

import enum
import json
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from string import Formatter
from threading import Lock
from typing import Final, TextIO

from digest.runs.clock import read_now


class LogFormat(enum.Enum):
    """How lines are written; values are those of `--log-format`."""

    TEXT = "text"
    JSON = "json"


#: Event → how a person would say it. One that is not here, or lacks a field, is said by its name;
#: why stands behind each.
_SENTENCES: Final[Mapping[str, str]] = {
    "started": "the schedule runs",
    "stopping": "stopping after what is on its way",
    "stopped": "the schedule has stopped; nothing is half-done",
    "recovered": "works again",
    "settings read": "config.toml was read anew",
    "settings not read": "config.toml is wrong, and what was read before it stays",
    "no ping": "the monitor could not be told",
    "killed": "a child was ended by signal {signal}",
    "left behind": "a child did not end in time",
    "frozen": "frozen with {articles:,} articles",
    "asked": "shown to its editors",
    "sent": "sent to {readers:,} readers",
    "handed over": "handed over for {readers:,} readers",
    "held": "held after {readers:,} readers",
    "unfinished": "unfinished after {readers:,} readers",
}
_ONE: Final = re.compile(r"(?<![\d,.])1 (article|reader)s\b")

#: Numbers that name something: nobody counts with them.
_NAMES: Final = frozenset({"pid", "port", "signal", "line"})
#: What stands in every line; a field of such a name gets an underscore behind it.
_OURS: Final = frozenset({"time", "level", "event"})

# Wider than RFC 5321: what is masked by mistake costs a word, what is not, a reader's name.
# "%40" is the @ of a URL, U+FF20 that of a Japanese keyboard.
_ADDRESS: Final = re.compile(
    r"""(?:"[^"\r\n]{1,64}"|[^\s"'<>()\[\],;:=&?/|@\uff20]{1,64})"""
    r"""(?:@|\uff20|%40)[^\s"'<>(),;&?/|@]{1,255}"""
)
_KEY: Final = re.compile(r"\bSG\.[\w-]{6,}\.[\w-]{6,}")
_BREAK: Final = re.compile(r"[ \t]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Log:
    """A stream of events. Threads may share it; a stream that fails does not stop the service."""

    def __init__(
        self,
        stream: TextIO,
        form: LogFormat = LogFormat.TEXT,
        *,
        zone: tzinfo = UTC,
        clock: Callable[[], datetime] = read_now,
    ) -> None:
        """Write to `stream`.

        Args:
            stream: each event is flushed.
            form: text or JSON.
            zone: of the times in text, the publisher's; those in JSON are UTC.
            clock: asked for the time of each event.
        """
        self._stream = stream
        self._form = form
        self._zone = zone
        self._clock = clock
        self._lock = Lock()

    def info(self, event: str, /, **fields: object) -> None:
        """Note what went as it should.

        Args:
            event: a word or two, always the same for the same event; `_` between them in JSON.
            fields: what it is about: `newsletter`, `slot`, counts, …; None is left out.
        """
        self._write("info", event, fields)

    def warning(self, event: str, /, **fields: object) -> None:
        """Note what a person may want to look at."""
        self._write("warning", event, fields)

    def error(self, event: str, /, **fields: object) -> None:
        """Note what a person must look at."""
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: Mapping[str, object]) -> None:
        now = self._clock()
        plain = {
            f"{name}_" if name in _OURS else name: _plain(value)
            for name, value in fields.items()
            if value is not None
        }
        if self._form is LogFormat.JSON:
            line = json.dumps(
                {
                    "time": _rfc3339(now),
                    "level": level,
                    "event": event.replace(" ", "_"),
                    **plain,
                },
                allow_nan=False,
            )
        else:
            when = f"{now.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
            line = _one_line(f"{when} {_text(level, event, plain)}")
        # The disk is full, or nobody reads any more: the mail must go out all the same.
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()


def masked(text: str) -> str:
    """Return `text` without what looks like an address of a person or a key."""
    return _ADDRESS.sub("[address]", _KEY.sub("[key]", text))


def _plain(value: object) -> object:
    """Return a value as JSON has it, masked."""
    match value:
        case Mapping():
            return {masked(str(name)): _plain(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case enum.Enum():
            return _plain(value.value)
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None  # JSON knows no infinity
        case _:
            return _worded(value)


def _worded(value: object) -> object:
    match value:
        case datetime():
            return _rfc3339(value)
        case date():
            return value.isoformat()
        case timedelta():
            return round(value.total_seconds(), 3)
        case _:
            return masked(str(value))


def _rfc3339(moment: datetime) -> str:
    utc = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return utc.removesuffix("+00:00") + "Z"


def _text(level: str, event: str, fields: Mapping[str, object]) -> str:
    """Return an event as a person would say it: level, what it is about, what happened, rest."""
    rest = dict(fields)
    words = [] if level == "info" else [level.upper()]
    if about := _about(rest):
        words.append(about)
    reason = rest.pop("reason", None)
    name = event.replace("_", " ")
    sentence = _SENTENCES.get(name, "")
    try:
        said = _ONE.sub(r"1 \1", sentence.format_map(rest)) or name
        said_of = {field for _, field, _, _ in Formatter().parse(sentence)}
    except (KeyError, ValueError, TypeError):  # a field is not there, or is no number
        said, said_of = name, set()
    words.append(said)
    more = [
        f"{field} {one if field in _NAMES else _shown(one)}"
        for field, one in rest.items()
        if field not in said_of
    ]
    if more:
        words.append(f"({', '.join(more)})")
    return " ".join(words) + (f": {reason}" if reason else "")


def _about(rest: dict[str, object]) -> str:
    """Take the name of the issue out of the fields."""
    names = ["issue"] if "issue" in rest else ["newsletter", "slot"]
    return "/".join(str(rest.pop(name)) for name in names if name in rest)


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}"
        case list():
            return " ".join(map(_shown, value))
        case Mapping():
            return " ".join(f"{name}={_shown(one)}" for name, one in value.items())
        case _:
            return str(value)


def _one_line(text: str) -> str:
    return _UNSEEN.sub("?", _BREAK.sub(" · ", text.strip()))
