"""`digest images`, and what preview and send show of it."""

import email
import email.policy
import json
import re
from pathlib import Path

import pytest

from command import digest, make_site
from pictures import WEB_PAGE, picture

WEEK = ("--week", "2026-W33")
MAIL = "https://harbour-courier.example/mail"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The sample site; three of its covers are files, one of them broken."""
    folder = make_site(tmp_path / "site")
    (folder / ".git").mkdir()
    covers = folder / "static" / "img" / "2026" / "08"
    covers.mkdir(parents=True)
    (covers / "mudflat-marathon.jpg").write_bytes(picture("WEBP", 2400, 1600))
    (covers / "night-bus.jpg").write_bytes(picture("JPEG", 600, 400))
    (covers / "quay-bakery.jpg").write_bytes(WEB_PAGE)
    return folder


def with_folder(site: Path, *lines: str) -> None:
    config = (site / "config.toml").read_text()
    set_to = {"folder": "static/mail", "url": MAIL}
    for key, value in set_to.items():
        config = config.replace(f'\n{key} = ""', f'\n{key} = "{value}"', 1)
    for line in lines:
        key = line.partition(" ")[0]
        start = config.index(f"\n{key} = ")
        config = config[: start + 1] + line + config[config.index("\n", start + 1) :]
    (site / "config.toml").write_text(config)


def test_pictures_are_made_and_the_mail_shows_them(site: Path) -> None:
    with_folder(site)

    before = digest(site, "preview", *WEEK)
    made = digest(site, "images", *WEEK)
    again = digest(site, "images", *WEEK, "--json")
    after = digest(site, "preview", *WEEK)

    assert "1 picture is not made for mails yet (sport/mudflat-marathon.md)" in before.out
    assert "run digest images weekly --slot 2026-W34 and publish its folder." in before.out
    assert (made.code, made.err) == (0, "")
    assert "made       1 of 1 picture now" in made.out
    assert f"publish    static/mail as {MAIL}, before the issue leaves:" in made.out
    assert "it is a web page" in made.out
    [file] = (site / "static" / "mail").iterdir()
    first = again.json["pictures"][0]
    assert (first["became"], first["file"]) == ("made before", file.name)
    assert (first["width"], first["height"]) == (1104, 736)
    html = (site / "preview" / "weekly" / "2026-W34" / "issue.html").read_text()
    assert f'src="{MAIL}/{file.name}" width="552"' in html
    assert 'night-bus.jpg" width="207" height="138"' in html
    assert "quay-bakery.jpg" not in html
    assert "not made for mails" not in after.out
    manifest = json.loads((site / "preview" / "weekly" / "2026-W34" / "issue.json").read_text())
    assert any("quay-bakery.jpg is not shown" in warning for warning in manifest["warnings"])


def test_what_is_sent_shows_what_was_made(site: Path) -> None:
    with_folder(site, 'prepare = "always"', 'placeholders = "on"')
    done = digest(
        site, "subscribers", "import", "examples/subscribers.csv", "--status", "active", "--yes",
        "--consent", "Yes.",
    )  # fmt: skip
    assert done.code == 0, done.err

    sent = digest(site, "send", "weekly", *WEEK, "--yes")

    assert sent.code == 0, sent.err
    mail = next((site / "outbox").rglob("*.eml"))
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]  # every mail has one
    shown = set(re.findall(f'src="{MAIL}/([^"]+)"', html))
    assert shown == {file.name for file in (site / "static" / "mail").iterdir()}
    assert {name[-4:] for name in shown} == {".jpg", ".png"}


def test_pictures_of_a_breaking_story(site: Path) -> None:
    with_folder(site)

    done = digest(site, "images", "--breaking", "sport/mudflat-marathon.md", "--json")

    assert done.code == 0, done.err
    assert [found["became"] for found in done.json["pictures"]] == ["made"]


def test_without_a_folder_it_says_what_it_measured(site: Path) -> None:
    done = digest(site, "images", *WEEK)

    assert done.code == 0
    assert "600 x 400" in done.out
    assert "publish    nothing: no [images] folder is set, so no pictures are made" in done.out


def test_a_folder_that_cannot_be_written(site: Path) -> None:
    with_folder(site)
    (site / "static" / "mail").write_text("in the way")

    done = digest(site, "images", *WEEK)

    assert done.code == 1
    assert "Name a folder you may write to: config.toml, [images] folder." in done.err


def test_wrong_calls(site: Path) -> None:
    assert digest(site, "images", "a", "b").code == 2
    assert digest(site, "images", "--breaking", "x.md", *WEEK).code == 2
    assert digest(site, "images", "monthly").code == 5


def test_a_letter_without_pictures(site: Path) -> None:
    config = (site / "config.toml").read_text()
    (site / "config.toml").write_text(config.replace('cards = "left"', 'cards = "none"', 1))

    done = digest(site, "images", *WEEK)

    assert done.out.endswith("no pictures: the stories have none, or this issue shows none\n")
    assert "not shown" not in digest(site, "preview", *WEEK).out


def test_nothing_in_the_issue(site: Path) -> None:
    done = digest(site, "images", "--week", "2020-W10")

    assert (done.code, done.out) == (0, "no article in this issue, so no pictures\n")
    assert digest(site, "images", "--week", "2020-W10", "--json").json["pictures"] == []


def test_pillow_is_not_loaded_by_a_preview(site: Path) -> None:
    with_folder(site)
    done = digest(site, "preview", *WEEK, env={"PYTHONPROFILEIMPORTTIME": "1"})

    assert done.code == 0
    assert "digest.rendering.images.measure" in done.err
    assert "PIL" not in done.err
    assert "http.client" not in done.err
