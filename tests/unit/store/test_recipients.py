"""Who gets an issue: the SQL against a plain predicate, and sums that always hold."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crash.stores import AT, add_readers, claim, make_store
from digest.delivery.audience import Audience
from digest.store.balance import balance_of
from digest.store.database import Database, open_store
from digest.store.id_list import unpack_ids
from digest.store.ledger import Ledger
from digest.store.recipients import count_recipients, freeze_recipients, read_batch

_NEWSLETTERS = ("weekly", "sport", "week")
_CATEGORIES = ("news", "sport", "new")
_LANGUAGES = ("", "en", "en-GB", "de", "DE-at", "eng")


class Person(NamedTuple):
    """A subscriber as the store has them, with lists as sets."""

    state: str
    frequency: str
    newsletters: frozenset[str]
    left: frozenset[str]
    categories: frozenset[str]
    language: str


def is_for(audience: Audience, person: Person) -> bool:
    """Say in plain words what `recipients.sql` says."""
    language = (person.language or audience.own_language).lower()
    wanted = audience.language.lower()
    orders = {"": 0, "daily": 1, "weekly": 2, "monthly": 3}
    too_often = (
        person.frequency
        and audience.frequency
        and orders[person.frequency] > orders[audience.frequency]
    )
    has_left = audience.newsletter in person.left or (
        audience.newsletters and set(audience.newsletters) <= person.left
    )
    return not (
        person.state != "active"
        or (
            person.newsletters
            and not audience.newsletters
            and audience.newsletter not in person.newsletters
        )
        or (person.left and has_left)
        or too_often
        or (
            person.categories
            and audience.categories
            and not person.categories & set(audience.categories)
        )
        or (wanted and language != wanted and not language.startswith(f"{wanted}-"))
    )


def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names))


people = st.builds(
    Person,
    st.sampled_from(["active", "active", "active", "pending", "unsubscribed", "suppressed"]),
    st.sampled_from(["", "daily", "weekly", "monthly"]),
    some(_NEWSLETTERS),
    some((*_NEWSLETTERS, "breaking")),
    some(_CATEGORIES),
    st.sampled_from(_LANGUAGES),
)
audiences = st.builds(
    Audience,
    newsletter=st.sampled_from([*_NEWSLETTERS, "breaking"]),
    frequency=st.sampled_from(["", "daily", "weekly", "monthly"]),
    categories=st.lists(st.sampled_from(_CATEGORIES), unique=True, max_size=2).map(tuple),
    language=st.sampled_from(_LANGUAGES),
    own_language=st.sampled_from(["en", "de"]),
    newsletters=st.sampled_from([(), _NEWSLETTERS, ("weekly",)]),
)


def as_lines(names: frozenset[str]) -> str:
    return "".join(f"\n{name}" for name in sorted(names)) + "\n" if names else ""


def write_people(database: Database, found: list[Person]) -> None:
    with database.transaction() as connection:
        connection.execute("DELETE FROM subscriber")
        connection.executemany(
            "INSERT INTO subscriber (id, address, address_key, state, reason, frequency,"
            " categories, newsletters, language, newsletters_left, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
            (
                (
                    number,
                    f"r{number}@mail.example",
                    f"r{number}@mail.example",
                    person.state,
                    "bounce" if person.state == "suppressed" else "",
                    person.frequency,
                    as_lines(person.categories),
                    as_lines(person.newsletters),
                    person.language,
                    as_lines(person.left),
                )
                for number, person in enumerate(found, 1)
            ),
        )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One store for many examples."""
    path = make_store(tmp_path_factory.mktemp("recipients") / "digest.db")
    with closing(open_store(str(path))) as database:
        database.connection.execute("PRAGMA synchronous = OFF")
        yield database


_SLOTS = iter(range(10**9))


