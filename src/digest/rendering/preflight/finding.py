"""What preflight finds, and what a rule is. Pure."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from digest.rendering.preflight.mail import Mail


class Severity(enum.Enum):
    """How bad it is. Values stand in manifests and JSON: never rename one."""

    ERROR = "error"  #: readers would be harmed, or the sender: nothing is sent by itself
    WARNING = "warning"  #: some readers see less than they should
    NOTE = "note"  #: worth knowing, nothing to do


#: The worst first.
SEVERITIES: Final = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


class Place(NamedTuple):
    """Where in a mail something is."""

    #: As a person reads it: `line 12, <img src="…">`, `the subject`.
    said: str
    #: Of the HTML part, from 1; 0: it is not in there.
    line: int = 0
    #: `id` of the element around it, `story-3`; or "".
    anchor: str = ""
    #: The article it comes from; or "".
    path: str = ""


class Fault(NamedTuple):
    """What a rule says of one place."""

    #: What is wrong, one line, no full stop.
    what: str
    at: Place
    #: Instead of the rule's own; None: as the rule has it.
    severity: Severity | None = None
    #: Instead of the rule's own; "": as the rule has it.
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a mail."""

    #: Id of the rule: `link.relative`.
    rule: str
    severity: Severity
    #: What is wrong, one line, no full stop.
    what: str
    #: `line 12, <img src="…">`; `the subject`.
    where: str
    #: What to do about it.
    remedy: str
    #: Of the HTML part, from 1; 0: it is not in there.
    line: int = 0
    #: `id` of the element around it, `story-3`; or "".
    anchor: str = ""
    #: The article it comes from; or "".
    path: str = ""
    #: No `--force` sends such a mail: it would be unlawful, or show a template's inside.
    is_final: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values, for manifests and scripts."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "what": self.what,
            "where": self.where,
            "remedy": self.remedy,
            "line": self.line,
            "anchor": self.anchor,
            "path": self.path,
            "final": self.is_final,
        }

    @classmethod
    def of_json(cls, values: dict[str, object]) -> "Finding":
        """Return what `as_json` made."""
        line = values.get("line")
        return cls(
            rule=str(values["rule"]),
            severity=Severity(values["severity"]),
            what=str(values["what"]),
            where=str(values["where"]),
            remedy=str(values["remedy"]),
            line=line if isinstance(line, int) else 0,
            anchor=str(values.get("anchor", "")),
            path=str(values.get("path", "")),
            is_final=bool(values.get("final", False)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing a mail is checked for. docs/preflight.md is made of these."""

    #: `link.relative`. Stands in manifests and in people's notes: never rename one.
    id: str
    #: The worst its findings have; a finding may be milder.
    severity: Severity
    #: One line: what there must not be.
    title: str
    #: What happens to readers.
    why: str
    #: Where that is known from.
    source: str
    #: What to do about it.
    remedy: str
    look: Callable[["Mail"], Iterable[Fault]]
    #: No `--force` sends a mail that breaks it.
    is_final: bool = False

    def findings(self, mail: "Mail") -> Iterable[Finding]:
        """Yield what is wrong with `mail`."""
        for fault in self.look(mail):
            severity = fault.severity or self.severity
            yield Finding(
                rule=self.id,
                severity=severity,
                what=fault.what,
                where=fault.at.said,
                remedy=fault.remedy or self.remedy,
                line=fault.at.line,
                anchor=fault.at.anchor,
                path=fault.at.path,
                is_final=self.is_final and severity is Severity.ERROR,
            )
