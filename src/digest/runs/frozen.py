"""A frozen issue, looked at instead of built anew: what was sent is what preview shows."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.config.settings import Config
from digest.runs.build import Built
from digest.runs.choose import Ask, find_occasion
from digest.store.ledger import ContentRow, IssueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPreview:
    """The preview of a frozen issue."""

    issue: IssueRow
    subject: str
    #: `issue.json` as values.
    manifest: Mapping[str, Any]
    #: Name of the file → its path.
    files: Mapping[str, str]


def frozen_preview(config: Config, ask: Ask, now: datetime, out: str) -> FrozenPreview | None:
    """Return the preview of the real issue of a named slot, its files written; None: not frozen.

    Raises:
        NotFoundError: no such newsletter, slot or week.
        StoreError: the store cannot be read.
        DigestError: the files cannot be written.
    """
    found = _frozen(config, ask, now)
    if found is None:
        return None
    from digest.rendering.rendered import RenderedIssue
    from digest.runs.preview import PREVIEWS, preview_parts, write_files

    issue, content = found
    rendered = RenderedIssue(
        subject=content.subject,
        preheader=content.preheader,
        html=content.html,
        text=content.text,
        size_bytes=len(content.html.encode()),
    )
    dated = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=issue.slot_at)
    parts = preview_parts(config, issue.name, rendered, dated)
    manifest = json.loads(content.manifest)
    parts["issue.json"] = json.dumps(manifest, indent=1).encode()
    folder = out or os.path.join(config.folder, PREVIEWS, issue.newsletter, issue.slot)
    return FrozenPreview(
        issue=issue, subject=content.subject, manifest=manifest, files=write_files(folder, parts)
    )


def frozen_built(config: Config, ask: Ask, now: datetime) -> Built | None:
    """Return the frozen real issue of a slot as it was built, or None.

    Raises:
        NotFoundError: no such newsletter, slot or week.
        StoreError: the store cannot be read.
    """
    found = _frozen(config, ask, now)
    if found is None:
        return None
    issue, content = found
    manifest = json.loads(content.manifest)
    return Built(
        newsletter=issue.newsletter,
        slot=issue.slot,
        title=manifest["title"],
        slot_at=issue.slot_at,
        window_start=issue.window_start,
        window_end=issue.window_end,
        number=issue.number,
        subject=content.subject,
        preheader=content.preheader,
        html=content.html,
        text=content.text,
        manifest=content.manifest,
        language=manifest["language"],
        articles=[],
        stories=[(story["place"], story["title"]) for story in manifest["stories"]],
        checks=manifest.get("checks", []),
    )


def _frozen(config: Config, ask: Ask, now: datetime) -> tuple[IssueRow, ContentRow] | None:
    if not os.path.exists(config.store.path):
        return None
    from digest.delivery.realm import Realm
    from digest.store.database import open_store
    from digest.store.ledger import Ledger

    occasion = find_occasion(config, ask, now)
    database = open_store(config.store.path, create=False)
    try:
        ledger = Ledger(database)
        issue = ledger.of_slot(Realm.REAL, occasion.name, occasion.slot.name)
        content = ledger.find_content(issue.id) if issue else None
        return (issue, content) if issue and content else None
    finally:
        database.close()
