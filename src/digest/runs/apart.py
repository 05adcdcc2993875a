"""A function run in a process of its own, so that what it imports and needs is given back.

Building an issue takes fifty megabytes of templates, parsers and style sheets; the process that
then sends for an hour must not keep them. The child is a fork of this process: what it answers
comes back as JSON. Starts a process.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from digest import errors
from digest.errors import DigestError, Problem


def run_apart(function: Callable[[], Mapping[str, object]]) -> dict[str, Any]:
    """Return `function()`, a JSON object, computed in a child process.

    Call it before any store or connection is open: they must not be shared with a child.

    Raises:
        DigestError: the function raised one; of the same kind here.
        RuntimeError: the child died.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        _answer(writable, function)
    os.close(writable)
    try:
        with os.fdopen(readable, "rb") as pipe:
            answer = pipe.read()
    finally:
        _, status = os.waitpid(child, 0)
    if not answer:
        msg = f"the process that builds the issue died (status {status})"
        raise RuntimeError(msg)
    values: dict[str, Any] = json.loads(answer)
    if "problems" in values:
        kind = getattr(errors, values["kind"])
        raise kind.of(Problem(*problem) for problem in values["problems"])
    if "interrupted" in values:
        raise KeyboardInterrupt
    return values


def _answer(pipe: int, function: Callable[[], Mapping[str, object]]) -> None:
    """Write what the function returns or raises, and end the process whatever happens."""
    code = 1
    try:
        with os.fdopen(pipe, "wb") as writable:
            writable.write(json.dumps(_outcome(function)).encode())
        code = 0
    except BaseException:  # noqa: BLE001  a bug of ours: its traceback is for us
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        # Without the parent's exit handlers and buffers.
        os._exit(code)


def _outcome(function: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
    try:
        return function()
    except DigestError as error:
        return {"kind": type(error).__name__, "problems": error.problems}
    except KeyboardInterrupt:
        return {"interrupted": True}
