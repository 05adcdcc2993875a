"""An issue as other programs look at it. Reads content and the store; writes nothing."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from digest.api.values import Preview
from digest.config.settings import Config
from digest.errors import NotFoundError
from digest.runs.choose import Ask
from digest.store.times import moment_of

if TYPE_CHECKING:
    from digest.runs.build import Built


def look_at_issue(config: Config, ask: Ask, now: datetime) -> tuple[Preview, dict[str, bytes]]:
    """Return an issue, frozen or built anew, and the files that show it.

    Raises:
        DigestError: see `Publication.preview`.
    """
    from digest.runs.choose import choose
    from digest.runs.frozen import frozen_built
    from digest.runs.preview import compose_choice, import_rendering, render_parts

    if (ask.slot or ask.week) and not ask.as_of:
        frozen = frozen_built(config, ask, now)
        if frozen is not None:
            return _frozen(config, frozen)
    choice = choose(config, ask, now, meanwhile=import_rendering)
    occasion = choice.occasion
    name = f"{occasion.name}/{occasion.slot.name}"
    if choice.selection.lead is None:
        raise NotFoundError(
            f"there is no article from {occasion.window.start:%Y-%m-%d %H:%M} to "
            f"{occasion.window.end:%Y-%m-%d %H:%M}",
            where=name,
            remedy="Ask for another slot, or see why: digest preview "
            f"{occasion.name} --slot {occasion.slot.name} --explain",
        )
    issue = compose_choice(config, choice)
    rendered, manifest, parts = render_parts(config, issue, choice, occasion.slot.moment)
    made = Preview(
        issue=name,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=parts["issue.html"].decode(),
        text=parts["issue.txt"].decode(),
        message=parts["issue.eml"],
        manifest=manifest,
        is_frozen=False,
    )
    return made, parts


def _frozen(config: Config, frozen: "Built") -> tuple[Preview, dict[str, bytes]]:
    from digest.rendering.rendered import RenderedIssue
    from digest.runs.preview import preview_parts

    name = f"{frozen.newsletter}/{frozen.slot}"
    rendered = RenderedIssue(
        subject=frozen.subject,
        preheader=frozen.preheader,
        html=frozen.html,
        text=frozen.text,
        size_bytes=len(frozen.html.encode()),
    )
    dated = moment_of(frozen.slot_at)
    parts = preview_parts(config, name, rendered, dated)
    manifest = json.loads(frozen.manifest)
    parts["issue.json"] = json.dumps(manifest, indent=1).encode()
    made = Preview(
        issue=name,
        subject=frozen.subject,
        preheader=frozen.preheader,
        html=parts["issue.html"].decode(),
        text=parts["issue.txt"].decode(),
        message=parts["issue.eml"],
        manifest=manifest,
        is_frozen=True,
    )
    return made, parts
