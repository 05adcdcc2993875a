import copy

import pytest

from digest.record import Record, replace


class Boat(Record):
    name: str
    metres: int = 7


class Harbour(Record, kw_only=True):
    boats: tuple[Boat, ...] = ()
    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a harbour needs a name")


def test_fields_are_given_by_place_or_by_name() -> None:
    assert Boat("Anna", 9) == Boat(name="Anna", metres=9) == Boat("Anna", metres=9)
    assert Boat("Anna").metres == 7
    assert Harbour(name="Tidewick").boats == ()


def test_what_is_missing_unknown_or_given_twice_is_refused() -> None:
    for given in ((), ("Anna", 7, 1)):
        with pytest.raises(TypeError):
            Boat(*given)
    with pytest.raises(TypeError, match="Boat lacks or does not know: colour"):
        Boat("Anna", colour="red")  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError, match="Boat takes each field once"):
        Boat("Anna", name="Berta")  # type: ignore[misc]  # what is tested
    with pytest.raises(TypeError, match="Harbour takes each field once"):
        Harbour("Tidewick")  # type: ignore[call-arg, arg-type]  # what is tested


def test_a_record_is_checked_when_made_and_when_replaced() -> None:
    harbour = Harbour(name="Tidewick")

    with pytest.raises(ValueError, match="needs a name"):
        replace(harbour, name="")
    assert replace(harbour, boats=(Boat("Anna"),)) == Harbour(
        name="Tidewick", boats=(Boat("Anna"),)
    )


def test_a_record_cannot_be_changed() -> None:
    boat = Boat("Anna")

    with pytest.raises(AttributeError, match=r"Boat\.metres cannot be set"):
        boat.metres = 8  # type: ignore[misc]  # what is tested
    with pytest.raises(AttributeError, match=r"Boat\.name cannot be deleted"):
        del boat.name
    assert copy.deepcopy(boat) == boat == copy.copy(boat)


def test_records_are_equal_by_kind_and_fields() -> None:
    class Ship(Record):
        name: str
        metres: int = 7

    assert Boat("Anna") != Ship("Anna")
    assert Boat("Anna") != Boat("Berta")
    assert len({Boat("Anna"), Boat("Anna", 7), Boat("Anna", 8)}) == 2
    assert repr(Boat("Anna")) == "Boat(name='Anna', metres=7)"
