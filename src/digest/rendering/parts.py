"""The two parts of a mail as its template makes them: styled HTML, and text.

Runs either here or in a child process with limits (`child.py`), so what goes in and out is
plain JSON. Reads templates, touches nothing else.
"""

from collections.abc import Mapping
from typing import Any

from digest.errors import RenderingError
from digest.rendering.context import clean_context
from digest.rendering.environment import (
    Templates,
    compile_packaged,
    load_templates,
    render_template,
)
from digest.rendering.inline import inline_styles
from digest.rendering.regions import strip_markers

#: Three times what 500 stories with endless titles and excerpts come to before they are cut.
LIMIT_CHARACTERS = 16_000_000


def make_parts(templates: Templates, name: str, view: Mapping[str, object]) -> tuple[str, str]:
    """Return the HTML part, styled and still with its region markers, and the text part.

    Args:
        templates: Where templates come from.
        name: `weekly` → `weekly.html.j2` and `weekly.txt.j2`.
        view: What `build_view` made.

    Raises:
        RenderingError: A template is wrong, or its HTML may not be mailed.
    """
    context = clean_context(view)
    document = _render(templates, f"{name}.html.j2", context)
    text = _render(templates, f"{name}.txt.j2", context)
    return inline_styles(document), tidy_text(text)


def make_parts_apart(order: Mapping[str, object], **limits: float) -> dict[str, Any]:
    """Do `make_parts_in_child` in a process with limits.

    Args:
        order: Its argument.
        limits: As of `run_limited`.

    Raises:
        RenderingError: A template is wrong, or goes over a limit.
    """
    from digest.rendering.child import (  # noqa: PLC0415  most publishers keep our templates
        LimitError,
        run_limited,
    )

    try:
        return run_limited(make_parts_in_child, order, **limits)  # type: ignore[arg-type]  # theirs
    except LimitError as error:
        raise RenderingError(
            f"rendering {error.phrase}",
            where="your templates (in the process that renders them)",
            remedy="Look for loops inside loops and texts that double in your templates/, or move "
            "the folder away to use the packaged templates.",
        ) from error


def get_ready() -> None:
    """Do what every mail needs before there is one to make: everything is imported here."""
    compile_packaged()


def make_parts_in_child(argument: dict[str, object]) -> dict[str, str]:
    """Do `make_parts` with JSON in and out; what `child.py` runs.

    Args:
        argument: `{"folders": […], "name": "weekly", "view": {…}}`.
    """
    folders, name, view = argument["folders"], argument["name"], argument["view"]
    if not (isinstance(folders, list) and isinstance(name, str) and isinstance(view, dict)):
        msg = f"not an order for parts: {argument!r}"
        raise TypeError(msg)
    html, text = make_parts(load_templates(tuple(map(str, folders))), name, view)
    return {"html": html, "text": text}


def _render(templates: Templates, name: str, context: dict[str, object]) -> str:
    rendered = render_template(templates, name, context)
    if len(rendered) > LIMIT_CHARACTERS:
        what = f"gives {len(rendered):,} characters; {LIMIT_CHARACTERS:,} are the most we style"
        remedy = "Choose fewer articles, or look for texts that double in your template."
        raise RenderingError(what, where=name, remedy=remedy)
    return rendered


def tidy_text(text: str) -> str:
    """Return a text part without trailing blanks, gaps of more than two lines, and markers."""
    lines: list[str] = []
    for line in strip_markers(text).strip().split("\n"):
        line = line.rstrip()  # noqa: PLW2901  the same line, tidied
        if line or lines[-2:] != ["", ""]:
            lines.append(line)
    return "\n".join(lines) + "\n"
