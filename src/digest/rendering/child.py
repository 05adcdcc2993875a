"""A function run in a process of its own, with limits on memory, time and files.

For what is not ours: templates, which the sandbox keeps from reaching anything, but which may
still loop for ever or grow until the machine stands still; and pictures. Neither signals nor
threads end a loop inside C. The child is a fresh interpreter, not a fork: it inherits no secret
from our memory or environment, no open file, and no half-held lock of another thread. Both sides
speak JSON, because an answer that were pickled would hand whoever did break out the key to the
parent.

Run as `python -m digest.rendering.child`. Starts a process; touches nothing else.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from digest.errors import Problem, RenderingError

#: For everything the interpreter and its libraries map; a mail needs a tenth.
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
WALL_SECONDS = 15

# -I: no PYTHON* variable, no user site, not the working folder. -B: nothing is written.
_COMMAND = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "digest.rendering.child")
#: Bytes of the length before an order: whoever waits for one may see no end of its input.
_HEAD = 8
#: A child that waits for an order, with everything imported.
_waiting: list[subprocess.Popen[bytes]] = []


class LimitError(Exception):
    """The child went over a limit, or died."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        #: What it did, to stand behind a subject: "took longer than 15 seconds and was ended".
        self.phrase = phrase


def run_limited(
    function: Callable[[dict[str, Any]], Mapping[str, Any]],
    argument: Mapping[str, object],
    *,
    memory_bytes: int = MEMORY_BYTES,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> dict[str, Any]:
    """Return `function(argument)`, computed in a child process with limits.

    Args:
        function: At the top level of a module of this package.
        argument: A JSON object.
        memory_bytes: Address space of the child.
        cpu_seconds: Processor time; the kernel ends the child, even inside C.
        wall_seconds: Time on the clock.

    Raises:
        LimitError: The child went over a limit, or died.
        RenderingError: The child raised one.
    """
    order = {
        "module": function.__module__,
        "function": function.__qualname__,
        "argument": argument,
        "memory_bytes": memory_bytes,
        "cpu_seconds": cpu_seconds,
    }
    message = json.dumps(order).encode()
    message = len(message).to_bytes(_HEAD) + message
    if answer := _ask_waiting(message, wall_seconds):
        return _answer(answer)
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter, a constant command
            _COMMAND,
            input=message,
            capture_output=True,
            timeout=wall_seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise LimitError(_late(wall_seconds)) from error
    if done.returncode:
        complaint = done.stderr.decode(errors="replace")
        raise LimitError(_death(done.returncode, complaint, memory_bytes))
    return _answer(done.stdout)


def keep_one_waiting(prepare: Callable[[], object]) -> None:
    """Start a child that has done `prepare`, for the next `run_limited` here or in a fork.

    One that was used is replaced. It ends with this process. It saves what starting an interpreter
    and importing takes, half a second; whatever goes wrong in it is done again by a fresh one.
    """
    for child in _waiting:
        if child.poll() is None:
            return
        child.communicate()  # closes its pipes
    _waiting[:] = [
        subprocess.Popen(  # noqa: S603  as above
            (*_COMMAND, prepare.__module__, prepare.__qualname__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
    ]


def _ask_waiting(message: bytes, wall_seconds: float) -> bytes:
    """Return what the child that waits answers; nothing when there is none, or it has died."""
    if not _waiting:
        return b""
    child = _waiting.pop()
    try:
        return child.communicate(message, wall_seconds)[0]
    except OSError:
        return b""
    except subprocess.TimeoutExpired as error:
        # Of a fork's parent: its own methods would take it for ended.
        os.kill(child.pid, signal.SIGKILL)
        raise LimitError(_late(wall_seconds)) from error


def _late(wall_seconds: float) -> str:
    return f"took longer than {wall_seconds:g} seconds and was ended"


def main() -> None:
    """Read an order from standard input, carry it out within its limits, write the answer."""
    if len(sys.argv) > 1:
        getattr(import_module(sys.argv[1]), sys.argv[2])()
    head = sys.stdin.buffer.read(_HEAD)
    if len(head) < _HEAD:
        return  # nobody needs it any more
    order = json.loads(sys.stdin.buffer.read(int.from_bytes(head)))
    function = getattr(import_module(order["module"]), order["function"])
    # After the imports: what they map is ours, and the function gets what is left.
    _limit(order["memory_bytes"], order["cpu_seconds"])
    try:
        answer = {"value": function(order["argument"])}
    except RenderingError as error:
        answer = {"problems": error.problems}
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)
    sys.stdout.buffer.write(json.dumps(answer).encode())


_OUT_OF_MEMORY = 86  #: Exit code of a child that could not get more memory.


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    import resource  # noqa: PLC0415  POSIX only, and only the child needs it

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write


def _answer(output: bytes) -> dict[str, Any]:
    answer = json.loads(output)
    if "problems" in answer:
        raise RenderingError.of(Problem(*problem) for problem in answer["problems"])
    value: dict[str, Any] = answer["value"]
    return value


def _death(code: int, complaint: str, memory_bytes: int) -> str:
    if code == _OUT_OF_MEMORY or "MemoryError" in complaint:
        return f"needs more than {memory_bytes // 1024 // 1024} MiB of memory"
    if code < 0:
        ended_by = signal.Signals(-code).name
        if -code in {signal.SIGXCPU, signal.SIGKILL}:
            return f"used up its processor time and was ended ({ended_by})"
        return f"died ({ended_by}); most likely it needs too much memory"
    last = complaint.strip().rpartition("\n")[2]
    return f"failed: {last[:300] or f'exit code {code}'}"


if __name__ == "__main__":
    main()
