"""What a row says besides who it is: texts of fields → preferences, or why not. Pure."""

from collections.abc import Mapping
from typing import Final, TypeVar

from digest.errors import did_you_mean
from digest.subscribers.address import Refused
from digest.subscribers.record import ImportRules, Preferences
from digest.subscribers.states import Reason, State, earlier
from digest.subscribers.values import (
    bare,
    list_text,
    parse_frequency,
    parse_language,
    parse_list,
    parse_reason,
    parse_standing,
)

_T = TypeVar("_T")

#: Field → the names a column or key may have, as `bare` writes them.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "email": (
        "email", "emailaddress", "emailaddresses", "address", "mail", "mailaddress", "emails",
        "subscriberemail", "subscriber", "correo", "courriel", "epost", "mailadresse",
        "emailadresse",
    ),
    "name": ("name", "fullname", "displayname", "subscribername", "nom", "nombre"),
    "first_name": ("firstname", "givenname", "fname", "first", "vorname", "prénom", "prenom"),
    "last_name": ("lastname", "familyname", "surname", "lname", "last", "nachname"),
    "status": (
        "status", "state", "subscriptionstatus", "isactive", "active", "subscribed",
        "issubscribed", "emailmarketing",
    ),
    "reason": ("reason", "suppressionreason"),
    # Other programs export when somebody left: whatever stands there, they have left.
    "unsubscribed": (
        "unsubscribed", "unsubscribedat", "unsubscribeddate", "unsubscribedate", "unsubscribetime",
        "unsubtime", "optedout", "optout", "optoutdate", "hasoptedout", "isunsubscribed",
    ),
    "frequency": ("frequency", "freq", "interval", "cadence", "häufigkeit", "fréquence"),
    "categories": ("categories", "category", "topics", "topic", "interests", "interest"),
    "newsletters": ("newsletters", "newsletter", "lists", "list"),
    "newsletters_left": ("newslettersleft", "listsleft"),
    "language": ("language", "lang", "locale", "sprache", "langue", "idioma"),
    "subscribed_at": (
        "subscribedat", "createdat", "created", "subscribedon", "joinedat",
        "joined", "optintime", "confirmtime", "signupdate", "signedupat", "subscribedate",
        "subscriptiondate", "dateadded", "addedat",
    ),
}  # fmt: skip

_FIELDS: Final = {name: field for field, names in NAMES.items() for name in names}
_NOT_LEFT: Final = frozenset({"", "0", "false", "no", "n", "null", "none", "never"})


def field_of(title: str) -> str:
    """Return the field a column or key of this name is for; or an empty string."""
    return _FIELDS.get(bare(title), "")


def parse_preferences(texts: Mapping[str, str], rules: ImportRules) -> Preferences | Refused:
    """Return what a row wants and where it stands.

    Args:
        texts: field → its text; fields that are not there are empty.
        rules: what holds for the whole file.
    """
    standing = _standing(texts, rules)
    if isinstance(standing, Refused):
        return standing
    state, reason = standing
    try:
        return Preferences(
            state=state,
            reason=reason,
            frequency=_sound(parse_frequency(texts.get("frequency", ""))),
            categories=_list(texts, "categories", "category"),
            newsletters=list_text(_newsletters(texts.get("newsletters", ""), rules.newsletters)),
            newsletters_left=_list(texts, "newsletters_left", "newsletter"),
            language=_sound(parse_language(texts.get("language", ""))),
        )
    except _RefusedError as error:
        if state in (State.UNSUBSCRIBED, State.SUPPRESSED):
            # Who has left has left, whatever else is wrong with the row.
            return Preferences(state, reason, "", "", "", "", "")
        return error.refused


class _RefusedError(ValueError):
    """Carries the first thing that is wrong to the end of `parse_preferences`."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.what)
        self.refused = refused


def _sound(parsed: _T | Refused) -> _T:
    if isinstance(parsed, Refused):
        raise _RefusedError(parsed)
    return parsed


def _list(texts: Mapping[str, str], field: str, what: str) -> str:
    text = texts.get(field, "")
    # Rules compare categories casefolded; names of newsletters are in small letters anyway.
    return list_text(_sound(parse_list(text.casefold(), what)))


def _standing(texts: Mapping[str, str], rules: ImportRules) -> tuple[State, str] | Refused:
    said = parse_standing(texts.get("status", ""))
    if isinstance(said, Refused):
        return said
    if said.state is State.SUPPRESSED:
        reason = parse_reason(texts.get("reason", "")) or said.reason or Reason.MANUAL
        return State.SUPPRESSED, reason.value
    has_left = bare(texts.get("unsubscribed", "")) not in _NOT_LEFT
    if said.state is State.UNSUBSCRIBED or has_left:
        return State.UNSUBSCRIBED, ""
    # Who imports vouches for the whole file; a row may say less for itself, never more.
    return earlier(said.state or rules.status, rules.status), ""


def _newsletters(text: str, known: frozenset[str]) -> tuple[str, ...]:
    named = _sound(parse_list(text, "newsletter"))
    for name in named:
        if name not in known:
            hint = did_you_mean(name, known)
            listed = ", ".join(sorted(known))
            raise _RefusedError(
                Refused(f"unknown newsletter {name!r}", f"{hint}Known are {listed}.")
            )
    return named