@given(audiences, st.lists(people, max_size=12), st.integers(1, 5))
@example(
    Audience(newsletter="week"),
    [Person("active", "", frozenset({"weekly"}), frozenset(), frozenset(), "")],
    1,
)
def test_property_freezing_takes_exactly_those_it_is_for(
    shared: Database, audience: Audience, found: list[Person], most: int
) -> None:
    """Every combination of preferences; and candidates = recipients + excluded."""
    write_people(shared, found)
    expected = [number for number, one in enumerate(found, 1) if is_for(audience, one)]
    issue = claim(shared, slot=f"{next(_SLOTS)}", audience=audience)

    frozen = freeze_recipients(shared, issue.id, audience, most, AT)

    assert frozen
    batches = [
        unpack_ids(packed)
        for (packed,) in shared.connection.execute(
            "SELECT reader_ids FROM batch WHERE issue_id = ? ORDER BY id", (issue.id,)
        )
    ]
    assert [reader for batch in batches for reader in batch] == expected
    assert all(len(batch) <= most for batch in batches)
    assert frozen.candidates == len(found) == len(expected) + sum(frozen.excluded.values())
    assert count_recipients(shared, audience) == frozen
    after = Ledger(shared).issue(issue.id)
    found_balance = balance_of(shared, after)
    assert found_balance.is_even
    assert found_balance.recipients == len(expected)
    if expected:
        readers, gone = read_batch(shared, audience, expected)
        assert ([reader.id for reader in readers], gone) == (expected, [])


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"state": "pending"}, "pending"),
        ({"state": "unsubscribed"}, "unsubscribed"),
        ({"newsletters": "\nsport\n"}, "wants other newsletters"),
        ({"newsletters_left": "\nweekly\n"}, "left this newsletter"),
        ({"frequency": "monthly"}, "wants mail less often"),
    ],
)
def test_who_does_not_get_it_is_counted_with_the_reason(
    tmp_path: Path, person: dict[str, str], reason: str
) -> None:
    audience = Audience(
        newsletter="weekly", frequency="weekly", categories=("sport",), language="en"
    )
    path = make_store(tmp_path / "digest.db", 2)
    with closing(open_store(str(path))) as database:
        add_readers(database, [3], **person)
        issue = claim(database, audience=audience)

        frozen = freeze_recipients(database, issue.id, audience, 10, AT)

    assert frozen == (3, 2, {reason: 1})


@pytest.mark.parametrize("person", [{"categories": "\nnews\n"}, {"language": "de"}])
def test_who_was_left_out_by_a_person_is_counted(tmp_path: Path, person: dict[str, str]) -> None:
    audience = Audience(newsletter="weekly", categories=("sport",), language="en")
    path = make_store(tmp_path / "digest.db", 2)
    with closing(open_store(str(path))) as database:
        add_readers(database, [3], **person)
        issue = claim(database, audience=audience)

        frozen = freeze_recipients(database, issue.id, audience, 10, AT)

    assert frozen
    assert (frozen.candidates, frozen.recipients, sum(frozen.excluded.values())) == (3, 2, 1)


def test_recipients_are_frozen_once(tmp_path: Path) -> None:
    path = make_store(tmp_path / "digest.db", 2)
    with closing(open_store(str(path))) as database:
        issue = claim(database)
        freeze_recipients(database, issue.id, issue.audience, 10, AT)
        add_readers(database, [3])

        again = freeze_recipients(database, issue.id, issue.audience, 10, AT)

        assert again is None
        assert Ledger(database).issue(issue.id).candidates == 2


def test_freezing_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """The connection is lost in the middle, as by a kill: nothing stands."""
    path = make_store(tmp_path / "digest.db", 10)
    database = open_store(str(path))
    issue = claim(database)
    steps = Counter[str]()

    def interrupt() -> int:
        steps["all"] += 1
        return steps["all"] > 3

    database.connection.set_progress_handler(interrupt, 100)
    with pytest.raises(Exception, match="interrupted"):
        freeze_recipients(database, issue.id, issue.audience, 1, AT)
    database.close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM batch").fetchone() == (0,)
        assert connection.execute("SELECT candidates FROM issue").fetchone() == (None,)


def test_excluding_reasons_stand_in_the_ledger(tmp_path: Path) -> None:
    path = make_store(tmp_path / "digest.db", 3)
    with closing(open_store(str(path))) as database:
        add_readers(database, [4, 5], state="pending")
        issue = claim(database)

        freeze_recipients(database, issue.id, issue.audience, 10, AT)

        found = balance_of(database, Ledger(database).issue(issue.id))
        assert (found.candidates, found.recipients, found.excluded) == (5, 3, {"pending": 2})
        assert found.is_even
