"""A picture made fit for mails in a process of its own, with limits. Starts that process.

Decoders are the oldest way into a program. What one of them does with a hostile file happens where
neither keys nor addresses are, where nothing can be written, and ends after seconds.
"""

from base64 import b64decode, b64encode
from typing import Any, Final

from digest.rendering.child import LimitError, run_limited
from digest.rendering.images.measure import Kind
from digest.rendering.images.pillow import Made, make
from digest.rendering.images.shape import Size

#: The largest picture that is opened, three times: as it is, on paper, and made small.
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_CPU_SECONDS: Final = 10
_WALL_SECONDS: Final = 30


def make_apart(content: bytes, kind: Kind, most_width: int) -> Made | str:
    """Return what `make` returns for these, or why it was ended. Never raises."""
    order = {"content": b64encode(content).decode(), "kind": kind.value, "most_width": most_width}
    try:
        answer = run_limited(
            make_in_child,
            order,
            memory_bytes=_MEMORY_BYTES,
            cpu_seconds=_CPU_SECONDS,
            wall_seconds=_WALL_SECONDS,
        )
    except LimitError as error:
        return f"making it {error.phrase}"
    if why := answer.get("why"):
        return str(why)
    size = Size(answer["width"], answer["height"])
    return Made(b64decode(answer["content"]), answer["ending"], size)


def make_in_child(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order of `make_apart`."""
    made = make(b64decode(order["content"]), Kind(order["kind"]), order["most_width"])
    if isinstance(made, str):
        return {"why": made}
    width, height = made.size
    content = b64encode(made.content).decode()
    return {"content": content, "ending": made.ending, "width": width, "height": height}
