"""What config.toml says about how mails look, and what their links carry. Pure.

Schema and defaults as in `settings.py`.
"""

import enum
import re
from typing import Annotated, Final, TypeAlias

from digest.config import addresses
from digest.config.mistake import Wrong
from digest.config.table import Table
from digest.config.values import optional
from digest.errors import did_you_mean

#: What the address of an issue in a browser may name.
ISSUE_VARIABLES: Final = ("newsletter", "slot")
#: What the values of `[newsletters.NAME.utm]` may name (`rendering/links.py` fills them in).
CAMPAIGN_VARIABLES: Final = ("newsletter", "slot", "section", "story")

# Names of fonts stand without quotes in a style sheet (CSS Fonts 4 §2.1.1: a row of identifiers).
_FONTS: Final = r"[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z][A-Za-z0-9-]*)*"
_LONGEST: Final = 200


def check_font(text: str) -> Wrong | None:
    """Name of a stack, or names of fonts."""
    if len(text) <= _LONGEST and re.fullmatch(rf"{_FONTS}(?:, ?{_FONTS})*", text):
        return None
    return Wrong(
        "is not a name of fonts",
        'Write "system", "sans", "humanist", "serif", "book", "mono", or names of fonts without '
        'quotes, each word beginning with a letter: "Source Sans, Verdana".',
    )


def check_issue_pattern(text: str) -> Wrong | None:
    """Pattern of the address of an issue in a browser: an address with its issue in it."""
    wrong = _unknown_variable(text, ISSUE_VARIABLES)
    if wrong:
        return wrong
    if "{slot}" not in text:
        return Wrong(
            "does not name {slot}, so all issues would have one address",
            'Write it like "https://www.example.org/letters/{newsletter}/{slot}".',
        )
    return addresses.check_url(re.sub(r"\{\w+\}", "x", text))


def check_campaign_value(text: str) -> Wrong | None:
    """Value of a parameter: one line, with variables we know."""
    if len(text) > _LONGEST or not text.isprintable():
        return Wrong("is too long or not one line", f"Write at most {_LONGEST} characters.")
    return _unknown_variable(text, CAMPAIGN_VARIABLES)


def _unknown_variable(text: str, known: tuple[str, ...]) -> Wrong | None:
    if set(re.sub(r"\{\w+\}", "", text)) & set("{}"):
        return Wrong("has a bracket without its pair", f'Write variables as "{{{known[-1]}}}".')
    for name in re.findall(r"\{(\w+)\}", text):
        if name not in known:
            listed = ", ".join(f"{{{each}}}" for each in known)
            return Wrong(
                f"names {{{name}}}, which is not known here",
                f"{did_you_mean(name, known)}Known are {listed}.",
            )
    return None


Font: TypeAlias = Annotated[str, check_font]
IssuePattern: TypeAlias = Annotated[str, optional(check_issue_pattern)]
CampaignValue: TypeAlias = Annotated[str, optional(check_campaign_value)]


class Cards(enum.Enum):
    """Where the stories of an issue have their pictures."""

    LEFT = "left"  #: beside the words, on the side reading begins at
    TOP = "top"  #: above the words, over the whole width
    NONE = "none"  #: nowhere


class Utm(Table, kw_only=True):
    """`[newsletters.NAME.utm]`: what statistics learn from links to articles; empty: nothing."""

    #: `utm_source` of every link to an article.
    source: CampaignValue = ""
    medium: CampaignValue = ""
    campaign: CampaignValue = ""
    content: CampaignValue = ""
