"""Jinja2, fenced in: templates decide appearance and can reach nothing else.

The only importer of jinja2 and markupsafe. A template sees plain values, a short list of
filters and `range`. What the library's sandbox leaves open is closed here: growth by `*`, `**`,
`%` and padding methods, random output, and switching off the escaping. What can still
run long (nested loops, concatenation) is why templates that are not ours run in `child.py`.
Reads templates through `template_folders.py`; touches nothing else.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import CodeType
from typing import NoReturn

import jinja2
import jinja2.bccache
import jinja2.exceptions
import jinja2.ext
import jinja2.lexer
import jinja2.meta
import jinja2.nodes
import jinja2.sandbox
from markupsafe import Markup

from digest.errors import RenderingError, did_you_mean
from digest.issue.header import clean_header, shortened
from digest.rendering.breaks import LONGEST, soft
from digest.rendering.growth import OPERATORS, PADDING, GrowthError, check_operation, small_range
from digest.rendering.template_folders import (
    TemplateFile,
    TemplateFolders,
    packaged_folder,
    template_folders,
)
from digest.rendering.wrap import wrap

__all__ = [
    "Markup",
    "Templates",
    "compile_packaged",
    "load_templates",
    "render_line",
    "render_template",
    "template_folders",
]

# Not here: |attr, |format, |center, |indent, |wordwrap (growth), |random (what is approved is
# what is sent), |sort, |groupby (stages decide the order), |xmlattr, |urlize, |tojson, |pprint.
_FILTERS = (
    "batch", "capitalize", "count", "d", "default", "e", "escape", "first", "float",
    "forceescape", "int", "items", "join", "last", "length", "list", "lower", "map", "reject",
    "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice", "string",
    "striptags", "sum", "title", "trim", "truncate", "upper", "urlencode", "wordcount",
)  # fmt: skip
_REMEDY = "Correct the template; docs/rendering.md lists what it may use."
_UNDEFINED = re.compile(r"^'(?P<name>\w+)' is undefined$|has no attribute '(?P<key>[^']+)'$")
_NO_FILTER = re.compile(r"^No filter named '(?P<name>[^']+)'")


class _Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Jinja's strictest environment, and stricter."""

    intercepted_binops = OPERATORS

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: object, right: object
    ) -> object:
        """Compute `left operator right` unless the result could be huge."""
        check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Say whether templates may read `attr`: no private ones, nothing that pads texts."""
        if isinstance(obj, str) and attr in PADDING:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: object, attribute: str) -> NoReturn:
        """Stop at once: Jinja's way would let `|map(attribute=…)|list` run to its end."""
        message = f"{attribute!r} of a {type(obj).__name__} is private"
        raise jinja2.exceptions.SecurityError(message)


