"""Exported rows: no formulas, and nothing lost on the way back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.subscribers.csv_rows import guard, unguard
from digest.subscribers.export import TITLES, export_row
from digest.subscribers.record import Subscriber
from digest.subscribers.states import State
from digest.subscribers.values import list_text, parse_name
from readers import MONDAY_MS, records

WORDS = (
    st.text(min_size=1, max_size=20).map(parse_name).filter(lambda word: word and "|" not in word)
)


def make_subscriber(**fields: object) -> Subscriber:
    sound: dict[str, object] = {
        "id": 1, "address": "anna@example.org", "address_key": "anna@example.org", "name": "Anna",
        "state": "active", "reason": "", "frequency": "", "categories": "", "newsletters": "",
        "newsletters_left": "", "language": "", "created_at": MONDAY_MS, "changed_at": MONDAY_MS,
    }  # fmt: skip
    return Subscriber(**(sound | fields))  # type: ignore[arg-type]  # what the test is about


def file_of(*subscribers: Subscriber) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([TITLES, *map(export_row, subscribers)])
    return stream.getvalue()


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "\u3000=1", "＝1", "＋1", "－1", "＠x",
     "'=1", "\n=1", "\tx"],
)  # fmt: skip
def test_formulas_are_guarded_and_the_guard_is_undone(cell: str) -> None:
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Anna", "'n Sync", "a=b", "5-3"])
def test_other_cells_stay(cell: str) -> None:
    assert guard(cell) == cell == unguard(cell)


@given(st.text(alphabet="'=+-@\t\r\n ＝a", max_size=8))
def test_property_no_cell_begins_as_a_formula_and_none_is_lost(cell: str) -> None:
    guarded = guard(cell)

    assert unguard(guarded) == cell
    assert not guarded.lstrip().startswith(tuple("=+-@＝＋－＠"))


def test_raw_leaves_all_as_it_is() -> None:
    assert export_row(make_subscriber(name="=1"), raw=True)[1] == "=1"
    assert export_row(make_subscriber(name="=1"))[1] == "'=1"


@given(
    name=st.text(max_size=30).map(parse_name),
    state=st.sampled_from(["pending", "active", "unsubscribed"]),
    frequency=st.sampled_from(["", "daily", "monthly"]),
    categories=st.lists(WORDS.map(str.casefold).map(parse_name), max_size=4, unique=True),
    left=st.lists(st.sampled_from(["weekly", "sport"]), unique=True),
    created_at=st.integers(0, 4_000_000_000_000),
)
def test_property_our_own_import_reads_an_export_back(
    *,
    name: str,
    state: str,
    frequency: str,
    categories: list[str],
    left: list[str],
    created_at: int,
) -> None:
    wanted = tuple(each for each in categories if each == each.casefold())
    subscriber = make_subscriber(
        address="=Anna@example.org",
        name=name,
        state=state,
        frequency=frequency,
        categories=list_text(wanted),
        newsletters_left=list_text(tuple(left)),
        language="pt-BR",
        created_at=created_at,
    )

    (found,) = records(file_of(subscriber))

    assert (found.address, found.name, found.created_at) == ("=Anna@example.org", name, created_at)
    wishes = found.preferences
    assert (wishes.state, wishes.frequency) == (State(state), frequency)
    assert wishes.categories == subscriber.categories
    assert wishes.newsletters_left == subscriber.newsletters_left
    assert wishes.language == "pt-BR"
