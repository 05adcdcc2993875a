"""The table of what clients do not show: each entry with a mail that uses it, and one that may."""

import pytest

from digest.rendering.preflight import Mail, Severity, check
from digest.rendering.preflight.features import FEATURES
from preflight.sound import added, styled

#: Entry → a mail that uses it and nothing else of the table.
USED = {
    "scripts and frames": added("<iframe></iframe>"),
    "forms": added('<form action="https://harbour.example/x"></form>'),
    "video and audio": added("<video></video>"),
    "inline svg": added("<svg></svg>"),
    "linked style sheets": added('<link rel="stylesheet" href="https://harbour.example/x.css">'),
    "display: flex, grid": added('<div style="display: inline-flex">A</div>'),
    "position": added('<p style="color: #333; position: absolute">A</p>'),
    "float": added('<div style="float: left">A</div>'),
    "max-width": styled(".x { margin: 0 }"),  # below: it needs a mail without a table around
    "background pictures": added(
        '<table><tr><td style="background: url(https://x.example/a.png)">A</td></tr></table>'
    ),
    "negative margins": added('<p style="margin: 0 -4px">A</p>'),
    "calc(), min(), max(), clamp()": added('<p style="line-height: calc(2px + 1px)">A</p>'),
    "var()": added('<p style="color: var(--ink)">A</p>'),
    "rem": added('<p style="font-size: 1.25rem">A</p>'),
    "text-align: start, end": added('<p style="text-align: start">A</p>'),
    "gap, object-fit": styled(".x { gap: 4px }"),
    "columns without a table": added('<div style="display: inline-block">A</div>'),
    "width of blocks": added('<div style="width: 200px">A</div>'),
    "padding outside of cells": added('<p style="padding: 8px">A</p>'),
    "half-transparent colours": added('<p style="color: rgba(0, 0, 0, 0.8)">A</p>'),
    "effects": added('<p style="opacity: 0.5">A</p>'),
    "web fonts": styled("@font-face { font-family: X; src: url(https://harbour.example/x.woff) }"),
    "attribute selectors": styled('div[style*="x"] { margin: 0 }'),
    "picture and source": added("<picture></picture>"),
}
#: What takes care of it.
SERVED = {
    "flex that Word does not get": added(
        '<!--[if !mso]><!--><div style="display: flex">A</div><!--<![endif]-->'
    ),
    "float in a cell for Word": added(
        '<!--[if mso]><table><tr><td width="207"><![endif]--><div style="float: left">A</div>'
        "<!--[if mso]></td></tr></table><![endif]-->"
    ),
    "width of a picture": added(
        '<img src="https://harbour.example/x.png" width="9" height="9" alt="" '
        'style="max-width: 9px">'
    ),
    "float of a picture with align": added(
        '<img src="https://harbour.example/x.png" width="9" height="9" alt="" align="left" '
        'style="float: left">'
    ),
    "a colour behind the picture": added(
        '<table><tr><td style="background: #fff url(https://x.example/a.png)">A</td></tr></table>'
    ),
    "no margin": added('<p style="margin: -0px 0 0 1px">A</p>'),
    "a padded link whose cell pads for Word": added(
        '<table><tr><td style="mso-padding-alt: 8px"><a href="https://harbour.example/news/bridge"'
        ' style="padding: 8px; color: #333333">The bridge</a></td></tr></table>'
    ),
    "a float in a sheet, of nobody knows what": styled(".x { float: left }"),
    "no padding": added('<p style="padding: 0">A</p>'),
    "Outlook's own marks": styled("[data-ogsb] .x { color: #eeeeee }"),
    "a telephone's own rule": styled("@media (max-width: 9px) { .x { display: flex } }"),
    "a rule for Gmail alone": styled("u + .body .x { display: flex }"),
    "an icon": added('<link rel="icon" href="https://harbour.example/x.ico">'),
}


def used(mail: Mail) -> list[str]:
    """Return what the table says of a mail."""
    return [one.what for one in check(mail) if one.rule == "client.support"]


def test_every_entry_has_a_mail() -> None:
    assert set(USED) == {feature.name for feature in FEATURES}


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_what_a_client_does_not_show_is_found(feature: object) -> None:
    name, clients, why = (getattr(feature, each) for each in ("name", "clients", "why"))
    if name == "max-width":
        return
    (what,) = used(USED[name])

    assert what.endswith(f"in {clients}: {why}")


@pytest.mark.parametrize("name", SERVED)
def test_what_is_taken_care_of_is_fine(name: str) -> None:
    assert used(SERVED[name]) == []


class TestMaxWidth:
    BARE = '<html><body><div style="max-width: 600px"><p>A</p></div></body></html>'

    def test_breaks_where_no_table_holds_it(self) -> None:
        (what,) = used(Mail.of_html(self.BARE))

        assert what.startswith("max-width: 600px, in Outlook for Windows")

    @pytest.mark.parametrize(
        "around", ['<!--[if mso]><table width="600"><tr><td><![endif]-->{}', "<table>{}</table>"]
    )
    def test_is_held_by_a_table(self, around: str) -> None:
        inner = self.BARE.replace("<div", '<td width="600"><div') if "{}</t" in around else ""
        document = inner or self.BARE.replace("<div", around.format("<div"))

        assert used(Mail.of_html(document)) == []


def test_many_uses_are_one_finding() -> None:
    document = '<html><body><p style="position: fixed">A</p>' * 3

    (what,) = used(Mail.of_html(document))

    assert what.startswith("position: fixed (and 2 more), in ")


def test_what_only_looks_plainer_is_a_note() -> None:
    severities = {
        name: {one.severity for one in check(mail) if one.rule == "client.support"}
        for name, mail in USED.items()
    }

    assert severities["effects"] == {Severity.NOTE}
    assert severities["position"] == {Severity.WARNING}
