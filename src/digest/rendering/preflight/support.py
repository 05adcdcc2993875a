"""Rules about what clients do not show, by the table in `clients.py`. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from digest.rendering.preflight.clients import Feature
from digest.rendering.preflight.css import Declarations
from digest.rendering.preflight.document import Element
from digest.rendering.preflight.features import FEATURES
from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail

_VALUES: Final = {one.name: re.compile(one.value) for one in FEATURES if one.value}
_SELECTORS: Final = {one.name: re.compile(one.selector) for one in FEATURES if one.selector}
#: One look at a value says whether any of those that concern every property can be in it.
_EVERYWHERE: Final = tuple(one for one in FEATURES if "*" in one.properties)
_BY_PROPERTY: Final[dict[str, tuple[Feature, ...]]] = {
    name: tuple(one for one in FEATURES if name in one.properties)
    for name in {name for one in FEATURES for name in one.properties} - {"*"}
}
_BY_ELEMENT: Final = {tag: one for one in FEATURES for tag in one.elements}
#: Selectors that one client alone reads.
_HACK: Final = re.compile(r"\[(?:data-og|owa|class~)|u \+ |#outlook|#messageviewbody|\.external")
#: What a telephone or a dark screen gets besides, every other client passes over.
_CONDITIONS: Final = ("@media", "@supports", "@container")

_Use = tuple[Feature, Place, str]


def _uses(mail: Mail) -> Iterator[_Use]:
    cached: dict[str, tuple[tuple[Feature, str], ...]] = {}
    for element in mail.document.elements:
        feature = _BY_ELEMENT.get(element.tag)
        if feature and not feature.is_fine(element):
            yield feature, element.place, f"<{element.tag}>"
        css = element.attributes.get("style")
        if not css:
            continue
        if css not in cached:
            cached[css] = tuple(_in(element.style))
        for used, said in cached[css]:
            if not used.is_fine(element):
                yield used, element.place, said
    yield from _in_sheets(mail)


def _in_sheets(mail: Mail) -> Iterator[_Use]:
    for element, sheet in mail.sheets:
        for rule in sheet:
            line = element.line + rule.line - 1
            at = Place(f"line {line}, <style>", line)
            selector = rule.selector.lower()
            for feature in FEATURES:
                if feature.selector and _SELECTORS[feature.name].match(selector):
                    yield feature, at, rule.selector[:60]
            if _HACK.search(selector) or any(each.startswith(_CONDITIONS) for each in rule.around):
                continue
            bearer = _bearer(rule.declarations)
            for feature, said in _in(rule.declarations):
                if not feature.inline_only and not feature.is_fine(bearer):
                    yield feature, at, said


def _bearer(style: Declarations) -> Element:
    """Return an element that bears these declarations, for what a feature asks of one."""
    css = ";".join(f"{name}:{value}" for name, value in style.items())
    return Element("div", {"style": css}, 1, None)


def _in(style: Declarations) -> Iterator[tuple[Feature, str]]:
    for name, value in style.items():
        for feature in _BY_PROPERTY.get(name, ()):
            if _VALUES[feature.name].match(value):
                yield feature, f"{name}: {value[:40]}"
        if "(" in value or "rem" in value:
            for feature in _EVERYWHERE:
                if _VALUES[feature.name].match(value):
                    yield feature, f"{name}: {value[:40]}"


def _support(mail: Mail) -> Iterator[Fault]:
    first: dict[str, _Use] = {}
    many: dict[str, int] = {}
    for use in _uses(mail):
        name = use[0].name
        first.setdefault(name, use)
        many[name] = many.get(name, 0) + 1
    for name, (feature, at, said) in first.items():
        more = f" (and {many[name] - 1} more)" if many[name] > 1 else ""
        severity = None if feature.breaks else Severity.NOTE
        what = f"{said}{more}, in {feature.clients}: {feature.why}"
        yield Fault(what, at, severity, feature.remedy)


RULES: Final = (
    Rule(
        id="client.support",
        severity=Severity.WARNING,
        title="what breaks in a client (a note: what only looks plainer): see the table below",
        why="Content is lost, or stands where it cannot be read.",
        source="caniemail.com, May 2026; email-html.md §3",
        remedy="As the finding says.",
        look=_support,
    ),
)
