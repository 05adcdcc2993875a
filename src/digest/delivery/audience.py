"""Which subscribers an issue is for. Pure; `store/sql/recipients.sql` applies it.

Preferences decide whether a reader gets an issue, not which articles: one cohort an issue.
"""

from collections.abc import Mapping
from typing import Final

from digest.record import Record

#: How often a newsletter comes → what its readers may have asked for: that often, or more often.
_FREQUENCIES: Final[Mapping[str, tuple[str, ...]]] = {
    "daily": ("daily",),
    "weekly": ("daily", "weekly"),
    "monthly": ("daily", "weekly", "monthly"),
    "": ("daily", "weekly", "monthly"),
}


class Audience(Record, kw_only=True):
    """What a subscriber must be to get an issue. In the ledger as JSON: add, never rename."""

    #: Key in config.toml, or `breaking`.
    newsletter: str
    #: How often the newsletter comes: `daily`, `weekly`, `monthly`; "": it has no rhythm.
    frequency: str = ""
    #: Casefolded: readers who want one of them, or named none. Empty: all.
    categories: tuple[str, ...] = ()
    #: BCP 47 tag of the readers' language; "": all.
    language: str = ""
    #: Language of readers who named none.
    own_language: str = "en"
    #: Of breaking stories: every newsletter there is; who has left all of them gets none.
    newsletters: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {name: getattr(self, name) for name in self._fields}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> "Audience":
        """Return what `to_json` made."""
        known = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**known)  # type: ignore[arg-type]  # made by to_json

    @property
    def wanted_frequencies(self) -> tuple[str, ...]:
        """Frequencies a reader may have asked for and still get this newsletter."""
        return _FREQUENCIES[self.frequency]
