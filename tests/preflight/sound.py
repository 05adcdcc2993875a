"""A sound mail, and the same with one change: what each rule is shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.rendering.preflight import Mail
from digest.rendering.reader_links import TAGS

#: When it goes out.
MOMENT = datetime(2026, 8, 17, 7, tzinfo=UTC)
SUBJECT = "The bridge is open again"
PREHEADER = "And why the tide clock on the fish market is four minutes late on purpose, as it was."
ADDRESS = ("14 Quay Street", "Portmouth")

_STORY = """\
<tr><td id="{anchor}" style="padding: 20px 24px; text-align: left;">
<a href="{url}"><img src="https://harbour.example/{anchor}.jpg" width="207" height="138" \
alt="{alt}" style="display: block; width: 100%; color: #333333;"></a>
<h2 style="margin: 0; color: #1c1f24; font-size: 20px;"><a href="{url}" \
style="color: #1c1f24;">{title}</a></h2>
<p style="color: #1c1f24;">{excerpt}</p>
</td></tr>
"""
_HTML = """\
<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{subject}</title>
<style>
.ink {{ color: #1c1f24; }}
@media (max-width: 599px) {{
.name {{ font-size: 30px !important; }}
}}
[data-ogsc] .ink {{ color: #ececee !important; }}
</style>
</head>
<body style="margin: 0; background-color: #ffffff;">
<div style="display: none; mso-hide: all;">{preheader}&#8199;&#65279;&#847; &#8199;&#65279;</div>
<div role="article" lang="en" dir="ltr">
<table role="presentation" width="100%" style="width: 100%; max-width: 600px;">
<tr><td style="padding: 24px;"><h1 style="color: #1c1f24;">Harbour Weekly</h1></td></tr>
{stories}<tr><td style="padding: 24px;">
<p style="color: #565c65;">Harbour Courier<br>14 Quay Street<br>Portmouth</p>
<p><a href="{leave}" style="color: #565c65;">Unsubscribe</a></p>
</td></tr>
</table>
</div>
</body>
</html>
"""
STORIES: tuple[dict[str, Any], ...] = (
    {
        "path": "news/bridge.md",
        "title": "The bridge over the Marl is open",
        "url": "https://harbour.example/news/bridge",
        "identity": "id:bridge",
        "excerpt": "After nine years of scaffolding the first tram rolled over it on Tuesday.",
        "published_at": "2026-08-11T08:00:00+00:00",
    },
    {
        "path": "life/clock.md",
        "title": "A clock that is late on purpose",
        "url": "https://harbour.example/life/clock",
        "identity": "id:clock",
        "excerpt": "The tide clock on the fish market gives every skipper four minutes more.",
        "published_at": "2026-08-14T08:00:00+00:00",
    },
)


def manifest(**fields: Any) -> dict[str, Any]:
    """Return the manifest of the sound mail."""
    return {"stories": [dict(story) for story in STORIES], "left_out": []} | fields


def html(**fields: str) -> str:
    """Return the HTML part of the sound mail."""
    stories = "".join(
        _STORY.format(anchor=f"story-{number}", alt=f"Picture {number}", **_shown(story))
        for number, story in enumerate(STORIES, 1)
    )
    sound = {
        "subject": SUBJECT,
        "preheader": PREHEADER,
        "stories": stories,
        "leave": TAGS.unsubscribe,
    }
    return _HTML.format(**(sound | fields))


def _shown(story: dict[str, Any]) -> dict[str, str]:
    return {name: story[name] for name in ("title", "url", "excerpt")}


def text() -> str:
    """Return the text part of the sound mail."""
    stories = "".join(
        f"{story['title']}\n\n    {story['excerpt']}\n    [{number}] {story['url']}\n\n"
        for number, story in enumerate(STORIES, 1)
    )
    footer = f"Harbour Courier\n14 Quay Street\nPortmouth\nUnsubscribe: {TAGS.unsubscribe}\n"
    pictures = "Picture 1, Picture 2\n"
    return f"Harbour Weekly\n\n{stories}{pictures}{footer}"


def mail(**fields: Any) -> Mail:
    """Return the sound mail as we make it; `html`, `text`, … other than sound."""
    sound: dict[str, Any] = {
        "subject": SUBJECT,
        "preheader": PREHEADER,
        "html": html(),
        "text": text(),
        "manifest": manifest(),
        "dated": MOMENT,
        "postal_address": ADDRESS,
        "subject_before": "A week of rain",
        "least": 2,
    }
    return Mail.of_parts(**(sound | fields))


def changed(old: str, new: str, **fields: Any) -> Mail:
    """Return the sound mail with one piece of its HTML replaced, where it first stands."""
    document = html()
    assert old in document, old
    return mail(html=document.replace(old, new, 1), **fields)


def styled(css: str) -> Mail:
    """Return the sound mail with a piece of style in its sheet."""
    return changed(".ink {", f"{css}\n.ink {{")


def added(piece: str) -> Mail:
    """Return the sound mail with a piece of HTML in its first story."""
    return changed('<p style="color: #1c1f24;">', f'{piece}<p style="color: #1c1f24;">')


def retold(number: int, **fields: Any) -> Mail:
    """Return the sound mail whose manifest says something else of a story."""
    stories = [dict(story) for story in STORIES]
    stories[number - 1] |= fields
    return mail(manifest=manifest(stories=stories))


def message(change: Callable[[str], str] = lambda raw: raw, *, first: str = "plain") -> Mail:
    """Return the sound mail as a message that was received."""
    leave = "https://harbour.example/u/1"
    kinds = {
        "plain": text().replace(TAGS.unsubscribe, leave),
        "html": html(leave=leave),
    }
    order = ["plain", "html"] if first == "plain" else ["html", "plain"]
    parts = "".join(
        f"--b\nContent-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{kinds[kind]}\n"
        for kind in order
    )
    raw = (
        "From: Harbour Courier <post@harbour.example>\nTo: anna@example.org\n"
        f"Subject: {SUBJECT}\nDate: Mon, 17 Aug 2026 07:00:00 +0000\n"
        "Message-ID: <1@harbour.example>\n"
        f"List-Unsubscribe: <{leave}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n{parts}--b--\n'
    )
    return Mail.of_message(change(raw).encode())


def without(line: str) -> Mail:
    """Return the received message without a header."""

    def change(raw: str) -> str:
        kept = [each for each in raw.split("\n") if not each.startswith(f"{line}:")]
        assert len(kept) < raw.count("\n") + 1, line
        return "\n".join(kept)

    return message(change)


#: A day after it goes out.
TOO_LATE = (MOMENT + timedelta(days=1)).isoformat()
