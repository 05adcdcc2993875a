"""The folder of articles: there, recognised, alive. Reads the content folder.

Of an archive only the files of the last days are read whole; of the others their dates are seen.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.articles.article import Visibility
from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.articles.settings import Generator
from digest.config.document import shown_path
from digest.runs.choose import recognised
from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong

#: Longer than this nothing new: there will be no issue.
QUIET: Final = timedelta(days=7)
#: Files that are named when they are wrong.
_NAMED: Final = 3


def _content(case: Case) -> Iterator[Finding]:
    config, now = case.config, case.now
    rules, recognition = recognised(config)
    reading = begin_reading(config.content.path, rules, (now - 2 * QUIET, now + timedelta(days=1)))
    yield ok("content.folder", shown_path(config.content.path))
    if recognition is None:
        yield ok("content.generator", f"{rules.generator.value}, as [content] generator says")
    elif recognition.generator is Generator.PLAIN:
        yield ok("content.generator", "none recognised: plain files")
    else:
        yield ok("content.generator", f"{recognition.generator.value}: {recognition.evidence}")
    contents = reading.contents()
    yield _articles(contents, now, rules.zone)
    yield _bad(contents)


def _articles(contents: Contents, now: datetime, zone: ZoneInfo) -> Finding:
    check = "content.articles"
    many = len(contents.articles) + sum(map(len, contents.outside.values()))
    if not many:
        return wrong(
            check, "there is none", "Set [content] path in config.toml to your articles' folder."
        )
    newest = _newest(contents, now, zone)
    found = f"{many:,} article{'s' * (many > 1)}"
    if not newest:
        return warning(
            check,
            f"{found}, none of them public",
            "See why: digest articles --until " + f"{now.astimezone(zone):%Y-%m-%d}",
        )
    age = (now.astimezone(zone).date() - datetime.fromisoformat(newest).date()).days
    if age > QUIET.days:
        return warning(
            check,
            f"{found}; the newest is of {newest}, {age} days ago",
            "Publish something, or set [content] path to where new articles are written.",
        )
    return ok(check, f"{found}, the newest of {newest}")


def _newest(contents: Contents, now: datetime, zone: ZoneInfo) -> str:
    """Return the day of the newest article that readers can see; ""; there is none."""
    today = f"{now.astimezone(zone):%Y-%m-%d}"
    seen = [
        f"{article.published_at.astimezone(zone):%Y-%m-%d}"
        for article in contents.articles
        if article.visibility is Visibility.PUBLIC
        and article.published_at.timestamp() <= now.timestamp()
    ]
    # Only their heads were looked at: whether they are public is not known.
    seen += [day for day in contents.outside if day <= today]
    return max(seen, default="")


def _bad(contents: Contents) -> Finding:
    check, many = "content.bad", len(contents.bad)
    read = len(contents.articles) + many
    if not many:
        return ok(check, f"none among the {read:,} that were read")
    names = ", ".join(os.path.basename(one.path) for one in contents.bad[:_NAMED])
    return warning(
        check,
        f"{many:,} of {read:,} that were read: {names}{', …' if many > _NAMED else ''}",
        "See each with its remedy: digest articles --bad",
    )


STEPS: Final[tuple[Step, ...]] = (
    Step(
        checks=("content.folder", "content.generator", "content.articles", "content.bad"),
        run=_content,
    ),
)
