"""Lets a newsletter rest, and come again. Touches the store."""

from contextlib import closing
from datetime import datetime

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.realm import Realm
from digest.errors import NotFoundError
from digest.runs.agenda import Kind
from digest.runs.choose import find_newsletter, parse_as_of
from digest.runs.duty import perform
from digest.runs.realms import realm_of
from digest.runs.shift import Shift
from digest.runs.tick import look
from digest.store.database import open_store
from digest.store.planning import Pause, Planning
from digest.store.times import in_ms


def pause(  # noqa: PLR0913  what a person may want besides, by name
    config: Config,
    environment: Environment,
    newsletter: str,
    now: datetime,
    *,
    until: str,
    keeps_articles: bool,
    who: str,
) -> Pause:
    """Let no issue of a newsletter go out for a while; return the pause.

    Args:
        config: the publisher's settings.
        environment: as for a send.
        newsletter: its name; "": the first one.
        now: the present moment.
        until: a day, which rests still, or a moment; "": until somebody ends it.
        keeps_articles: whether what is published meanwhile is told afterwards.
        who: the person.

    Raises:
        NotFoundError: there is no such newsletter, or `until` is no date or is over.
    """
    name, _ = find_newsletter(config.newsletters, newsletter)
    zone = timetable_of(config, name).zone
    ends = parse_as_of(until, zone, "--until") if until else None
    if ends is not None and ends <= now:
        raise NotFoundError(
            f"{until} is over", where="--until", remedy="Name a day or a moment to come."
        )
    resting = Pause(
        newsletter=name,
        since=in_ms(now),
        until=None if ends is None else in_ms(ends),
        keeps_articles=keeps_articles,
        who=who,
    )
    _settle(config, environment, name, now)
    with closing(open_store(config.store.path)) as database:
        Planning(database).set_pause(_realm(config), resting)
    return resting


def unpause(
    config: Config, environment: Environment, newsletter: str, now: datetime
) -> Pause | None:
    """Let a newsletter come again; return the pause that ended, or None.

    Raises:
        NotFoundError: there is no such newsletter.
    """
    name, _ = find_newsletter(config.newsletters, newsletter)
    with closing(open_store(config.store.path)) as database:
        resting = Planning(database).pauses(_realm(config)).get(name)
    if resting is None:
        return None
    _settle(config, environment, name, now)
    with closing(open_store(config.store.path)) as database:
        Planning(database).end_pause(_realm(config), name)
    is_over = resting.until is not None and resting.until <= in_ms(now)
    return None if is_over else resting


def _settle(config: Config, environment: Environment, name: str, now: datetime) -> None:
    """Write down the slots that fell into a pause so far: afterwards nobody knows of it."""
    if not config.newsletters[name].schedule:
        return
    shift = Shift(config=config, environment=environment, now=now)
    with closing(open_store(config.store.path)) as database:
        duties = look(config, database, now, name)
    for duty in duties:
        if duty.kind is Kind.SKIP:
            for _ in perform(shift, duty):
                pass


def _realm(config: Config) -> Realm:
    return realm_of(config, config.delivery.courier)
