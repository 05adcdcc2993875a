"""Builds the issue asked for and writes what it would be. Reads content, writes preview files."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from digest.config.appearance import Utm
from digest.config.newsletters import Newsletter
from digest.config.settings import Config, cover_rules, look
from digest.errors import DigestError
from digest.issue.compose import Edition, FillLine, compose
from digest.issue.issue import Issue
from digest.rendering.rendered import RenderedIssue
from digest.runs.choose import Ask, Choice, Tick, choose
from digest.runs.manifest import manifest_of

if TYPE_CHECKING:
    from digest.runs.gallery import IssueGallery

#: Where previews go, below the folder of config.toml.
PREVIEWS: Final = "preview"
#: Who a preview is from and for, when nobody is set. RFC 2606 §2 keeps the domain unused.
_NO_SENDER: Final = "newsletter@preview.invalid"
_NO_READER: Final = "reader@preview.invalid"
_SAMPLE_NAME: Final = "Anna Reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An issue as it would go out, and the files that show it."""

    issue: Issue
    rendered: RenderedIssue
    #: `issue.json` as values.
    manifest: Mapping[str, object]
    #: Name of the file → its path: `issue.html`, `issue.txt`, `issue.eml`, `issue.json`.
    files: Mapping[str, str]


def preview(  # noqa: PLR0913  what a caller may want besides, by name
    config: Config,
    ask: Ask,
    now: datetime,
    *,
    out: str = "",
    whole: bool = False,
    tick: Tick | None = None,
) -> tuple[Choice, Preview | None]:
    """Build the issue asked for and write its files.

    Args:
        config: the publisher's settings.
        ask: which issue.
        now: the present moment, aware.
        out: folder for the files; empty: `preview/NEWSLETTER/SLOT` beside config.toml.
        whole: read every file whole, wherever it is dated: finds every bad one.
        tick: told how many files of how many have been read.

    Returns:
        The choice, and the preview; None when there is no article to make an issue of.

    Raises:
        DigestError: see `choose`, `compose` and `render_issue`, or the files cannot be written.
    """
    choice = choose(config, ask, now, whole=whole, meanwhile=import_rendering, tick=tick)
    if choice.selection.lead is None:
        return choice, None
    issue = compose_choice(config, choice)
    return choice, render_and_write(config, issue, choice, out, choice.occasion.slot.moment)


def compose_choice(config: Config, choice: Choice) -> Issue:
    """Return the issue of a choice that holds at least one article.

    Raises:
        DigestError: subject or preheader cannot be filled.
    """
    return compose_with(config, choice, gallery_of(config, choice))


def gallery_of(config: Config, choice: Choice, *, make: bool = False) -> "IssueGallery":
    """Return the gallery of a choice's pictures; with `make`, one that makes what is missing."""
    from digest.runs.pictures import open_gallery

    found, occasion, edition = choice.recognition, choice.occasion, _edition(config, choice)
    return open_gallery(
        config,
        [one.article for one in choice.selection.chosen] if _shows_pictures(edition) else [],
        generator=found.generator if found else config.content.generator,
        cards=edition.cards,
        command=f"digest images {occasion.name} --slot {occasion.slot.name}",
        make=make,
    )


def compose_with(config: Config, choice: Choice, gallery: "IssueGallery") -> Issue:
    """Return the issue of a choice that holds at least one article, with these pictures.

    Raises:
        DigestError: subject or preheader cannot be filled.
    """
    edition, covers = _edition(config, choice), cover_rules(config)
    looking = gallery if _shows_pictures(edition) else None
    issue = compose(choice.selection, edition, covers, fill_line(), looking)
    return replace(issue, warnings=gallery.warnings())


def _shows_pictures(edition: Edition) -> bool:
    """Return whether it matters what pictures are: nobody is warned of what nobody sees."""
    return edition.cards != "none" and edition.template != "compact"


def render(config: Config, issue: Issue) -> RenderedIssue:
    """Return the mail of an issue, apart from the reader's own links.

    Raises:
        RenderingError: a template is wrong, or the mail does not fit.
    """
    from digest.rendering.environment import load_templates
    from digest.rendering.render import render_issue
    from digest.rendering.template_folders import template_folders
    from digest.runs.clicks import link_growth

    templates = load_templates(template_folders(config.folder))
    return render_issue(issue, look(config), templates, link_growth=link_growth(config))


def render_and_write(
    config: Config, issue: Issue, choice: Choice | None, out: str, dated: datetime
) -> Preview:
    """Render `issue` and write its preview files.

    Args:
        config: the publisher's settings.
        issue: what to render.
        choice: how it was chosen; None for a breaking story.
        out: folder for the files; empty: the usual one.
        dated: date of the message.

    Raises:
        RenderingError: a template is wrong, or the mail does not fit.
        DigestError: the files cannot be written.
    """
    rendered, manifest, parts = render_parts(config, issue, choice, dated)
    folder = out or os.path.join(config.folder, PREVIEWS, issue.newsletter, issue.slot)
    files = write_files(folder, parts)
    return Preview(issue=issue, rendered=rendered, manifest=manifest, files=files)


