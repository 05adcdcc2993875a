"""Planted faults: mails that break one rule each, and nothing else."""

from collections.abc import Mapping, Sequence

from digest.rendering.preflight import Mail
from digest.rendering.reader_links import NAME_TAG, TAGS
from preflight.sound import (
    SUBJECT,
    TOO_LATE,
    added,
    changed,
    html,
    mail,
    manifest,
    message,
    retold,
    styled,
    text,
    without,
)

_LINK = 'href="https://harbour.example/news/bridge" style'
#: What an article about templates may say.
_ABOUT_TEMPLATES = "How {{ name }} came into so many mails, and who let it in."
_EXCERPT = "After nine years of scaffolding the first tram rolled over it on Tuesday."


def _linked(address: str) -> Mail:
    return changed(_LINK, f'href="{address}" style')


def _named(subject: str) -> Mail:
    return mail(subject=subject, html=html(subject=subject))


#: Rule → mails that break it alone.
FAULTS: Mapping[str, Sequence[Mail]] = {
    "mark.unfilled": [
        added("<p>Dear {{ reader.name }}, good morning.</p>"),
        added("<p>Dear {% name %}</p>"),
        added("<p>Dear *|FNAME|*, good morning.</p>"),
        added("<p>Dear %FIRSTNAME%, good morning.</p>"),
        added("<p>Dear &lt;&gt; <%name%>, good morning.</p>"),
        added("<p>__DIGEST_UNKNOWN__</p>"),
        mail(text=text() + "{{ footer }}\n"),
        mail(subject="News for {{ name }}", html=html(subject="News for {{ name }}")),
    ],
    "unsubscribe.missing": [
        changed(f'<a href="{TAGS.unsubscribe}"', '<a href="https://harbour.example/bye"'),
        mail(text=text().replace(TAGS.unsubscribe, "see our page")),
        message(lambda raw: raw.replace(">Unsubscribe<", ">Our page<").replace("/u/1", "/x/1")),
    ],
    "address.missing": [
        changed("14 Quay Street<br>Portmouth", "Portmouth"),
        message(lambda raw: raw.replace("14 Quay Street<br>Portmouth", "Portmouth")),
    ],
    "size.clip": [
        added(f"<p><!--{'x' * 95_000}--></p>"),
        added(f"<p><!--{'x' * 100_000}--></p>"),
        added(f"<p><!--{'x' * 88_500}--></p>"),  # with the reserve
        mail(html=html().replace("</body>", f"<!--{'x' * 95_000}--></body>"), link_growth=0),
    ],
    "size.characters": [added("<p>It\x92s open.</p>")],
    "style.characters": [styled("\n".join(f".c{n} {{ margin: {n}px; }}" for n in range(900)))],
    "style.nested": [styled("@media screen { @media (max-width: 9px) { .a { margin: 0; } } }")],
    "style.comma": [styled("@media (max-width: 9px), print { .a { margin: 0; } }")],
    "style.import": [styled("@import url(https://harbour.example/x.css);")],
    "style.in_body": [added("<style>.x { margin: 0; }</style>")],
    "style.broken": [styled(".x { margin: 0;")],
    "client.support": [added('<div style="display: flex;">A</div>')],
    "subject.empty": [mail(subject=" ", html=html(subject="Harbour"))],
    "subject.name": [_named(f"News for {NAME_TAG}")],
    "subject.long": [_named("The bridge is open again " * 3)],
    "subject.capitals": [_named("THE BRIDGE IS OPEN AGAIN")],
    "subject.repeated": [mail(subject_before=f" {SUBJECT.upper()}")],
    "preheader.missing": [
        changed('<div style="display: none; mso-hide: all;">', '<div style="color: #333333;">'),
        mail(html=html(preheader="")),
    ],
    "preheader.short": [mail(html=html(preheader="The week in short"))],
    "preheader.long": [mail(html=html(preheader="The bridge is open again. " * 7))],
    "head.title": [
        changed(f"<title>{SUBJECT}</title>", "<title>Newsletter</title>"),
        changed(f"<title>{SUBJECT}</title>", ""),
    ],
    "link.empty": [_linked("")],
    "link.nowhere": [_linked("#"), _linked("#story-9")],
    "link.relative": [
        _linked("/news/bridge"),
        _linked("//harbour.example/news"),
        _linked("https://"),
        _linked("ftp://harbour.example/x"),
        _linked("https://[harbour"),
    ],
    "link.script": [_linked("javascript:alert(1)"), _linked("java\nscript:x"), _linked("data:,x")],
    "link.insecure": [_linked("http://harbour.example/news/bridge")],
    "link.twice": [changed(_LINK, 'href="https://harbour.example/life/clock" style')],
    "link.nameless": [added('<a href="https://harbour.example/x"></a>')],
    "link.vague": [
        added('<a href="https://harbour.example/news/bridge" style="color: #333">Read more »</a>'),
        added('<a href="https://harbour.example/news/bridge" style="color: #333;">hier</a>'),
    ],
    "picture.alt": [changed(' alt="Picture 1"', ' aria-label="x"', text=text())],
    "picture.width": [changed(' width="207"', ""), changed(' width="207"', ' width="100%"')],
    "picture.height": [changed(' height="138"', "")],
    "picture.format": [
        changed("story-1.jpg", "story-1.webp"),
        changed("story-1.jpg", "story-1.svg?x=1"),
        changed("story-1.jpg", "story-1.avif"),
    ],
    "picture.address": [
        changed("https://harbour.example/story-1.jpg", "/story-1.jpg"),
        changed("https://harbour.example/story-1.jpg", ""),
        changed("https://harbour.example/story-1.jpg", "http://harbour.example/story-1.jpg"),
        changed("https://harbour.example/story-1.jpg", "data:image/png;base64,iVBORw0KGgo="),
        changed("https://harbour.example/story-1.jpg", "cid:1"),
        changed("https://harbour.example/story-1.jpg", "https://[harbour"),
    ],
    "contrast": [
        changed('<p style="color: #565c65;">', '<p style="color: #999999;">'),
        changed("background-color: #ffffff", "background-color: #1c1f24; color: #ffffff"),
        added('<table><tr><td bgcolor="#333333">Dark</td></tr></table>'),
        added('<font color="silver">Pale</font>'),
        added('<table><tr><th style="background: navy">Dark</th></tr></table>'),
        added('<p style="font-size: 14pt; font-weight: 400; color: #888888;">Not bold</p>'),
    ],
    "language.document": [
        changed('<html lang="en" dir="ltr">', '<html dir="ltr">'),
        changed('<html lang="en" dir="ltr">', '<html lang="en">'),
    ],
    "language.body": [
        changed('role="article" lang="en" dir="ltr"', 'role="article" dir="ltr"'),
        changed('role="article" lang="en" dir="ltr"', 'role="article"'),
    ],
    "heading.first": [
        changed('<h1 style="color: #1c1f24;">Harbour Weekly</h1>', "<p>Harbour Weekly</p>")
    ],
    "heading.order": [
        mail(html=html().replace("<h2 ", "<h3 ", 1).replace("</h2>", "</h3>", 1)),
    ],
    "heading.empty": [added("<h2> </h2>")],
    "head.charset": [
        changed('<meta charset="utf-8">', ""),
        changed('<meta charset="utf-8">', '<meta charset="iso-8859-1">'),
    ],
    "head.viewport": [
        changed('<meta name="viewport" content="width=device-width, initial-scale=1">', "")
    ],
    "story.repeated": [
        retold(2, url="https://HARBOUR.example/news/bridge/?utm_source=x"),
        retold(2, identity="id:bridge"),
        retold(2, identity="id:bridge", url="https://harbour.example/news/bridge"),
    ],
    "story.future": [retold(1, published_at=TOO_LATE)],
    "story.few": [mail(least=3)],
    "excerpt.repeated": [retold(2, excerpt=_EXCERPT)],
    "excerpt.furniture": [retold(1, excerpt=f"{_EXCERPT} Read more")],
    "text.missing": [mail(text=" \n"), message(lambda raw: raw.replace("text/plain", "text/x"))],
    "text.unlike": [
        mail(text=text().replace("A clock that is late on purpose", "A clock")),
        message(lambda raw: raw.replace(_EXCERPT, "—", 1).replace("The tide", "—", 1)
                .replace("over the Marl is open", "—", 1)
                .replace("on the fish market gives every skipper four minutes more", "—", 1)),
    ],
    "text.markup": [mail(text=text() + "<p>Good morning</p>\n"), mail(text=text() + "a&nbsp;b\n")],
    "header.unsubscribe": [
        without("List-Unsubscribe"),
        message(lambda raw: raw.replace("Unsubscribe: <https://harbour.example/u/1>",
                                        "Unsubscribe: see our page", 1)),
    ],
    "header.one_click": [
        without("List-Unsubscribe-Post"),
        message(lambda raw: raw.replace("Unsubscribe: <https://harbour.example/u/1>",
                                        "Unsubscribe: <mailto:leave@harbour.example>", 2)),
    ],
    "header.from": [without("From"), message(lambda raw: raw.replace("post@", ""))],
    "header.date": [without("Date"), message(lambda raw: raw.replace("Mon, 17 Aug", "Someday"))],
    "header.id": [without("Message-ID"), message(lambda raw: raw.replace("<1@harbour.", "1@"))],
    "header.order": [message(first="html")],
}  # fmt: skip
#: Sound mails that come near to a fault: no rule may say anything.
FINE: Mapping[str, Mail] = {
    "as we make it": mail(),
    "as it is received": message(),
    "marks in the articles' own words": mail(
        html=html().replace(_EXCERPT, _ABOUT_TEMPLATES),
        text=text().replace(_EXCERPT, _ABOUT_TEMPLATES),
        manifest=manifest(
            stories=[
                {"path": "x.md", "title": "The bridge over the Marl is open",
                 "excerpt": _ABOUT_TEMPLATES},
                {"path": "y.md", "title": "A clock that is late on purpose"},
            ],
        ),
    ),
    "percent signs of an address": _linked("https://harbour.example/%ABCD%EF"),
    "a button that says more to those who listen": added(
        '<a href="https://harbour.example/news/bridge" style="color: #333;" '
        'aria-label="Read more about the bridge">Read more</a>'
    ),
    "bold letters of 14 points": added(
        '<p><b style="font-size: 14pt; font-weight: bold; color: #888888;">A</b></p>'
    ),
    "a colour behind that changes nothing": added(
        '<div style="background: none"><p style="background-color: transparent">A</p></div>'
    ),
    "an old way to say UTF-8": changed(
        '<meta charset="utf-8">',
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">',
    ),
    "tags in the articles' own words": mail(
        text=text() + "Why <table> is back in fashion now.\n",
        manifest=manifest(left_out=[{"title": "Why <table> is back"}]),
    ),
    "a link into the mail": _linked("#story-2"),
    "a mail to somebody": _linked("mailto:post@harbour.example"),
    "two logos to the same home page": added(
        '<a href="https://harbour.example/" style="color: #333;">Harbour</a> '
        '<a href="https://harbour.example/" style="color: #333;">Home</a>'
    ),
    "a picture and a title of one story, which nothing holds together": changed(
        '<td id="story-2"', "<td"
    ),
    "a picture that comes along": message(
        lambda raw: raw.replace("https://harbour.example/story-1.jpg", "cid:1")
    ),
    "a picture that only decorates": added(
        '<img src="https://harbour.example/rule.png" width="500" height="2" alt="">'
    ),
    "large letters of weaker contrast": added('<p style="font-size: 24px; color: #888888;">A</p>'),
    "words over a picture, which nobody can judge": added(
        '<table><tr><td style="color: #ffffff; background: #000000 url(https://x.example/a.png);">'
        "A</td></tr></table>"
    ),
    "a subject in two capitals": _named("NASA und WHO"),
    "an address on one line": changed("14 Quay Street<br>Portmouth", "14 Quay Street, Portmouth"),
}  # fmt: skip
