"""A site that sends to the fake SendGrid, as a publisher's computer would."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from command import Done, article, digest, with_keys
from fake_sendgrid import FakeSendGrid
from serving import SECRET, make_store

PARAGRAPH = "The harbour office counted every boat twice, and both counts were written down. " * 6


def make_sending(site: Path, count: int = 30, /, **settings: str) -> Path:
    """Let the sample site send through SendGrid; readers leave by mail unless told otherwise."""
    text = (site / "config.toml").read_text()
    own = {
        "courier": '"sendgrid"',
        "unsubscribe": '"mailto"',
        "mailto": '"leave@harbour-courier.example"',
        "min_articles": "1",
        # Tests send week after week within seconds.
        "min_gap": '"0 minutes"',
    }
    (site / "config.toml").write_text(with_keys(text, own | settings))
    make_store(site / "digest.db", count)
    return site


def write_story(site: Path, name: str, day: str, **fields: str) -> Path:
    """Write an article of that day that ranks above the sample's."""
    title = fields.pop("title", f"The tale of {name.replace('-', ' ')}")
    body = fields.pop("body", f"{name} only. " + PARAGRAPH)
    front = {"title": title, "date": day, "category": "news"} | fields
    lines = "".join(f"{key}: {value!r}\n" for key, value in front.items())
    return article(site, f"news/{name}.md", f"---\n{lines}---\n\n{body}\n")


def keys(fake: FakeSendGrid, **more: str) -> dict[str, str]:
    """Return the environment of a command that sends to the fake."""
    return {
        "SENDGRID_API_KEY": fake.settings.key,
        "DIGEST_SENDGRID_URL": fake.url,
        "DIGEST_SECRET": SECRET,
    } | more


def send(
    site: Path, fake: FakeSendGrid, *words: str, env: Mapping[str, str] | None = None
) -> Done:
    """Run `digest send weekly --yes WORDS` against the fake."""
    return digest(site, "send", "weekly", "--yes", *words, env=keys(fake) | dict(env or {}))


def shown(site: Path, name: str) -> Any:
    """Return `digest show NAME` as JSON values."""
    done = digest(site, "show", name, "--json")
    assert done.code == 0, done.err
    return done.json
