"""A function run in a process of its own, so that what it imports and needs is given back.

Building an issue takes fifty megabytes of templates, parsers and style sheets; the process that
then sends for an hour must not keep them. The child is a fork of this process: what it answers
comes back as JSON. Starts a process.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from digest import errors
from digest.errors import DigestError, Problem

_WHERE: Final = "building the issue"
_AGAIN: Final = "Nothing was sent; run the same command again."
_MORE: Final = f"Close other programs, or give this computer or container more memory. {_AGAIN}"


def run_apart(function: Callable[[], Mapping[str, object]]) -> dict[str, Any]:
    """Return `function()`, a JSON object, computed in a child process.

    Call it before any store or connection is open: they must not be shared with a child. Where
    threads run it is computed here: a fork has one thread, and the locks of all (fork(2)). So it
    is inside somebody else's program; our commands start their threads later.

    Raises:
        DigestError: the function raised one; of the same kind here. Or something ended the child,
            or it could not be started.
        RuntimeError: it ended because of a bug of ours, which it has printed.
    """
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return dict(json.loads(json.dumps(function())))
    sys.stdout.flush()
    sys.stderr.flush()
    readable, writable = os.pipe()
    try:
        child = os.fork()
    except OSError as error:
        raise DigestError(
            f"no process can be started ({error.strerror})", where=_WHERE, remedy=_MORE
        ) from error
    if child == 0:
        os.close(readable)
        _answer(writable, function)
    os.close(writable)
    try:
        with os.fdopen(readable, "rb") as pipe:
            answer = pipe.read()
    finally:
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise _ended_by(os.WTERMSIG(status))
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
    except MemoryError:
        return {"kind": DigestError.__name__, "problems": _no_memory("").problems}


def _ended_by(number: int) -> DigestError:
    """Return what to say when a signal ended the child; the kernel ends who takes all memory."""
    name = signal.Signals(number).name
    if number == signal.SIGKILL:
        return _no_memory(f" ({name})")
    return DigestError(
        f"the process that builds it was ended ({name})", where=_WHERE, remedy=_AGAIN
    )


def _no_memory(signal_name: str) -> DigestError:
    return DigestError(
        f"the process that builds it was ended{signal_name}, probably out of memory",
        where=_WHERE,
        remedy=_MORE,
    )
