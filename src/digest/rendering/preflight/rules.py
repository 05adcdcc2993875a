"""All rules, and what they find in a mail. Pure."""

from dataclasses import replace
from typing import Final

from digest.rendering.preflight import (
    contrast,
    headers,
    inbox,
    lawful,
    links,
    pictures,
    reading,
    size,
    stories,
    styles,
    support,
    text_part,
)
from digest.rendering.preflight.finding import SEVERITIES, Finding, Rule
from digest.rendering.preflight.mail import Mail

#: In the order of docs/preflight.md.
RULES: Final[tuple[Rule, ...]] = (
    *lawful.RULES,
    *size.RULES,
    *styles.RULES,
    *support.RULES,
    *inbox.RULES,
    *links.RULES,
    *pictures.RULES,
    *contrast.RULES,
    *reading.RULES,
    *stories.RULES,
    *text_part.RULES,
    *headers.RULES,
)


def check(mail: Mail) -> list[Finding]:
    """Return what is wrong with a mail: the worst first, then in the order of the rules."""
    paths = {story.anchor: story.path for story in mail.stories or ()}
    found = [
        finding
        if finding.path or finding.anchor not in paths
        # What is wrong in a story is put right in its article.
        else replace(finding, path=paths[finding.anchor])
        for rule in RULES
        for finding in rule.findings(mail)
    ]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
