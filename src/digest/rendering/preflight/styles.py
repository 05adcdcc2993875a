"""Rules about `<style>`: what makes Gmail or Yahoo throw it away. Pure."""

from collections.abc import Iterator
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail

#: Over all blocks of a mail (email-bugs #90; caniemail html-style, note 6).
MOST_CHARACTERS: Final = 16_384
#: At-rules that hold rules; others (`@font-face`) hold declarations.
_HOLDING: Final = ("@media", "@supports", "@layer", "@container", "@document")
_SAID: Final = 60


def _characters(mail: Mail) -> Iterator[Fault]:
    size = sum(map(len, mail.css))
    if size > MOST_CHARACTERS:
        yield Fault(
            f"the style sheets have {size:,} characters, more than {MOST_CHARACTERS:,}",
            mail.sheets[0][0].place,
        )


def _nested(mail: Mail) -> Iterator[Fault]:
    for element, sheet in mail.sheets:
        for rule in sheet:
            if rule.selector.startswith("@") and any(each[0] == "@" for each in rule.around):
                yield _fault(
                    f"{rule.selector[:_SAID]} stands inside {rule.around[-1][:_SAID]}",
                    element.line + rule.line - 1,
                )


def _comma(mail: Mail) -> Iterator[Fault]:
    for element, sheet in mail.sheets:
        for rule in sheet:
            if rule.selector.startswith("@media") and "," in rule.selector:
                yield _fault(
                    f"{rule.selector[:_SAID]} holds a comma", element.line + rule.line - 1
                )


def _import(mail: Mail) -> Iterator[Fault]:
    for element, sheet in mail.sheets:
        for rule in sheet:
            if rule.selector.lower().startswith("@import"):
                yield _fault(f"{rule.selector[:_SAID]}", element.line + rule.line - 1)


def _in_body(mail: Mail) -> Iterator[Fault]:
    for element, _ in mail.sheets:
        if element.within("body"):
            yield Fault("a style sheet stands in the body", element.place)


def _broken(mail: Mail) -> Iterator[Fault]:
    for (element, _), css in zip(mail.sheets, mail.css, strict=True):
        if css.count("{") != css.count("}"):
            yield Fault(f"{css.count('{')} braces open and {css.count('}')} close", element.place)


def _fault(what: str, line: int) -> Fault:
    return Fault(what, Place(f"line {line}, <style>", line))


RULES: Final = (
    Rule(
        id="style.characters",
        severity=Severity.WARNING,
        title="more than 16,384 characters of style",
        why="Gmail then drops style sheets: dark mode and what adapts to telephones go.",
        source="email-bugs #90; caniemail html-style, note 6",
        remedy="Take rules out that this mail does not use; what must work everywhere belongs "
        "into the sheet that is inlined.",
        look=_characters,
    ),
    Rule(
        id="style.nested",
        severity=Severity.WARNING,
        title="an at-rule inside an at-rule",
        why="Gmail removes the whole block.",
        source="email-bugs #21; caniemail #144",
        remedy="Write both conditions into one @media … and (…).",
        look=_nested,
    ),
    Rule(
        id="style.comma",
        severity=Severity.WARNING,
        title="a comma in @media",
        why="Yahoo and AOL drop the rest of the block.",
        source="email-bugs #149 (August 2025)",
        remedy="Repeat the rules under one condition each.",
        look=_comma,
    ),
    Rule(
        id="style.import",
        severity=Severity.WARNING,
        title="@import",
        why="Gmail and Outlook load nothing and may drop the block; others tell a third party "
        "who reads.",
        source="caniemail css-at-import; email-html.md §2",
        remedy="Write the rules into the mail itself.",
        look=_import,
    ),
    Rule(
        id="style.in_body",
        severity=Severity.WARNING,
        title="a style sheet in the body",
        why="Gmail reads style sheets in <head> only.",
        source="caniemail html-style, note 1; email-html.md §3, Gmail, style",
        remedy="Move it into <head>.",
        look=_in_body,
    ),
    Rule(
        id="style.broken",
        severity=Severity.WARNING,
        title="braces that do not match",
        why="Gmail removes a block with a syntax error.",
        source="email-html.md §3, Gmail, style; emailonacid, 12 things",
        remedy="Close every rule you open, and no other.",
        look=_broken,
    ),
)
