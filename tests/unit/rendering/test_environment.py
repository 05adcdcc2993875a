"""Templates can reach nothing but what they are given."""

from pathlib import Path

import pytest

from digest.errors import ConfigError, DigestError, RenderingError
from digest.rendering.environment import (
    Markup,
    Templates,
    load_templates,
    render_line,
    render_template,
)
from digest.rendering.template_folders import TemplateFolders, packaged_folder

CONTEXT: dict[str, object] = {
    "title": "A <story> & more",
    "site": {"name": "Courier", "lines": ["one", "two"]},
    "number": 7,
    "none": None,
    "intro": Markup("<p>Hello</p>"),
}

#: Ways out of a template that worked somewhere: object walks, globals, formatting, macros,
#: loops' and blocks' own objects, string tricks around the checks, and changes to the context.
INJECTIONS = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum.__globals__.os.environ }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ lipsum() }}",
    "{{ cycler('a').next() }}",
    "{{ joiner(',')() }}",
    "{{ dict(a=1) }}",
    "{{ namespace(a=1) }}",
    "{{ config.items() }}",
    "{{ env }}",
    "{{ environment }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ {}.__class__.__bases__[0].__subclasses__() }}",
    "{{ ().__class__.__mro__[-1].__subclasses__() }}",
    "{{ title.__class__ }}",
    "{{ title['__class__'] }}",
    "{{ title|attr('__class__') }}",
    "{{ title|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ title['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ title['__cla' ~ 'ss__'] }}",
    "{{ title[['__cla', 'ss__']|join] }}",
    "{{ title['__ssalc__'|reverse] }}",
    "{{ site.__class__ }}",
    "{{ site.__init__ }}",
    "{{ site.lines.__class__ }}",
    "{{ site.lines.__iter__ }}",
    "{{ number.__class__ }}",
    "{{ number.__add__ }}",
    "{{ none.__class__ }}",
    "{{ true.__class__ }}",
    "{{ intro.__html__ }}",
    "{{ intro.__class__.__mro__ }}",
    "{{ intro.escape.__func__.__globals__ }}",
    "{{ range.__globals__ }}",
    "{{ range.__code__ }}",
    "{{ range.__wrapped__ }}",
    "{{ title.upper.__self__ }}",
    "{{ title.upper.__func__ }}",
    "{{ [title]|map(attribute='__class__')|list }}",
    "{{ [title]|map('attr', '__class__')|list }}",
    "{{ [site]|selectattr('__class__')|list|first }}",
    "{{ [title]|sum(attribute='__class__') }}",
    "{{ [title]|batch(1)|map(attribute='0.__class__')|list }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(title) }}",
    "{{ '{a.__class__}'.format_map({'a': title}) }}",
    "{{ '{0.__class__}'|format(title) }}",
    "{{ ('{0.__class__}'|e).format(title) }}",
    "{{ ['{0.__class__}']|map('format', title)|list }}",
    "{{ '%s' % title }}",
    "{{ '%(x)s' % {'x': title} }}",
    "{{ intro % title }}",
    "{% set f = '{0.__class__}'.format %}{{ f(title) }}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{{ varargs.__class__ }}{% endmacro %}{{ m(1) }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] recursive %}{{ loop.__call__.__func__ }}{% endfor %}",
    "{% block b %}{{ self.b.__func__ }}{% endblock %}",
    "{% block b %}{{ super.__init__ }}{% endblock %}",
    "{% set x = ().__class__ %}{{ x }}",
    "{% with x = title.__class__ %}{{ x }}{% endwith %}",
    "{% if title.__class__ %}leak{% endif %}",
    "{% do site.update({'name': 'changed'}) %}",
    "{{ site.update({'name': 'changed'}) }}",
    "{{ site.pop('name') }}",
    "{{ site.clear() }}",
    "{{ site.setdefault('x', 1) }}",
    "{{ site.lines.append('x') }}",
    "{{ site.lines.reverse() }}",
    "{{ site.lines.sort() }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../../../etc/passwd' %}",
    "{% include 'partials/../../config.toml' %}",
    "{% import '/etc/passwd' as x %}",
    "{% from '../environment.py' import x %}",
    "{% extends '//etc/passwd' %}",
    "{% include title %}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{%- autoescape False -%}{{ title }}{% endautoescape %}",
    "{{ title|safe }}",
    "{{ '<script>'|safe }}",
    "{{ title|random }}",
    "{{ title|pprint }}",
    "{{ title|tojson }}",
    "{{ site|xmlattr }}",
    "{{ title|center(1000000000) }}",
    "{{ 'x'.center(1000000000) }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ '7'.zfill(1000000000) }}",
    "{{ '\\t'.expandtabs(1000000000) }}",
    "{{ 'x' * 10**10 }}",
    "{{ 10**10 * 'x' }}",
    "{{ ['x'] * 10**10 }}",
    "{{ intro * 10**10 }}",
    "{{ 9**9**9 }}",
    "{{ 2**100000 }}",
    "{{ 10**200 * 10**200 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ range(10**9)|list }}",
    "{{ range(10**30) }}",
    "{% for i in range(100000) %}x{% endfor %}",
]
#: What a leak would show: nothing of this may ever be in what a template gives.
LEAKS = (
    "<class",
    "__",
    "built-in",
    "object at 0x",
    "uid=",
    "root:",
    "/bin/",
    "changed",
    "<script>",
)


