"""What an article's own front matter asks of the newsletter. Pure.

`digest: {include: false, pin: 1, section: …, blurb: …}` and `newsletter: false`. This mapping is
ours, so a slip in it is an error: `inclued: false` must not send what was to stay at home.
"""

from collections.abc import Mapping

from digest.articles.article import Wishes
from digest.articles.fields import Fields, text_of, truth_of
from digest.articles.markup import plain_line
from digest.articles.reading_error import ReadingError
from digest.errors import did_you_mean

_KNOWN = ("include", "pin", "section", "blurb")
_NOTHING = Wishes()


def wishes_of(fields: Fields) -> Wishes:
    """Return what the front matter wishes.

    Raises:
        ReadingError: an unknown wish, or one of the wrong kind.
    """
    newsletter, digest = fields.first(("newsletter",)), fields.first(("digest",))
    if newsletter is None and digest is None:
        return _NOTHING
    included = newsletter is None or truth_of(newsletter.value) is not False
    if digest is None or not isinstance(digest.value, Mapping):
        # `digest: false`; any other text is somebody else's field of this name
        return Wishes(include=included and (not digest or truth_of(digest.value) is not False))
    wishes = {str(name).casefold(): value for name, value in digest.value.items()}
    for name in wishes:
        if name not in _KNOWN:
            near = did_you_mean(name, _KNOWN)
            raise _wrong(
                what=f"digest has no {name[:40]!r}", remedy=f"{near}Known are {', '.join(_KNOWN)}."
            )
    return Wishes(
        include=included and _include(wishes.get("include")),
        pin=_pin(wishes.get("pin")),
        section=plain_line(_text("section", wishes)),
        blurb=plain_line(_text("blurb", wishes)),
    )


def _include(value: object) -> bool:
    answer = True if value is None else truth_of(value)
    if answer is None:
        raise _wrong(
            what="digest.include is neither true nor false", remedy="Write `include: false`."
        )
    return answer


def _pin(value: object) -> int | None:
    text = text_of(value)
    if value is None or not text or truth_of(value) is False:
        return None
    if text.isascii() and text.isdigit() and 1 <= len(text) <= 4:
        return int(text)
    if truth_of(value):
        return 1
    raise _wrong(
        what=f"digest.pin is no place: {text[:40]!r}", remedy="Write `pin: 1`, `pin: 2` …"
    )


def _text(name: str, wishes: Mapping[str, object]) -> str:
    value = wishes.get(name)
    if isinstance(value, (list, Mapping)):
        raise _wrong(
            what=f"digest.{name} is not one text", remedy=f"Write digest.{name} on one line."
        )
    return text_of(value)


def _wrong(*, what: str, remedy: str) -> ReadingError:
    return ReadingError(what=what, remedy=remedy, field="digest")
