"""Who gets an issue: readers of its newsletter, and limits a person sets. Reads the store."""

from dataclasses import dataclass

from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.errors import NotFoundError, did_you_mean
from digest.runs.claim import Planned
from digest.runs.issues import forgotten_newsletters
from digest.selection.slot import frequency_of
from digest.store.database import open_store
from digest.store.recipients import BY_LIMIT, known_categories

#: About limits of an issue that was begun.
LIMITS_LATE = "its recipients were chosen when it was begun: --limit-to of now changes nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Readers a person wants an issue to go to, of those who would get it; "" : all."""

    category: str = ""
    language: str = ""


#: No limits.
EVERYBODY = Limits()


def newsletter_audience(config: Config, name: str, limits: Limits) -> Audience:
    """Return who gets the issues of a newsletter."""
    newsletter = config.newsletters[name]
    return Audience(
        newsletter=name,
        frequency=frequency_of(timetable_of(config, name)),
        categories=(limits.category.casefold(),) if limits.category else (),
        language=limits.language,
        own_language=newsletter.language or config.site.language,
    )


def check_limits(config: Config, limits: Limits) -> None:
    """Raise for a category that no section and no reader has: most likely a slip.

    Raises:
        NotFoundError: there is no such category.
    """
    if not limits.category:
        return
    database = open_store(config.store.path, create=False)
    try:
        known = known_categories(database)
    finally:
        database.close()
    for newsletter in config.newsletters.values():
        known |= {name.casefold() for each in newsletter.sections for name in each.categories}
    if limits.category.casefold() not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise NotFoundError(
            f"no section and no reader has the category {limits.category!r}",
            where="--limit-to",
            remedy=f"{did_you_mean(limits.category.casefold(), known)}There is: {listed}.",
        )


def send_warnings(config: Config, planned: Planned, limits: Limits) -> list[str]:
    """Return what a person should know before a new issue is sent.

    Raises:
        StoreError: the store cannot be read.
    """
    said = [
        f"newsletter {one.name!r} is not in config.toml any more: {one.left:,} readers who left "
        f"it and what its {one.issues:,} issues told count no more (was it renamed?)"
        for one in forgotten_newsletters(config)
    ]
    readers = planned.readers
    left_out = readers.excluded.get(BY_LIMIT, 0) if readers else 0
    if limits != EVERYBODY and planned.realm is Realm.REAL:
        said.append(
            f"{left_out:,} readers are left out by --limit-to and will never get this issue: a "
            "slot is sent once"
        )
    return said