def templates(folder: Path, **files: str) -> Templates:
    for name, source in files.items():
        path = folder / name.replace("__", "/").replace("_html", ".html.j2")
        path = path.with_name(path.name.replace("_txt", ".txt.j2"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return load_templates((str(folder),))


def assert_refused(error: DigestError) -> None:
    assert not any(leak in error.problems[0].what for leak in ("uid=", "root:", "<class '"))
    assert error.problems[0].remedy


@pytest.mark.parametrize("source", INJECTIONS)
def test_an_injection_in_the_html_template_is_refused(source: str, tmp_path: Path) -> None:
    ours = templates(tmp_path, weekly_html=f"<p>\n{source}</p>")

    with pytest.raises(RenderingError) as error:
        render_template(ours, "weekly.html.j2", CONTEXT)

    assert_refused(error.value)


@pytest.mark.parametrize("source", INJECTIONS)
def test_an_injection_in_a_partial_of_the_text_is_refused(source: str, tmp_path: Path) -> None:
    ours = templates(tmp_path, weekly_txt="{% include 'p/x.txt.j2' %}", p__x_txt=source)

    with pytest.raises(RenderingError) as error:
        render_template(ours, "weekly.txt.j2", CONTEXT)

    assert_refused(error.value)


@pytest.mark.parametrize("source", INJECTIONS)
def test_an_injection_in_a_subject_is_refused(source: str) -> None:
    with pytest.raises(DigestError) as error:
        render_line(source, CONTEXT, "config.toml, [newsletters.weekly] subject")

    assert_refused(error.value)


@pytest.mark.parametrize("source", INJECTIONS)
def test_an_injection_in_the_content_stays_text(source: str, tmp_path: Path) -> None:
    ours = templates(tmp_path, weekly_html="<p>{{ title }}</p>", weekly_txt="{{ title }}")

    html = render_template(ours, "weekly.html.j2", {"title": source})

    assert html == f"<p>{Markup.escape(source)}</p>"
    assert render_template(ours, "weekly.txt.j2", {"title": source}) == source
    assert render_line("{{ title }}", {"title": source}, "x") == " ".join(source.split())


def test_the_context_is_the_same_after_every_injection(tmp_path: Path) -> None:
    context = {"site": {"name": "Courier", "lines": ["one"]}}

    for source in INJECTIONS:
        if "site" in source:
            with pytest.raises(RenderingError):
                render_template(templates(tmp_path, x_html=source), "x.html.j2", context)

    assert context == {"site": {"name": "Courier", "lines": ["one"]}}


def test_html_is_escaped_and_text_is_not(tmp_path: Path) -> None:
    source = "{{ title }} {{ intro }} {{ intro|safe }} {{ number }}"
    ours = templates(tmp_path, weekly_html=source, weekly_txt="{{ title }}", partials__css=source)

    html = render_template(ours, "weekly.html.j2", CONTEXT)

    assert html == "A &lt;story&gt; &amp; more <p>Hello</p> <p>Hello</p> 7"
    assert render_template(ours, "weekly.txt.j2", CONTEXT) == "A <story> & more"


def test_a_partial_of_any_other_name_is_escaped_too(tmp_path: Path) -> None:
    (tmp_path / "style.css.j2").write_text("{{ title }}")
    ours = templates(tmp_path, weekly_html="{% include 'style.css.j2' %}")

    assert render_template(ours, "weekly.html.j2", CONTEXT) == "A &lt;story&gt; &amp; more"


def test_an_error_names_file_line_and_what_was_meant(tmp_path: Path) -> None:
    ours = templates(
        tmp_path, weekly_html="<p>\n{% include 'p/card.html.j2' %}", p__card_html="\n\n{{ titel }}"
    )

    with pytest.raises(RenderingError) as error:
        render_template(ours, "weekly.html.j2", CONTEXT)

    assert str(error.value) == (
        f"{tmp_path}/p/card.html.j2:3: 'titel' is undefined\n"
        "  Did you mean 'title'? Correct the template; docs/rendering.md lists what it may use."
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "{{ site.nam }}",
            "weekly.html.j2:1: 'dict object' has no attribute 'nam'\n  Did you mean 'name'?",
        ),
        (
            "\n{{ title|uper }}",
            "weekly.html.j2:2: No filter named 'uper'.\n  Did you mean 'upper'?",
        ),
        ("\n\n{% if %}", "weekly.html.j2:3: "),
        ("{{ 1 / 0 }}", "weekly.html.j2:1: ZeroDivisionError: division by zero"),
        ("{{ title + 1 }}", "weekly.html.j2:1: TypeError: "),
        ("{{ title.__class__ }}", "not allowed in a template: '__class__' of a str is private"),
        ("{{ 'x' * 10001 }}", "not allowed in a template: a repeated text is longer than 10,000"),
        ("{{ " + "(" * 3000 + ")" * 3000 + " }}", "is nested too deeply"),
        ("{{ " + "9" * 5000 + " }}", "ValueError: Exceeds the limit"),
        ("{% include 'weekly.html.j2' %}", "is nested too deeply"),
        ("{% include 'nothing.html.j2' %}", "nothing.html.j2: no template of this name"),
    ],
)
def test_every_mistake_of_a_template_is_said(source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RenderingError) as error:
        render_template(templates(tmp_path, weekly_html=source), "weekly.html.j2", CONTEXT)

    assert message in str(error.value)


