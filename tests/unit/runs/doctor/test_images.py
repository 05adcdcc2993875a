"""Whether the pictures made for mails are where readers look for them."""

from pathlib import Path

import pytest

from digest.runs.doctor import images
from doctoring import case_of, set_keys, told
from pictures import picture, serving


@pytest.fixture
def made(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a site's pictures, with one in it."""
    folder = site / "mail"
    folder.mkdir()
    (folder / "0123.jpg").write_bytes(picture("JPEG"))
    set_keys(site, images__folder='"mail"', images__url='"https://pictures.example/mail"')
    monkeypatch.setattr(images, "without_network", lambda _url, _servers: "")
    return folder


def test_without_a_folder_nothing_is_asked(site: Path) -> None:
    assert told(images.STEPS, case_of(site)) == {}


def test_an_empty_folder_shows_nothing(made: Path) -> None:
    (made / "0123.jpg").unlink()

    result, why = told(images.STEPS, case_of(made.parent))["images.published"]

    assert (result, why) == ("not checked", "mail holds no picture yet")
    made.rmdir()
    assert told(images.STEPS, case_of(made.parent))["images.published"][0] == "not checked"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((picture("JPEG"), 200), ("ok", "is the newest of mail")),
        ((picture("PNG"), 200), ("warning", "is another file than the one in mail")),
        ((b"", 404), ("warning", "its server answers 404")),
    ],
)
def test_what_readers_see(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[bytes, int],
    found: tuple[str, str],
) -> None:
    content, status = answer
    with serving() as server:
        server.routes["/mail/0123.jpg"] = lambda answers: answers.give(content, status=status)
        set_keys(made.parent, images__url=f'"http://localhost:{server.server_port}/mail"')
        monkeypatch.setattr(images, "NETWORK", server.network())

        seen = told(images.STEPS, case_of(made.parent))["images.published"]

    assert seen[0] == found[0]
    assert found[1] in seen[1]
