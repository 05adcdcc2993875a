"""What `digest check` looks at: an issue as it would be, as it is frozen, or a file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from digest.config.issue_file import issue_file_path
from digest.config.settings import Config
from digest.errors import NotFoundError
from digest.rendering.preflight.finding import Finding, Severity
from digest.runs.choose import Ask, Choice, Tick
from digest.runs.preflight import known, mail_of, read_mail

if TYPE_CHECKING:
    from digest.rendering.preflight import Mail

_FILES: Final = (".html", ".htm", ".eml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What preflight says of one mail."""

    #: `weekly/2026-W34`, or the file.
    name: str
    #: "as it would be now", "as it is frozen", or "the file".
    what: str
    #: None: not known.
    subject: str | None
    size_bytes: int
    findings: tuple[Finding, ...]
    #: Where what is wrong with the issue itself is put right, as a path; the file itself.
    file: str
    #: Folder of the articles findings name; "": they name none.
    content: str = ""

    def exit_code(self, *, strict: bool) -> int:
        """Return 6 for errors, with `strict` for warnings, too; else 0."""
        bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return 6 if any(finding.severity in bad for finding in self.findings) else 0


def is_file(word: str) -> bool:
    """Return whether a word of the command line names a mail in a file."""
    return word.lower().endswith(_FILES)


def check_file(path: str) -> Checked:
    """Return what preflight says of a file, by itself: no settings are read.

    Raises:
        NotFoundError: it cannot be read, or is no mail.
    """
    from digest.rendering.preflight import check

    mail = read_mail(path)
    if not mail.html.strip():
        raise NotFoundError(
            "there is no HTML in it",
            where=path,
            remedy="Name an HTML part (.html) or a message that has one (.eml).",
        )
    return Checked(
        name=path,
        what="the file",
        subject=mail.subject,
        size_bytes=len(mail.html.encode()),
        findings=tuple(check(mail)),
        file=path,
    )


def check_issue(
    config: Config, ask: Ask, now: datetime, *, tick: Tick | None = None
) -> Checked | Choice:
    """Return what preflight says of an issue: frozen as it stands, else as it would be now.

    Returns:
        What was found; or, where there is no article to make an issue of, how that came.

    Raises:
        NotFoundError: no such newsletter, slot or week.
        DigestError: see `choose`, `compose_choice` and `render`.
    """
    from digest.rendering.preflight import Mail
    from digest.runs.choose import choose
    from digest.runs.frozen import frozen_built
    from digest.runs.manifest import manifest_of
    from digest.runs.preview import compose_choice, import_rendering, render

    if built := frozen_built(config, ask, now):
        return _checked(
            config, (built.newsletter, built.slot), mail_of(config, built), frozen=True
        )
    choice = choose(config, ask, now, meanwhile=import_rendering, tick=tick)
    if choice.selection.lead is None:
        return choice
    issue = compose_choice(config, choice)
    rendered = render(config, issue)
    manifest: Mapping[str, Any] = manifest_of(issue, rendered, choice, {})
    about = known(config, issue.newsletter, issue.slot, choice.occasion.slot.moment)
    mail = Mail.of_rendered(rendered, manifest, **about)
    return _checked(config, (issue.newsletter, issue.slot), mail, frozen=False)


def _checked(config: Config, name: tuple[str, str], mail: "Mail", *, frozen: bool) -> Checked:
    from digest.rendering.preflight import check

    own = issue_file_path(config.folder, *name)
    return Checked(
        name="/".join(name),
        what="as it is frozen" if frozen else "as it would be now",
        subject=mail.subject,
        size_bytes=len(mail.html.encode()),
        findings=tuple(check(mail)),
        file=own if os.path.exists(own) else config.path,
        content=config.content.path,
    )
