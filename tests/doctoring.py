"""What the tests of `digest doctor` share: a case to examine, and what was found in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from command import with_keys
from digest.config.environment import Environment
from digest.config.load import load_config
from digest.runs.doctor.diagnose import examine
from digest.runs.doctor.finding import Case, Finding, Step
from digest.runs.doctor.name_servers import NameServers
from serving import SECRET

#: A Sunday evening: the sample's newest articles are of this day, the week is nearly over.
NOW = datetime(2026, 8, 23, 18, tzinfo=UTC)
#: Nobody listens there.
NOBODY = NameServers(("127.0.0.1",), port=9, seconds=0.1)


def set_keys(site: Path, **settings: str) -> Path:
    """Give keys of the site's config.toml other values, each as TOML; the first of a name."""
    path = site / "config.toml"
    path.write_text(with_keys(path.read_text(), settings))
    return site


def case_of(
    site: Path,
    *,
    now: datetime = NOW,
    name_servers: NameServers = NOBODY,
    secret: str = SECRET,
    **environment: str,
) -> Case:
    """Return what is examined of a site."""
    return Case(
        config=load_config(str(site / "config.toml")),
        environment=Environment(secret=secret, **environment),  # type: ignore[arg-type]  # all text
        now=now,
        name_servers=name_servers,
    )


def examined(steps: Sequence[Step], case: Case) -> dict[str, Finding]:
    """Return check → what was found; the last where there are several."""
    concerned = [step for step in steps if step.concerns(case.config)]
    return {one.check: one for step in concerned for one in examine(step, case)}


def told(steps: Sequence[Step], case: Case) -> dict[str, tuple[str, str]]:
    """Return check → result and what was found, without the site's folder."""
    return {
        check: (one.result.value, one.found.replace(f"{case.config.folder}/", ""))
        for check, one in examined(steps, case).items()
    }
