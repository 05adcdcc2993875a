"""Renders hostile templates and content, and prints what it touched. Run by test_offline.py.

    python offline_probe.py PORT FIFO FOLDER

PORT listens on 127.0.0.1 and FIFO has no writer: whoever opens it, Python or a C library, hangs.
"""

import json
import socket
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from digest.articles.article import Article
from digest.errors import RenderingError
from digest.issue.issue import Cover, Issue, IssueSection, Story
from digest.rendering.environment import load_templates
from digest.rendering.parts import make_parts
from digest.rendering.render import render_issue
from digest.rendering.rendered import Look
from digest.rendering.template_folders import packaged_folder

PORT, FIFO, FOLDER = sys.argv[1:4]
WEB = f"http://127.0.0.1:{PORT}"
HEAD = "<!DOCTYPE html><html><head><title>x</title>{}</head><body><p>{{{{ title }}}}</p>"

ADDRESSES = (f"{WEB}/x", f"//127.0.0.1:{PORT}/x", f"file://{FIFO}", FIFO, f"FILE:{FIFO}")
FRAGMENTS = (
    '<link rel="stylesheet" href="{}">',
    '<link rel="stylesheet" type="text/css" href="{}" data-premailer="ignore">',
    "<style>@import url({});</style>",
    "<style>@import '{}';</style>",
    "<style>@\\69mport '{}';</style>",
    "<style>p {{ background: url({}) }}</style>",
    "<style>@font-face {{ font-family: x; src: url({}) }}</style>",
    '<style data-premailer="ignore">@import "{}";</style>',
    '<base href="{}">',
    '<meta http-equiv="refresh" content="0;url={}">',
    '<script src="{}"></script>',
    '<img src="{0}" srcset="{0} 2x">',
    '<p style="background: url({})">x</p>',
    '<table background="{}"><tr><td>x</td></tr></table>',
    '<iframe src="{}"></iframe>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<svg><image xlink:href="{0}" href="{0}"/><use href="{0}#x"/></svg>',
    '<video src="{0}" poster="{0}"></video>',
    '<input type="image" src="{}">',
    '<?xml-stylesheet href="{}"?>',
    '<!--[if mso]><v:fill src="{0}"/><style>@import "{0}";</style><![endif]-->',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}"/>',
)
DOCTYPES = (
    '<!DOCTYPE html SYSTEM "{}">',
    '<!DOCTYPE html PUBLIC "-//X//X" "{}">',
    '<!DOCTYPE html [<!ENTITY x SYSTEM "{}">]>&x;',
    '<!DOCTYPE html [<!ENTITY % x SYSTEM "{}"> %x;]>',
)


def documents() -> list[str]:
    """Return one hostile template for every fragment and address."""
    made = [HEAD.format(f.format(a)) for f in FRAGMENTS for a in ADDRESSES]
    made += [d.format(a) + HEAD.format("") for d in DOCTYPES for a in ADDRESSES]
    made += [f"{{% include '{a}' %}}" for a in ADDRESSES]
    return made


def issue(words: str) -> Issue:
    """Return an issue whose every text is `words`."""
    moment = datetime(2026, 8, 11, tzinfo=ZoneInfo("UTC"))
    fields: dict[str, Any] = {"published_at": moment, "identity": "x", "fingerprint": "x"}
    article = Article(
        path="x.md", title=words, url="https://x.example/", authors=(words,), **fields
    )
    cover = Cover(url="https://x.example/a.jpg", alt=words)
    story = Story(article=article, excerpt=words, cover=cover, also=(article,))
    section = IssueSection(title=words, stories=(story,))
    return Issue(
        newsletter="weekly", title=words, slot="2026-W34", subject=words, preheader=words,
        intro=words, lead=story, sections=(section,), more=(article,), dated=date(2026, 8, 17),
    )  # fmt: skip


def main() -> None:
    """Render everything with all doors watched; print what was touched."""
    touched: dict[str, list[str]] = {"network": [], "opens": [], "refused": [], "rendered": []}
    home = (
        FOLDER,
        packaged_folder(),
        sys.prefix,
        sys.base_prefix,
        str(Path(packaged_folder()).parent),
    )
    look = Look(site_name="x", base_url="https://x.example", postal_address="x")
    ours = load_templates((packaged_folder(),))
    render_issue(issue("warm"), look, ours)  # imports what is imported only when it is used

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(("socket.", "urllib.", "http.", "subprocess.", "os.system")):
            touched["network"].append(event)
        elif event == "open" and not str(arguments[0]).startswith(home):
            touched["opens"].append(str(arguments[0]))

    def refuse(*arguments: object) -> None:
        touched["network"].append(f"connect {arguments}")
        raise ConnectionRefusedError

    sys.addaudithook(watch)
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = socket.create_connection = refuse  # type: ignore[assignment]  # a trap

    for number, document in enumerate(documents()):
        Path(FOLDER, "weekly.html.j2").write_text(document, encoding="utf-8")
        Path(FOLDER, "weekly.txt.j2").write_text("text", encoding="utf-8")
        try:
            make_parts(load_templates((FOLDER,)), "weekly", {"title": "x"})
            touched["rendered"].append(document)
        except RenderingError:
            touched["refused"].append(document)
        if number % len(ADDRESSES) == 0:  # every fragment once as content
            render_issue(issue(document), look, ours)
    print(json.dumps(touched))  # noqa: T201  this is its answer


main()
