"""The pictures made for mails: whether readers find them. Asks where they are published."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from digest.config.document import shown_path
from digest.rendering.images.fetch import Limits, Network, NotFetched, fetch
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning
from digest.runs.doctor.network import READ_SECONDS, without_network

_CHECK: Final = "images.published"
_ENDINGS: Final = (".jpg", ".png")
#: What may be reached; tests have a network of their own.
NETWORK: Final = Network()


def _published(case: Case) -> Iterator[Finding]:
    own = case.config.images
    newest = _newest(Path(own.folder))
    if newest is None:
        yield not_checked(_CHECK, f"{shown_path(own.folder)} holds no picture yet")
        return
    name, content = newest
    url = f"{own.url.rstrip('/')}/{name}"
    if missing := without_network(url, case.name_servers):
        yield not_checked(_CHECK, missing)
        return
    limits = Limits(max_bytes=max(len(content) + 1, own.max_bytes), seconds=READ_SECONDS)
    got = fetch(url, limits, NETWORK)
    if isinstance(got, NotFetched):
        what = f"readers do not see {url}: {got.why}"
    elif got.content != content:
        what = f"{url} is another file than the one in {shown_path(own.folder)}"
    else:
        yield ok(_CHECK, f"{url} is the newest of {shown_path(own.folder)}")
        return
    yield warning(
        _CHECK,
        what,
        f"Publish {shown_path(own.folder)} as {own.url} (docs/images.md), or set [images] url "
        "to where it is.",
    )


def _newest(folder: Path) -> tuple[str, bytes] | None:
    """Return name and content of the picture made last; None: there is none."""
    try:
        made = [path for path in folder.iterdir() if path.suffix in _ENDINGS and path.is_file()]
        newest = max(made, key=lambda path: path.stat().st_mtime, default=None)
        return (newest.name, newest.read_bytes()) if newest else None
    except OSError:  # it comes with the first picture
        return None


STEPS: Final[tuple[Step, ...]] = (
    Step(
        checks=(_CHECK,),
        run=_published,
        network=True,
        concerns=lambda config: bool(config.images.folder),
    ),
)
