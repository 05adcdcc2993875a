"""Preflight: what readers would stumble over, found before a mail is sent. Pure.

    mail       what is looked at: parts, headers, stories, parsed once
    document   the HTML part as elements with their places; css.py for styles
    …          one module for each kind of rule
    check      all rules → findings

docs/preflight.md lists the rules.
"""

from digest.rendering.preflight.check import RULES, check
from digest.rendering.preflight.finding import Finding, Rule, Severity
from digest.rendering.preflight.mail import Mail

__all__ = ["RULES", "Finding", "Mail", "Rule", "Severity", "check"]
