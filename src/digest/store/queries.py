"""Named SQL statements out of the files in `sql/`. Reads the package's own files.

The files have the form of aiosql (`-- name: do_this`, then one statement), so that its
adapters can serve other databases; its import alone costs four starts of an interpreter, more
than `digest show` may take (docs/decisions/0002).
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Final

_FOLDER: Final = os.path.join(os.path.dirname(__file__), "sql")
_MARK: Final = "-- name: "


@cache
def read_queries(name: str) -> Mapping[str, str]:
    """Return name → statement of the file `sql/NAME.sql`."""
    found: dict[str, str] = {}
    for block in read_sql(f"{name}.sql").split(_MARK)[1:]:
        title, _, statement = block.partition("\n")
        found[title.strip()] = statement.strip().removesuffix(";")
    return found


def read_sql(file: str) -> str:
    """Return the text of one file in `sql/`."""
    with open(os.path.join(_FOLDER, file), encoding="utf-8") as opened:
        return opened.read()
