"""What stands in the outbox folder, also after a crash and on a bad disk."""

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from digest.delivery.couriers.outbox import OutboxCourier, Shelf
from digest.delivery.outcome import Accepted, Outcome, Stop, TryLater
from unit.delivery.letters import (
    ATTEMPT,
    GROUP,
    HTML,
    NOW,
    SIGN,
    TEXT,
    make_handover,
    make_letter,
    make_readers,
)

OTHER = "f" * 32


def courier_in(folder: Path, messages: int = 20, **letter: Any) -> OutboxCourier:
    """Return a courier that writes below `folder`."""
    shelf = Shelf(folder=folder, messages=messages)
    return OutboxCourier(make_letter(**letter), shelf, sign=SIGN, now=lambda: NOW)


def carry(courier: OutboxCourier, *numbers: int, batch: int = 1, token: str = ATTEMPT) -> Outcome:
    """Hand over to the readers of these numbers."""
    readers = [reader for reader in make_readers(50) if reader.id in numbers]
    return courier.prepare(make_handover(*readers, batch=batch, token=token))()


def names(courier: OutboxCourier) -> list[str]:
    """Return the names of all files."""
    return sorted(path.name for path in courier.folder.iterdir())


def manifest(courier: OutboxCourier) -> dict[str, Any]:
    """Return the manifest."""
    found: dict[str, Any] = json.loads((courier.folder / "manifest.json").read_text())
    return found


def test_every_reader_has_a_file_below_newsletter_and_slot(tmp_path: Path) -> None:
    courier = courier_in(tmp_path)

    assert carry(courier, 1, 2) == Accepted()
    assert courier.folder == tmp_path / "weekly" / "2026-W33"
    assert names(courier) == ["1.eml", "2.eml", "manifest.json"]


def test_beyond_the_limit_there_is_one_sample(tmp_path: Path) -> None:
    courier = courier_in(tmp_path, messages=2)

    carry(courier, 1, 2, 3, 4, batch=1)
    carry(courier, 5, 6, batch=2)

    assert names(courier) == ["1.eml", "2.eml", "manifest.json", "sample.eml"]
    assert b"reader3@" in (courier.folder / "sample.eml").read_bytes()
    assert manifest(courier)["readers"] == 6
    assert manifest(courier)["files"] == 3


def test_the_same_hand_over_twice_leaves_the_same_files(tmp_path: Path) -> None:
    carry(courier_in(tmp_path, messages=2), 1, 2, 3)
    again = courier_in(tmp_path, messages=2)
    before = {path.name: path.read_bytes() for path in again.folder.iterdir()}

    carry(again, 1, 2, 3)

    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == before


def test_a_second_attempt_is_counted_as_one_batch(tmp_path: Path) -> None:
    courier = courier_in(tmp_path)

    carry(courier, 1, 2)
    carry(courier, 1, 2, token=OTHER)

    assert names(courier) == ["1.eml", "2.eml", "manifest.json"]
    assert OTHER.encode() in (courier.folder / "1.eml").read_bytes()
    assert manifest(courier)["readers"] == 2
    assert manifest(courier)["batches"]["1"]["attempts"] == [ATTEMPT, OTHER]


def test_what_a_crash_left_half_written_is_no_mail(tmp_path: Path) -> None:
    courier = courier_in(tmp_path)
    courier.folder.mkdir(parents=True)
    (courier.folder / ".1.eml.new").write_text("half")
    (courier.folder / "manifest.json").write_text('{"batches": {"1"')

    assert carry(courier, 1) == Accepted()
    assert names(courier) == ["1.eml", "manifest.json"]


def test_the_manifest_says_what_was_sent(tmp_path: Path) -> None:
    courier = courier_in(tmp_path)

    carry(courier, 1, 2, batch=7)

    assert manifest(courier) == {
        "issue": "weekly/2026-W33",
        "newsletter": "weekly",
        "subject": "The week at the harbour",
        "readers": 2,
        "files": 2,
        "html_sha256": hashlib.sha256(HTML.encode()).hexdigest(),
        "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "batches": {
            "7": {
                "attempts": [ATTEMPT],
                "readers": 2,
                "readers_sha256": hashlib.sha256(
                    b"1 reader1@mail.example\n2 reader2@mail.example\n"
                ).hexdigest(),
            }
        },
    }


@pytest.mark.parametrize(
    ("issue", "place"),
    [
        ("breaking/2026-08-17-1", "breaking/2026-08-17-1"),
        ("daily/2026-08-17T09:00", "daily/2026-08-17T09-00"),
        ("../../etc/passwd", "_/_/etc/passwd"),
        ("/weekly//x", "_/weekly/_/x"),
        ("weekly/.hidden\0\n", "weekly/hidden"),
    ],
)
def test_no_issue_leads_out_of_the_folder(tmp_path: Path, issue: str, place: str) -> None:
    courier = courier_in(tmp_path, issue=issue)

    assert carry(courier, 1) == Accepted()
    assert courier.folder == tmp_path / place


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    courier = courier_in(tmp_path / "out")
    courier.folder.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (courier.folder / ".1.eml.new").symlink_to(victim)
    (courier.folder / "1.eml").symlink_to(victim)

    assert carry(courier, 1) == Accepted()
    assert victim.read_text() == "mine"
    assert not (courier.folder / "1.eml").is_symlink()


def test_addresses_are_nobody_elses_business(tmp_path: Path) -> None:
    courier = courier_in(tmp_path)

    carry(courier, 1)

    assert all(path.stat().st_mode & 0o077 == 0 for path in courier.folder.iterdir())


class FailingCourier(OutboxCourier):
    """A courier on a disk that fails at the n-th file."""

    code = errno.EIO
    left = 1

    def _put(self, name: str, data: bytes) -> None:
        if self.left == 0:
            raise OSError(self.code, "the disk says so")
        self.left -= 1
        super()._put(name, data)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, Stop),
        (errno.EDQUOT, Stop),
        (errno.EROFS, Stop),
        (errno.EACCES, Stop),
        (errno.EIO, TryLater),
        (errno.EMFILE, TryLater),
    ],
)
def test_a_bad_disk_is_an_outcome_and_afterwards_all_is_written(
    tmp_path: Path, code: int, kind: type[Outcome]
) -> None:
    shelf = Shelf(folder=tmp_path)
    courier = FailingCourier(make_letter(), shelf, sign=SIGN, now=lambda: NOW)
    courier.code = code

    assert isinstance(carry(courier, 1, 2), kind)
    courier.left = 10
    assert carry(courier, 1, 2) == Accepted()
    assert names(courier) == ["1.eml", "2.eml", "manifest.json"]


def test_a_way_out_by_sendgrid_is_shown_as_sendgrid_gets_it(tmp_path: Path) -> None:
    courier = courier_in(tmp_path, unsubscribe=GROUP)

    carry(courier, 1)

    message = (courier.folder / "1.eml").read_text()
    assert "<%asm_group_unsubscribe_raw_url%>" in message
    assert "List-Unsubscribe" not in message