def test_small_sums_and_repetitions_are_allowed(tmp_path: Path) -> None:
    source = (
        "{{ '-' * 72 }} {{ 3 * 4 }} {{ 2 ** 10 }} {{ 2.5 * 2 }} {{ 7 % 4 }} {{ range(3)|sum }}"
    )

    html = render_template(templates(tmp_path, weekly_html=source), "weekly.html.j2", {})

    assert html == "-" * 72 + " 12 1024 5.0 3 3"


def test_a_line_is_filled_and_not_escaped() -> None:
    line = render_line("{{ title }}{% if number %}, {{ number }} more{% endif %}", CONTEXT, "x")

    assert line == "A <story> & more, 7 more"


def test_a_line_that_cannot_stand_in_a_header_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"SLOT\.toml subject: holds a control"):
        render_line("{{ title }}", {"title": "a\nBcc: b@example.org"}, "SLOT.toml subject")


def test_a_mistake_in_a_line_names_its_place() -> None:
    with pytest.raises(RenderingError, match=r"config\.toml subject: 'titel' is undefined"):
        render_line("{{ titel }}", CONTEXT, "config.toml subject")


def two_folders(tmp_path: Path, own: dict[str, str]) -> Templates:
    packaged = {
        "weekly_html": "{% include 'p/card.html.j2' %}",
        "weekly_txt": "text",
        "p__card_html": "our card",
        "breaking_html": "{% include ['p/none.html.j2', 'p/card.html.j2'] %}",
        "breaking_txt": "text",
        "odd_html": "{% include name %}",
        "odd_txt": "text",
    }
    templates(tmp_path / "packaged", **packaged)
    templates(tmp_path / "own", **own)
    folders = (str(tmp_path / "own"), str(tmp_path / "packaged"))
    return Templates(TemplateFolders(folders, folders[1]))


def test_one_file_is_replaced_alone_and_known_as_foreign(tmp_path: Path) -> None:
    found = two_folders(tmp_path, {"p__card_html": "their card"})

    assert render_template(found, "weekly.html.j2", {}) == "their card"
    assert not found.ours("weekly")


def test_a_folder_without_a_file_in_use_changes_nothing(tmp_path: Path) -> None:
    found = two_folders(tmp_path, {"p__unused_html": "their partial"})

    assert render_template(found, "weekly.html.j2", {}) == "our card"
    assert found.ours("weekly")


def test_a_name_only_the_running_template_knows_counts_as_foreign(tmp_path: Path) -> None:
    assert two_folders(tmp_path / "a", {}).ours("odd")
    assert not two_folders(tmp_path / "b", {"p__unused_html": "x"}).ours("odd")


def test_files_of_the_publisher_are_not_parsed_to_find_out(tmp_path: Path) -> None:
    found = two_folders(tmp_path, {"weekly_txt": "{% if broken"})

    assert not found.ours("weekly")


def test_a_missing_alternative_is_an_error_of_ours_to_say(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match=r"p/none\.html\.j2: no template of this name"):
        two_folders(tmp_path, {"other.html.j2": "x"}).ours("breaking")


def test_a_template_of_ours_that_is_broken_is_said_so(tmp_path: Path) -> None:
    templates(tmp_path, weekly_html="{% if %}", weekly_txt="x")

    ours = Templates(TemplateFolders((str(tmp_path),), str(tmp_path)))

    assert ours.ours("weekly")
    with pytest.raises(RenderingError, match=r"weekly\.html\.j2:1: "):
        render_template(ours, "weekly.html.j2", {})


def test_the_packaged_templates_are_ours() -> None:
    assert load_templates((packaged_folder(),)).ours("weekly")
