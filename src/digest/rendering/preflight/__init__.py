"""Preflight: what readers would stumble over, found before a mail is sent. Pure.

    mail       what is looked at: parts, headers, stories, parsed once
    document   the HTML part as elements with their places; css.py for styles
    …          one module for each kind of rule
    rules      all of them, and `check`: a mail → findings

docs/preflight.md lists the rules. The names below are imported when they are used: who only
passes findings on does not pay for the rules.
"""

# Type checkers know the name; `typing` itself is not worth its time here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from digest.rendering.preflight.finding import Finding, Rule, Severity
    from digest.rendering.preflight.mail import Mail
    from digest.rendering.preflight.rules import RULES, check

__all__ = ["RULES", "Finding", "Mail", "Rule", "Severity", "check"]

_HOMES = {
    "RULES": "rules",
    "check": "rules",
    "Finding": "finding",
    "Rule": "finding",
    "Severity": "finding",
    "Mail": "mail",
}

if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Return one of the names above, imported now."""
        if name not in _HOMES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from importlib import import_module  # noqa: PLC0415  as above

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
