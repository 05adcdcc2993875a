"""Where a subscriber may go."""

from itertools import permutations, product

from digest.subscribers.erasure import erased_hash, key_mark
from digest.subscribers.states import Reason, State, earlier, later, stronger


def test_suppressed_beats_unsubscribed_beats_active_beats_pending() -> None:
    assert later(State.PENDING, State.ACTIVE) is State.ACTIVE
    assert later(State.UNSUBSCRIBED, State.ACTIVE) is State.UNSUBSCRIBED
    assert later(State.UNSUBSCRIBED, State.SUPPRESSED) is State.SUPPRESSED
    assert earlier(State.PENDING, State.ACTIVE) is State.PENDING


def test_no_order_of_imports_matters() -> None:
    for one, two, three in product(State, repeat=3):
        found = {later(later(a, b), c) for a, b, c in permutations((one, two, three))}
        assert len(found) == 1
        assert later(one, one) is one


def test_a_complaint_is_the_strongest_reason() -> None:
    assert stronger(Reason.COMPLAINT, Reason.MANUAL) is Reason.COMPLAINT
    assert stronger(Reason.BOUNCE, Reason.MANUAL) is Reason.MANUAL
    assert stronger(Reason.BOUNCE, Reason.INVALID) is Reason.BOUNCE


def test_an_erased_address_is_32_bytes_that_depend_on_address_and_key() -> None:
    found = erased_hash(b"k" * 32, "anna@example.org")

    assert len(found) == 32
    assert found == erased_hash(b"k" * 32, "anna@example.org")
    assert found != erased_hash(b"l" * 32, "anna@example.org")
    assert found != erased_hash(b"k" * 32, "bert@example.org")


def test_the_mark_of_a_key_is_not_the_key() -> None:
    assert key_mark(b"k" * 32) == key_mark(b"k" * 32) != key_mark(b"l" * 32)
    assert len(key_mark(b"k" * 32)) == 16
