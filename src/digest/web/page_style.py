"""The looks of our pages, in the colours of `[site.colours]`. Pure.

The page can be used without any of it.
"""

from collections.abc import Mapping
from typing import Final, cast

# 44 px: WCAG 2.2 §2.5.5. `overflow-wrap`: long names of newsletters at 320 px.
_RULES: Final = """
*{box-sizing:border-box}
body{margin:0;background:var(--background);color:var(--text);line-height:1.5;
font-family:FONT;font-size:1.0625rem;overflow-wrap:anywhere}
main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem 2.5rem;background:var(--paper);
border-top:4px solid var(--accent)}
.site{margin:0 0 1.25rem;color:var(--muted)}
h1{margin:0 0 1rem;font-family:HEADINGS;font-size:1.625rem;line-height:1.25}
p{margin:0 0 1rem}
form{margin:1.75rem 0 0}
button{display:block;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.625rem 1.25rem;
border:2px solid var(--link);border-radius:4px;background:var(--link);color:var(--on-link);
font:inherit;font-weight:600;cursor:pointer}
.second{background:transparent;color:var(--link)}
button:focus-visible{outline:3px solid var(--text);outline-offset:2px}
@media (min-width:40rem){main{margin:3rem auto;padding:2.5rem}}
"""
_NAMES: Final = ("accent", "link", "on_link", "text", "muted", "paper", "background")


def page_style(theme: Mapping[str, object]) -> str:
    """Return the style sheet.

    Args:
        theme: of `rendering.theme.make_theme`: checked colours and names of fonts, nothing that
            could end a style sheet.
    """
    light, dark = (_variables(theme[screen]) for screen in ("light", "dark"))
    rules = _RULES.replace("FONT", str(theme["font"]))
    rules = rules.replace("HEADINGS", str(theme["heading_font"]))
    return (
        f"\n:root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}{rules}"
    )


def _variables(palette: object) -> str:
    colours = cast("Mapping[str, str]", palette)
    return ";".join(f"--{name.replace('_', '-')}:{colours[name]}" for name in _NAMES)
