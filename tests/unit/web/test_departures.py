"""Who may leave what: only the holder of a genuine link, and only what the link names."""

import logging
import random
import sqlite3
import string
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery.links import Key
from digest.errors import StoreError
from digest.store import database as stores
from digest.web.departures import Departure, Departures
from serving import KEY, address, make_store, standing, token

NOW = datetime(2026, 8, 17, 9, tzinfo=UTC)
ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_store(tmp_path / "digest.db", 60)


@pytest.fixture
def departures(path: Path) -> Iterator[Departures]:
    with closing(Departures(str(path), (KEY,), lambda: NOW)) as made:
        yield made


def wish(word: str, *, everything: bool = False) -> Departure:
    return Departure(word, everything, "endpoint:one-click")


def test_a_link_leaves_the_newsletter_it_names_and_nothing_else(
    path: Path, departures: Departures
) -> None:
    words = [token(3, "weekly"), token(4, "breaking"), token(5, "weekly"), token(5, "daily")]

    assert departures.apply([wish(word) for word in words]) == [True] * 4

    assert standing(path) == {
        3: ("active", ("weekly",)),
        4: ("active", ("breaking",)),
        5: ("active", ("weekly", "daily")),
    }


def test_everything_is_everything(path: Path, departures: Departures) -> None:
    departures.apply([wish(token(7), everything=True)])

    assert {number: state for number, (state, _) in standing(path).items()} == {7: "unsubscribed"}


def test_a_link_works_any_number_of_times(
    path: Path, departures: Departures, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    for _ in range(3):
        assert departures.apply([wish(token(3)), wish(token(3))]) == [True, True]

    assert standing(path) == {3: ("active", ("weekly",))}
    assert [record.getMessage() for record in caplog.records] == ["reader 3 left weekly"]


def test_links_of_replaced_keys_work_and_those_of_removed_ones_do_not(path: Path) -> None:
    new = Key("t2", b"another secret key of 32 bytes..")
    with closing(Departures(str(path), (new, KEY), lambda: NOW)) as both:
        assert both.apply([wish(token(1, key=new)), wish(token(2))]) == [True, True]
    with closing(Departures(str(path), (new,), lambda: NOW)) as one:
        assert one.apply([wish(token(3))]) == [False]


def forged() -> Iterator[str]:
    """Yield links nobody was given: more than 100,000 of them."""
    chance = random.Random(8058)
    for reader in range(1, 31):
        for word in (token(reader), token(reader, "breaking")):
            head, _, signature = word.rpartition(".")
            for place in range(len(signature)):
                # Every other letter at every place, capitals included.
                for letter in ALPHABET:
                    if letter != signature[place]:
                        yield f"{head}.{signature[:place]}{letter}{signature[place + 1 :]}"
            yield f"{head}.{signature[:-1]}"
            yield f"{head}.{signature}A"
            yield f"{head}."
            yield f"x.{word.partition('.')[2]}"
            yield word.replace("t1.", "T1.", 1)
            yield word.replace(f".{reader}.", f".{reader + 1}.", 1)
        yield token(reader).replace("weekly", "daily")
        yield token(reader).replace("weekly", "Weekly")
        yield token(reader, purpose="probe")
        yield token(reader, purpose="confirm")
        yield token(reader, purpose="preferences")
        yield token(reader, key=Key(KEY.name, b"guessed"))
        # A number given again after a restored backup: the link is another person's.
        yield token(reader, of=address(reader + 1))
        yield token(reader, of="")
        yield token(reader + 1000, of="")
    for _ in range(20_000):
        signature = "".join(chance.choices("0123456789abcdef", k=32))
        yield f"t1.{chance.randint(0, 70)}.weekly.{signature}"
    yield from ("", ".", "...", "\0.\0.\0.\0", "t1.1.weekly", "t1.٣.weekly." + "A" * 22)
    yield from ("a" * 5000, "t1." + "9" * 18 + ".weekly." + "A" * 22, "t1.-1.weekly." + "A" * 22)


@pytest.mark.slow
def test_no_forged_link_is_taken(path: Path, departures: Departures) -> None:
    every = list(forged())
    assert len(every) > 100_000

    taken = [
        word
        for start in range(0, len(every), 1000)
        for word, genuine in zip(
            every[start : start + 1000],
            departures.apply([wish(word) for word in every[start : start + 1000]]),
            strict=True,
        )
        if genuine
    ]

    assert taken == []
    assert standing(path) == {}
    assert departures.apply([wish(token(1))]) == [True]


def test_forged_links_do_not_touch_the_lock_of_the_writer(
    path: Path, departures: Departures
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert departures.apply([wish("t1.1.weekly." + "A" * 22)]) == [False]


def test_while_the_store_fails_all_links_fail_alike(
    path: Path,
    departures: Departures,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(stores, "_PATIENCE_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for word in (token(1), "forged", token(2)):
            with pytest.raises(StoreError):
                departures.apply([wish(word)])
        other.execute("ROLLBACK")

    assert standing(path) == {}
    assert departures.apply([wish(token(1)), wish("forged")]) == [True, False]
    assert standing(path) == {1: ("active", ("weekly",))}
    assert [record.getMessage() for record in caplog.records] == [
        "the store fails, readers are asked to try again: another command is writing to it",
        "reader 1 left weekly",
        "the store can be written again",
    ]


def test_what_comes_together_is_one_transaction(path: Path, departures: Departures) -> None:
    departures.apply([])
    with closing(sqlite3.connect(path)) as watcher:
        before = watcher.execute("PRAGMA data_version").fetchone()
        departures.apply([wish(token(reader)) for reader in range(1, 51)])
        after = watcher.execute("PRAGMA data_version").fetchone()

    assert after[0] == before[0] + 1
    assert len(standing(path)) == 50


def test_a_copy_that_is_put_back_is_written_not_the_file_that_was_there(
    path: Path, departures: Departures, tmp_path: Path
) -> None:
    departures.apply([wish(token(1))])
    copy = make_store(tmp_path / "copy.db", 60)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    copy.replace(path)

    departures.apply([wish(token(2))])

    assert standing(path) == {2: ("active", ("weekly",))}


def test_on_a_full_disk_nobody_is_told_what_is_not_so(path: Path, departures: Departures) -> None:
    connection = departures._opened().connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    taken = 0

    def fill() -> None:
        nonlocal taken
        for taken in range(6000):
            word = token(1 + taken % 60, f"n{taken // 60}")
            assert departures.apply([wish(word)]) == [True]

    with pytest.raises(StoreError, match="the disk is full"):
        fill()

    assert sum(len(left) for _, left in standing(path).values()) == taken > 0


def test_a_store_that_is_gone_is_our_failure(path: Path, departures: Departures) -> None:
    path.unlink()

    with pytest.raises(StoreError):
        departures.apply([wish("forged")])
