import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.rendering.images.cache import Cache, Entry, sha256, write_whole

NOW = datetime(2026, 8, 17, 9, tzinfo=UTC)
URL = "https://x.example/a.jpg"


def entry(**fields: object) -> Entry:
    sound: dict[str, object] = {"url": URL, "asked_at": NOW.timestamp()}
    return Entry(**(sound | fields))  # type: ignore[arg-type]  # a builder's


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "new" / "folder"))
    kept = entry(content=sha256(b"picture"), etag='"1"')

    cache.keep(kept, b"picture")

    assert cache.entry(URL) == kept
    assert cache.content(kept, 100) == b"picture"
    assert cache.entry("https://x.example/b.jpg") is None


def test_what_is_fresh() -> None:
    good, bad = entry(content="00"), entry(why="404")

    assert good.fresh(NOW + timedelta(hours=23))
    assert not good.fresh(NOW + timedelta(hours=25))
    assert bad.fresh(NOW + timedelta(minutes=9))
    assert not bad.fresh(NOW + timedelta(minutes=11))
    assert not good.fresh(NOW - timedelta(seconds=1)), "the clock was put back"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b'{"url": 1}', b"\xff", b"[" * 50_000]
)
def test_a_damaged_entry_is_none(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(str(tmp_path))
    cache.keep(entry())
    [path] = tmp_path.iterdir()

    path.write_bytes(damage)

    assert cache.entry(URL) is None


def test_an_entry_of_another_address_or_kind_is_none(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.keep(entry())
    [path] = tmp_path.iterdir()
    for wrong in ({"url": "https://y.example"}, {"content": 5}, {"asked_at": "now"}):
        path.write_text(json.dumps({"url": URL, "asked_at": 1.0} | wrong))

        assert cache.entry(URL) is None


def test_damaged_or_large_content_is_none(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    kept = entry(content=sha256(b"picture"))
    cache.keep(kept, b"picture")

    assert cache.content(kept, 3) is None
    (tmp_path / f"{kept.content}.bin").write_bytes(b"another")
    assert cache.content(kept, 100) is None
    assert cache.content(entry(content="../../etc/passwd"), 10_000) is None
    assert cache.content(entry(content=sha256(b"gone")), 100) is None


def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(str(tmp_path / "file"))

    cache.keep(entry(), b"picture")
    cache.prune(NOW)

    assert cache.entry(URL) is None


def test_what_nobody_asked_for_goes(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.keep(entry(content=sha256(b"old")), b"old")
    for path in tmp_path.iterdir():
        os.utime(path, (0, NOW.timestamp() - 61 * 86_400))
    cache.keep(entry(url="https://x.example/new.jpg"))

    cache.prune(NOW)

    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "x.jpg", b"picture")

    assert [path.name for path in tmp_path.iterdir()] == ["x.jpg"]
