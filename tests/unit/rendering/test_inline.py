"""Style sheets become style attributes, off-line."""

import socket

import pytest

from digest.errors import RenderingError
from digest.rendering import inline
from digest.rendering.inline import inline_styles

DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>x</title>
<!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->
<style>
.a { color: #123456; margin: 0 !important; width: 100% }
</style>
<style data-premailer="ignore">
:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { .a { color: #fff !important } }
[data-ogsc] .a { color: #eee !important }
</style></head>
<body><!--digest:card 1--><table><!--digest:cover 1--><tr><td class="a">ü 日本 &amp; x</td></tr>
<!--/digest:cover 1--></table><!--/digest:card 1-->
<img class="a" src="https://x.example/a.jpg?a=1&amp;b=2" width="552" height="276" alt="x">
<!--[if mso]></td><td width="20"><![endif]--></body></html>"""


def with_style(css: str) -> str:
    return DOCUMENT.replace(".a { color: #123456;", css + "\n.a { color: #123456;")


def test_rules_become_attributes_and_the_second_block_stays() -> None:
    inlined = inline_styles(DOCUMENT)

    # premailer writes normal declarations before important ones
    assert '<td class="a" style="color:#123456; width:100%; margin:0 !important">' in inlined
    assert inlined.count("<style") == 1
    assert "@media (prefers-color-scheme: dark) { .a { color: #fff !important } }" in inlined
    assert "[data-ogsc] .a { color: #eee !important }" in inlined


def test_pixels_comments_markers_and_letters_survive() -> None:
    inlined = inline_styles(DOCUMENT)

    assert 'width="552" height="276"' in inlined
    assert "<!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->" in inlined
    assert '<!--[if mso]></td><td width="20"><![endif]-->' in inlined
    assert inlined.count("digest:card 1-->") == inlined.count("digest:cover 1-->") == 2
    assert "ü 日本 &amp; x" in inlined


@pytest.mark.parametrize("doctype", ["<!doctype html>", "<!DOCTYPE html>", "<!DocType HTML>"])
def test_the_doctype_stays_however_it_is_written(doctype: str) -> None:
    inlined = inline_styles(DOCUMENT.replace("<!doctype html>", doctype))

    assert inlined.count("<!DOCTYPE html>") == 1
    assert inlined.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "css",
    [
        "@import url(http://127.0.0.1:9/x.css);",
        "@\\69mport 'http://127.0.0.1:9/x.css';",
        "@im/**/port '//x.example/x.css';",
        ".b { background: url(file:///etc/passwd) }",
    ],
)
def test_a_style_that_loads_is_refused(css: str) -> None:
    with pytest.raises(RenderingError):
        inline_styles(with_style(css))


def test_a_style_kept_as_it_is_may_not_load_either() -> None:
    with pytest.raises(RenderingError, match="@import"):
        inline_styles(DOCUMENT.replace(":root", "@import 'x'; :root"))


def test_cssutils_cannot_fetch_what_the_check_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "check_style", lambda *_, **__: None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.css"
        server.settimeout(0)
        socket.setdefaulttimeout(1)  # nobody answers: a fetch must fail the test, not hang it

        with pytest.raises(RenderingError, match=f"would be loaded from {address}"):
            inline_styles(with_style(f"@import url({address});"))

        with pytest.raises(BlockingIOError):
            server.accept()
    socket.setdefaulttimeout(None)


@pytest.mark.parametrize(
    "element",
    [
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<LINK REL=StyleSheet HREF="x.css">',
        '<base href="http://127.0.0.1:9/">',
        "<script>x</script>",
        '<p onclick="x">',
        '<iframe src="x"></iframe>',
    ],
)
def test_elements_that_load_or_run_are_refused(element: str) -> None:
    with pytest.raises(RenderingError) as error:
        inline_styles(DOCUMENT.replace("<body>", f"<body>{element}"))

    assert error.value.problems[0].where.endswith("of the mail")


@pytest.mark.parametrize(
    "css",
    [
        "@media screen { @media (max-width: 600px) { .b { color: red } } }",
        "@media screen { @font-face { font-family: x } }",
        "@media print { @page { margin: 0 } }",
    ],
)
def test_an_at_rule_inside_media_is_a_clear_error(css: str) -> None:
    with pytest.raises(RenderingError) as error:
        inline_styles(with_style(css))

    assert "an at-rule inside @media" in str(error.value)
    assert "@media screen and (max-width: 600px)" in error.value.problems[0].remedy


def test_css_nobody_can_read_is_a_clear_error() -> None:
    with pytest.raises(RenderingError, match="premailer cannot inline this CSS"):
        inline_styles(with_style("p:nth-child { color: red }"))


@pytest.mark.parametrize("document", ["", "  \n", "<!-- -->"])
def test_an_empty_mail_is_a_clear_error(document: str) -> None:
    with pytest.raises(RenderingError):
        inline_styles(document)


@pytest.mark.parametrize(
    "css",
    ["}}}}", "{{{{", "a { color: ", "/*", "@", "\\", "a { b: c(((( }", "@charset 'x';", "\0"],
)
def test_odd_css_ends_as_html_or_as_an_error(css: str) -> None:
    try:
        assert "</html>" in inline_styles(with_style(css))
    except RenderingError as error:
        assert error.problems[0].remedy  # noqa: PT017  either is right


def test_an_xml_declaration_is_a_clear_error() -> None:
    with pytest.raises(RenderingError, match="the mail is not HTML"):
        inline_styles(f'<?xml version="1.0" encoding="latin-1"?>{DOCUMENT}')


def test_plain_rules_inside_media_stay() -> None:
    css = "@media print { .b { color: red } .c { margin: 0 } }"

    assert "color: red !important" in inline_styles(with_style(css))


def test_nothing_is_said_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    inline_styles(with_style(".c { mso-hide: all; nonsense: 1; color: rgb(0 0 0 / 50%) }"))

    assert capfd.readouterr() == ("", "")


def test_the_same_document_gives_the_same_bytes() -> None:
    assert inline_styles(DOCUMENT) == inline_styles(DOCUMENT)
