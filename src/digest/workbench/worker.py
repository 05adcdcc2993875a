"""The process that builds: reads orders from standard input, answers on standard output.

It imports once what building needs, and carries each order out in a fork of itself, so that an
order costs no start and its memory comes back; what all mails need is done between orders. Both
sides speak JSON, each message after its length: what an article says cannot become code on the
other side.
Run as `python -m digest.workbench.worker`.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from digest.errors import DigestError
from digest.rendering.child import keep_one_waiting
from digest.rendering.locales import know_all_languages
from digest.rendering.parts import get_ready
from digest.runs.apart import run_apart
from digest.runs.preview import import_rendering
from digest.workbench.orders import carry_out

#: Bytes of the length before each message.
HEAD: Final = 8
_BUG: Final = "Please report it, with what stands in the terminal."


def main() -> None:
    """Carry out orders until standard input ends."""
    import_rendering()
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    orders = sys.stdin.buffer
    while (order := _read(orders)) is not None:
        _write(answers, _answer(order))
        _get_ready(order)


def _get_ready(order: Mapping[str, Any]) -> None:
    """Do ahead what the next order needs, while a person looks at the answer."""
    get_ready()
    know_all_languages()
    # Templates that may be somebody's own are rendered in a process with limits.
    if Path(order["config"]).with_name("templates").is_dir():
        keep_one_waiting(get_ready)


def _answer(order: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return run_apart(lambda: carry_out(order))
    except DigestError as error:
        return {"problems": [problem._asdict() for problem in error.problems]}
    except Exception as error:  # noqa: BLE001  the page goes on, and shows that there is a bug
        traceback.print_exc()
        what = f"{type(error).__name__}: {error}"[:500]
        return {"problems": [{"where": "building the issue", "what": what, "remedy": _BUG}]}


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(HEAD)
    if len(head) < HEAD:
        return None
    order: dict[str, Any] = json.loads(stream.read(int.from_bytes(head)))
    return order


def _write(stream: BinaryIO, answer: Mapping[str, Any]) -> None:
    message = json.dumps(answer).encode()
    stream.write(len(message).to_bytes(HEAD) + message)
    stream.flush()


if __name__ == "__main__":
    main()
