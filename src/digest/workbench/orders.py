"""What the worker is told to do: build the issue asked for, or save an edit."""

from collections.abc import Mapping
from typing import Any

from digest.runs.choose import Ask
from digest.runs.clock import read_now
from digest.workbench.editing import save_edit
from digest.workbench.issue import build_issue


def carry_out(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer to an order, as JSON values.

    Raises:
        DigestError: it cannot be carried out; the message is for the page.
    """
    now = read_now()
    if order["do"] == "edit":
        return save_edit(order["config"], order["edit"], now)
    return build_issue(order["config"], ask_of(order["ask"]), now)


def ask_of(values: Mapping[str, Any]) -> Ask:
    """Return which issue is asked for, after its way through JSON."""
    return Ask(**{**values, "categories": tuple(values.get("categories", ()))})