def render_parts(
    config: Config, issue: Issue, choice: Choice | None, dated: datetime
) -> tuple[RenderedIssue, Mapping[str, object], dict[str, bytes]]:
    """Return the mail of an issue, its manifest, and the files that show both, by name.

    Raises:
        RenderingError: a template is wrong, or the mail does not fit.
    """
    rendered = render(config, issue)
    parts = preview_parts(config, f"{issue.newsletter}/{issue.slot}", rendered, dated)
    manifest = manifest_of(issue, rendered, choice, parts)
    as_json = json.dumps(manifest, ensure_ascii=False, indent=1)
    parts["issue.json"] = as_json.encode(errors="replace")
    return rendered, manifest, parts


def preview_parts(
    config: Config, name: str, rendered: RenderedIssue, dated: datetime
) -> dict[str, bytes]:
    """Return file name → contents of a mail to look at, with links that lead nowhere."""
    shown = _with_sample_links(config, rendered)
    return {
        "issue.html": shown.html.encode(),
        "issue.txt": shown.text.encode(),
        "issue.eml": _message(config, name, shown, dated),
    }


def write_files(folder: str, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Write files into a folder; return name → path.

    Raises:
        DigestError: one cannot be written.
    """
    return {name: _write(os.path.join(folder, name), part) for name, part in parts.items()}


def import_rendering() -> None:
    """Import what rendering needs, 150 ms of it, while the folder is looked at."""
    import digest.rendering.environment
    import digest.rendering.render  # noqa: F401  imported for its time, not its names


def fill_line() -> FillLine:
    """Return what fills subject and preheader."""
    from digest.rendering.environment import render_line

    return render_line


def language_of(config: Config, newsletter: Newsletter) -> str:
    """Return the language of a newsletter's issues."""
    return newsletter.language or config.site.language


def utm_of(utm: Utm) -> Mapping[str, str]:
    """Return the parameters of links to articles that are set, in their order."""
    named = {name: getattr(utm, name) for name in ("source", "medium", "campaign", "content")}
    return {name: value for name, value in named.items() if value}


def _edition(config: Config, choice: Choice) -> Edition:
    from digest.rendering.locales import issue_dates

    occasion, newsletter = choice.occasion, choice.occasion.newsletter
    dated = occasion.slot.moment.astimezone(occasion.zone).date()
    language = language_of(config, newsletter)
    decided = choice.issue_file
    return Edition(
        newsletter=occasion.name,
        title=newsletter.title,
        site_name=config.site.name,
        slot=occasion.slot.name,
        number=choice.number,
        dated=dated,
        dates=issue_dates(dated, occasion.window, language),
        language=language,
        template=newsletter.template,
        subject=decided.subject or newsletter.subject,
        preheader=decided.preheader or newsletter.preheader,
        where=decided.path if decided.subject else f"config.toml, [newsletters.{occasion.name}]",
        intro=decided.intro,
        more=newsletter.more,
        cards=newsletter.cards.value,
        utm=utm_of(newsletter.utm),
    )


def _with_sample_links(config: Config, rendered: RenderedIssue) -> RenderedIssue:
    """Return the mail with links that lead nowhere in place of the reader's own."""
    from digest.rendering.reader_links import NAME_TAG, ReaderLinks, fill_html, fill_text

    base = config.site.base_url
    links = ReaderLinks(
        unsubscribe=f"{base}/#unsubscribe",
        web_view=f"{base}/#web-view",
        preferences=f"{base}/#preferences",
    )
    return replace(
        rendered,
        html=fill_html(rendered.html, links).replace(NAME_TAG, _SAMPLE_NAME),
        text=fill_text(rendered.text, links).replace(NAME_TAG, _SAMPLE_NAME),
    )


def _message(config: Config, name: str, shown: RenderedIssue, dated: datetime) -> bytes:
    from digest.rendering.message import Envelope, build_message

    envelope = Envelope(
        sender_name=config.sender.name or config.site.name,
        sender_email=config.sender.email or _NO_SENDER,
        to=_NO_READER,
        date=dated,
        reply_to=config.sender.reply_to,
        message_id=f"<{name.replace('/', '.').replace(':', '.')}@preview.invalid>",
    )
    return build_message(shown, envelope)


def _write(path: str, content: bytes) -> str:
    """Write a file in one step: a reader sees the old or the new one, never half."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(f"{path}.new", "wb") as file:
            file.write(content)
        os.replace(f"{path}.new", path)
    except KeyboardInterrupt:
        with suppress(OSError):
            os.unlink(f"{path}.new")
        raise
    except OSError as error:
        raise DigestError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy="Name a folder you may write to: --out DIR",
        ) from error
    return path
