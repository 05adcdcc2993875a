"""Secrets that would be known again: after sending among faults they stand nowhere."""

import base64
from pathlib import Path

import pytest

from command import Done, digest, make_site
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send

KEY = "SG.canary0123456789.never-to-be-seen-anywhere"
_RAW = b"a secret of readers' links, thirty-"
SECRET = f"k9:{base64.b64encode(_RAW).decode()}"
#: In every spelling in which they could get out.
CANARIES = (
    KEY.encode(),
    b"never-to-be-seen",
    base64.b64encode(KEY.encode()),
    SECRET.encode(),
    SECRET.partition(":")[2].encode(),
    _RAW,
    repr(_RAW)[2:-1].encode(),
    _RAW.hex().encode(),
)


def seen(site: Path, *commands: Done) -> list[str]:
    """Return where a secret stands: files of the site, and what commands said."""
    places = {str(path): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    for number, done in enumerate(commands):
        places |= {f"stdout {number}": done.out.encode(), f"stderr {number}": done.err.encode()}
    assert any(name.endswith("digest.db") for name in places)
    return [name for name, text in places.items() if any(canary in text for canary in CANARIES)]


@pytest.mark.slow
def test_the_key_and_the_secret_stand_in_no_file_and_no_output(tmp_path: Path) -> None:
    site = make_sending(make_site(tmp_path / "site"), 30, batch="3")
    env, week, issue = {"DIGEST_SECRET": SECRET}, ("--week", "2026-W33"), "weekly/2026-W34"
    with FakeSendGrid(key=KEY) as fake:
        # A key that cannot stand in a header, and one the other side does not take.
        said = [
            send(site, fake, *week, env=env | {"SENDGRID_API_KEY": key})
            for key in (f"{KEY} \t", f"{KEY}-wrong")
        ]
        kinds = ("F5", "F1", "F8", "F2b", "F3a", "F16", "F10", "F13")
        for number, kind in enumerate(kinds, fake.mail_sends + 1):
            fake.fault(kind, at=[number])
        said += [send(site, fake, *week, env=env), send(site, fake, *week, env=env)]
        said += [digest(site, "resume", issue, env=keys(fake, **env))]
        said += [digest(site, "show", issue, "--json", env=keys(fake, **env))]

        assert [done.code for done in said] == [10, 9, 8, 8, 8, 0], said
        assert fake.mail_sends > 8
        assert fake.redirected == []
    assert seen(site, *said) == []


def test_a_canary_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "digest.db").write_bytes(b"\0" + KEY.encode())

    assert seen(tmp_path, Done(0, "", f"wrong key {KEY}")) == [
        str(tmp_path / "digest.db"),
        "stderr 0",
    ]