class _Compiled(jinja2.BytecodeCache):
    """What has been compiled in this process, by what it says: never stale."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give a template its code if its like was compiled before."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep the code of a template."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _NoUnescaping(jinja2.ext.Extension):
    """Refuse `{% autoescape %}`: what is text stays text."""

    def filter_stream(self, stream: jinja2.lexer.TokenStream) -> Iterator[jinja2.lexer.Token]:
        """Pass the tokens on, unless one begins an autoescape block."""
        begun = False
        for token in stream:
            if begun and token.value == "autoescape":
                message = "{% autoescape %} is not available: texts are always escaped"
                raise jinja2.TemplateSyntaxError(
                    message, token.lineno, stream.name, stream.filename
                )
            begun = token.type == "block_begin"
            yield token


class Templates:
    """The templates of one publisher, compiled as they are used. A snapshot: never reloads."""

    __slots__ = ("_environment", "_folders")

    def __init__(self, folders: TemplateFolders) -> None:
        self._folders = folders
        self._environment = _environment(jinja2.FunctionLoader(self._load))

    @property
    def folders(self) -> TemplateFolders:
        """Where they are read from."""
        return self._folders

    def ours(self, name: str) -> bool:
        """Say whether every file of the template `name` (`weekly`) travels with this program.

        Files of the publisher are not even parsed to find out; a name that only the running
        template knows (`{% include some_variable %}`) counts as the publisher's as soon as there
        is any file of theirs.

        Raises:
            RenderingError: A file is missing or cannot be read.
        """
        open_names = [f"{name}.html.j2", f"{name}.txt.j2"]
        if not self._folders.is_overridden():  # nothing to look for: saves parsing them twice
            return all(self._folders.read(each).ours for each in open_names)
        seen: set[str | None] = set()
        while open_names:
            file = self._folders.read(open_names.pop())
            if not file.ours:
                return False
            names = {*_references(self._environment, file)} - seen
            seen |= names
            if None in names and self._folders.is_overridden():
                return False
            open_names += [each for each in names if each is not None]
        return True

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]]:
        file = self._folders.read(name)
        return file.source, file.path, lambda: True


def load_templates(folders: tuple[str, ...]) -> Templates:
    """Return the templates found in `folders`, the first folder that has a file winning."""
    return Templates(TemplateFolders(folders, packaged_folder()))


def compile_packaged() -> None:
    """Compile our own templates ahead, in a process that renders more than once."""
    folders = TemplateFolders((packaged_folder(),), packaged_folder())
    templates = Templates(folders)
    for name in folders.names():
        file = folders.read(name)
        _references(templates._environment, file)  # noqa: SLF001  as below
        templates._environment.get_template(name)  # noqa: SLF001


def render_template(templates: Templates, name: str, context: Mapping[str, object]) -> str:
    """Return the template called `name` (`weekly.html.j2`), filled with `context`.

    Args:
        templates: Where it and its partials come from.
        name: Name below a templates folder.
        context: Plain values only, see `context.py`.

    Raises:
        RenderingError: The template is wrong; the message names its file and line.
    """
    environment = templates._environment  # noqa: SLF001  one concept, split for its readers
    try:
        return environment.get_template(name).render(context)
    except RenderingError:
        raise
    except Exception as error:  # templates raise anything: their author's mistake
        raise _as_rendering_error(error, name, context) from error


def render_line(source: str, variables: Mapping[str, object], where: str) -> str:
    """Return a subject or preheader made from its template, safe for a header.

    One that titles have made too long for a header is cut at a word.

    Args:
        source: `{{ lead.title }} and {{ count }} more`.
        variables: Plain values; nothing is escaped, for a header is no HTML.
        where: Place of the template as the user knows it: `config.toml, [newsletters.weekly]
            subject`.

    Raises:
        RenderingError: The template is wrong.
        ConfigError: What it gives cannot stand in a header.
    """
    environment = _environment(None)
    environment.autoescape = False
    try:
        _check_line(environment.parse(source))
        line = environment.from_string(source).render(variables)
    except Exception as error:  # as in render_template
        raise _as_rendering_error(error, where, variables) from error
    return clean_header(shortened(line), where)


def _environment(loader: jinja2.BaseLoader | None) -> _Sandbox:
    environment = _Sandbox(
        loader=loader,
        # Everything but the text part, so that a partial of any name is safe.
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=jinja2.StrictUndefined,
        extensions=[_NoUnescaping],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.globals.clear()
    environment.globals["range"] = small_range
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.filters |= {"safe": _safe, "soft": _soft, "wrap": wrap}
    return environment


_KNOWN: dict[TemplateFile, tuple[str | None, ...]] = {}


def _references(environment: _Sandbox, file: TemplateFile) -> tuple[str | None, ...]:
    """Return the names of the templates that one names; None for each it only knows later."""
    if file not in _KNOWN:
        try:
            tree = environment.parse(file.source, file.name, file.path)
        except jinja2.TemplateSyntaxError as error:
            raise _as_rendering_error(error, file.name, {}) from error
        _KNOWN[file] = tuple(jinja2.meta.find_referenced_templates(tree))
    return _KNOWN[file]


def _check_line(tree: jinja2.nodes.Template) -> None:
    """Refuse what makes long texts out of short ones: a line needs names and conditions."""
    nodes = jinja2.nodes
    takes_over = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)
    for node in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock, *takes_over)):
        message = "only {{ … }} and {% if %} can stand in one line"
        raise jinja2.TemplateSyntaxError(message, node.lineno)


def _safe(value: object) -> Markup:
    """Let markup through that is marked already; nothing becomes markup by being called so."""
    if not isinstance(value, Markup):
        message = "|safe makes no markup of a text; only sanitised values are markup"
        raise jinja2.exceptions.SecurityError(message)
    return value


def _soft(text: object, longest: int = LONGEST) -> str:
    """Let clients break long words; markup would be broken with them."""
    if isinstance(text, Markup):
        message = "|soft is for texts, not for markup"
        raise jinja2.exceptions.SecurityError(message)
    return soft(str(text), longest)


def _as_rendering_error(
    error: Exception, name: str, context: Mapping[str, object]
) -> RenderingError:
    where = _place(error) or name
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, jinja2.exceptions.SecurityError | GrowthError):
        what = f"not allowed in a template: {error}"
    elif isinstance(error, jinja2.TemplateError):
        what = error.message or what
    elif isinstance(error, RecursionError | MemoryError):
        what = "is nested too deeply or needs too much memory"
    return RenderingError(what[:500], where=where, remedy=_hint(error, context) + _REMEDY)


def _place(error: Exception) -> str:
    """Return `file:line` of the template's line that failed, or an empty string."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}" if error.filename else ""
    place, trace = "", error.__traceback__
    while trace:  # jinja2 rewrites its frames to the template's own file and line
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _hint(error: Exception, context: Mapping[str, object]) -> str:
    message = str(error)
    if found := _NO_FILTER.match(message):
        return did_you_mean(found["name"], [*_FILTERS, "safe", "soft", "wrap"])
    if isinstance(error, jinja2.UndefinedError) and (found := _UNDEFINED.search(message)):
        return did_you_mean(found["name"] or found["key"], _keys(context))
    return ""


def _keys(context: Mapping[str, object]) -> set[str]:
    """Return every name a template could have meant: keys at any depth."""
    names: set[str] = set()
    values: list[object] = [context]
    while values:
        value = values.pop()
        if isinstance(value, Mapping):
            names.update(value)
            values += value.values()
        elif isinstance(value, list):
            values += value[:1]
    return names
