"""What no mail of ours may hold."""

import pytest

from digest.errors import RenderingError
from digest.rendering.refused import check_element, check_mail, check_style

SOUND = """<html><head><style>.a { background: url(https://x.example/a.png) }</style>
<style>@media (max-width: 600px) { .b { color: red } }</style>
<!--[if mso]><style>td { font-family: "Segoe UI" }</style><![endif]--></head>
<body background="https://x.example/b.jpg"><a href="#top">up</a>
<a href="https://x.example/?a=1&amp;b=2">x</a> <a href="mailto:a@x.example">m</a>
<a href="__DIGEST_UNSUBSCRIBE_URL__">u</a> <img src="http://x.example/a.jpg" alt="javascript:">
<!--[if mso]><v:roundrect href="https://x.example/"><![endif]--><!-- <script> -->
<!--[if !mso]><!--><p style="background: url('https://x.example/c.png')">javascript:</p>
<!--<![endif]--></body></html>"""


def test_a_sound_mail_passes() -> None:
    check_mail(SOUND, "weekly.html.j2")


@pytest.mark.parametrize(
    "fragment",
    [
        '<a href="javascript:alert(1)">',
        '<a href="JaVaScRiPt:alert(1)">',
        '<a href=" javascript:alert(1)">',
        '<a href="java\nscript:alert(1)">',
        '<a href="&#106;avascript:alert(1)">',
        '<a href="java&#9;script:alert(1)">',
        '<a href="vbscript:x">',
        '<a href="data:text/html,x">',
        '<a href="file:///etc/passwd">',
        '<a href="//evil.example/">',
        '<a href="/posts/x">',
        '<a href="posts/x">',
        '<a href="">',
        "<a href>",
        '<a href="https://">',
        '<a href="https://[broken">',
        '<a href="ftp://x.example/">',
        '<a href="__DIGEST_OTHER__">',
        '<a href="__DIGEST_UNSUBSCRIBE_URL__x">',
        '<img src="data:image/png;base64,x">',
        '<img src="file:///etc/passwd">',
        '<img src="//x.example/a.jpg">',
        '<img src="cid:1">',
        '<img src="__DIGEST_WEB_VIEW_URL__">',
        '<img src="mailto:a@x.example">',
        '<img srcset="https://x.example/a.jpg 2x">',
        '<img lowsrc="file:///x">',
        '<td background="javascript:x">',
        '<td background="x.png">',
        '<blockquote cite="javascript:x">',
        '<video poster="file:///x">',
        '<a ping="https://x.example/">',
        '<p style="background: url(javascript:x)">',
        '<p style="background: url(//x.example/a)">',
        '<p style="background: u\\72l(file:///x)">',
        "<style>.a { background: url( 'data:image/png,x' ) }</style>",
        "<style>@import url(https://x.example/a.css);</style>",
        "<script>x</script>",
        '<p onclick="x">',
        "<img onerror=x>",
        '<base href="https://x.example/">',
        '<link rel="stylesheet" href="https://x.example/a.css">',
        '<meta http-equiv="Refresh" content="0;url=https://x.example">',
        '<iframe src="https://x.example/">',
        '<object data="https://x.example/">',
        '<embed src="https://x.example/">',
        '<form action="https://x.example/">',
        '<svg><image xlink:href="file:///x"></svg>',
        '<svg onload="x">',
        "<math></math>",
        '<!--[if mso]><v:fill src="file:///x"><![endif]-->',
        "<!--[if gte mso 9]><style>@import 'x';</style><![endif]-->",
        "<!--[if mso]><script>x</script><![endif]-->",
    ],
)
def test_everything_that_loads_runs_or_leads_astray_is_refused(fragment: str) -> None:
    document = SOUND.replace('<a href="#top">', f'{fragment}<a href="#top">')

    with pytest.raises(RenderingError) as error:
        check_mail(document, "weekly.html.j2")

    assert " of the mail" in error.value.problems[0].where


def test_the_place_of_an_address_is_named() -> None:
    with pytest.raises(RenderingError) as error:
        check_mail('<p>\n<a href="/x">', "weekly.html.j2")

    assert str(error.value) == (
        "weekly.html.j2, <a href> in line 2 of the mail: '/x' is not a full http or https "
        "address\n"
        "  Take it out of the template: docs/rendering.md lists what a mail may hold."
    )


IMPORTS = [
    "@import 'x';",
    "@IMPORT url(x)",
    "@im\\port 'x'",
    "@\\69mport 'x'",
    "@\\69 mport 'x'",
    "@\\000069mport 'x'",
    "@\\000069\nmport 'x'",
    "@\\49 MPORT 'x'",
    "@i\\6d port 'x'",
    "\\@import 'x'",
    "\\40import 'x'",
    "\\40 import 'x'",
    "@/**/import 'x'",
    "@im/* */port 'x'",
    "@i/*\\*/m/**/port 'x'",
    "@ import 'x'",
    "@im\x00port 'x'",
    "/* unclosed @import 'x'",
    "a{}<!-- @import 'x'; -->",
    "@media screen { @import 'x'; }",
]


@pytest.mark.parametrize("css", IMPORTS)
def test_no_spelling_of_import_passes(css: str) -> None:
    with pytest.raises(RenderingError, match="@import would load a style sheet"):
        check_style(f"p {{ color: red }}\n{css}", line=1)


def test_words_about_imports_pass() -> None:
    check_style(".important { color: red !important } /* imported */ @media print {}", line=1)


@pytest.mark.parametrize("piece", ["url(", "/*", "\\", "@", "url('"])
def test_hostile_styles_are_read_in_linear_time(piece: str) -> None:
    css = piece * 40_000

    try:
        check_style(css, line=1)
    except RenderingError as error:
        assert "not an http or https address" in str(error)  # noqa: PT017  either is right


def test_an_element_is_checked_whatever_its_case() -> None:
    with pytest.raises(RenderingError, match="onclick= would run a script"):
        check_element("P", {"ONCLICK": "x"}, line=3)
