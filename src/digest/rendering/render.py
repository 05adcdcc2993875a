"""An issue → the mail readers get, apart from their own links.

    view      what templates see                      view.py
    parts     templates, then styles inlined, once    parts.py; child.py for templates not ours
    fit       within the size budget                  fit.py
    check     every address of the finished mail      refused.py

Pure but for reading templates (and the process that does so when they are not ours).
"""

from digest.issue.issue import Issue
from digest.rendering.environment import Templates
from digest.rendering.fit import Fitted, fit
from digest.rendering.parts import make_parts, make_parts_apart
from digest.rendering.refused import check_mail
from digest.rendering.rendered import BUDGET, Look, RenderedIssue
from digest.rendering.view import View, build_view


def render_issue(
    issue: Issue,
    look: Look,
    templates: Templates,
    *,
    budget: int = BUDGET,
    link_growth: int = 0,
) -> RenderedIssue:
    """Return `issue` as HTML and text, with inert tags where the reader's links go.

    Args:
        issue: What to render; `issue.template` names the template.
        look: The publisher's identity.
        templates: Where templates come from.
        budget: Most UTF-8 bytes of the HTML part.
        link_growth: Bytes a provider makes each web link longer by, to count clicks.

    Raises:
        RenderingError: A template is wrong, the mail would load or run something, or it does
            not fit the budget.
    """
    view = build_view(issue, look)
    html, text = _parts(templates, issue.template, view)
    where = f"{issue.template}.html.j2 or one of its partials"
    fitted = fit(html, budget, where, link_growth=link_growth)
    check_mail(fitted.html, f"{issue.template}.html.j2")
    return RenderedIssue(
        subject=issue.subject,
        preheader=issue.preheader,
        html=fitted.html,
        text=text,
        size_bytes=fitted.size,
        steps=fitted.steps,
        warnings=(*issue.warnings, *_said(view), *_shortened(fitted, budget)),
    )


def _parts(templates: Templates, name: str, view: View) -> tuple[str, str]:
    if templates.ours(name):
        return make_parts(templates, name, view)
    order: dict[str, object] = {
        "folders": list(templates.folders.folders),
        "name": name,
        "view": view,
    }
    made = make_parts_apart(order)
    return made["html"], made["text"]


def _said(view: View) -> tuple[str, ...]:
    warnings = view.get("warnings")
    return tuple(map(str, warnings)) if isinstance(warnings, list) else ()


def _shortened(fitted: Fitted, budget: int) -> tuple[str, ...]:
    if not fitted.steps:
        return ()
    given_up = ", ".join(fitted.steps)
    warning = (
        f"The mail would be {fitted.full_size:,} bytes; to stay below {budget:,}, where Gmail "
        f"begins to clip, it was made smaller: {given_up}."
    )
    return (warning,)
