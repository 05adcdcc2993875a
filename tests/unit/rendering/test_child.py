"""A function in a process of its own, with limits."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from digest.errors import RenderingError
from digest.rendering import child
from digest.rendering.child import LimitError, keep_one_waiting, run_limited
from digest.rendering.parts import get_ready, make_parts_apart, make_parts_in_child
from digest.runs.apart import run_apart

WEEKLY = {"weekly.txt.j2": "text"}


def order(
    tmp_path: object, source: str, view: dict[str, object] | None = None
) -> dict[str, object]:
    folder = os.fspath(tmp_path)  # type: ignore[call-overload]  # pytest's own Path
    for name, text in {**WEEKLY, "weekly.html.j2": source}.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as stream:  # noqa: PTH123  short
            stream.write(text)
    return {"folders": [folder], "name": "weekly", "view": view or {}}


def test_a_sound_template_gives_what_it_gives_here(tmp_path: object) -> None:
    source = "<html><body><p>{{ title }}</p></body></html>"
    argument = order(tmp_path, source, {"title": "Ü & 日"})

    assert make_parts_apart(argument) == make_parts_in_child(argument)


def test_a_mistake_in_a_template_is_said_as_it_is_here(tmp_path: object) -> None:
    argument = order(tmp_path, "<p>\n{{ titel }}</p>", {"title": "x"})

    with pytest.raises(RenderingError) as there:
        make_parts_apart(argument)
    with pytest.raises(RenderingError) as here:
        make_parts_in_child(argument)

    assert there.value.problems == here.value.problems


ENDLESS = "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}"
DOUBLING = "{% set a = 'x' ~ 'x' %}" + "{% set a = a ~ a ~ a ~ a %}" * 20 + "{{ a }}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (f"{ENDLESS}{ENDLESS}{'{% endfor %}' * 6}", "used up its processor time"),
        (f"{ENDLESS}x{{% endfor %}}{{% endfor %}}{{% endfor %}}", "memory|processor time"),
        (DOUBLING, "memory"),
        ("{{ 'x' * 10**10 }}", "a repeated text is longer"),
        ("{{ ['x' * 10000] * 10000 }}", "characters; 16,000,000 are the most we style"),
        ("{{ 9**9**9 }}", "the power is too large"),
        ("{{ '%10000000000d' % 7 }}", "fills in texts"),
        ("{{ 'x'.replace('', 'y' * 10000).replace('y', 'z' * 10000) }}", "are the most we style"),
        ("{{ range(1000)|map('string')|join('x' * 10000)|replace('x', 'y' * 9999) }}", "memory"),
    ],
)
def test_what_never_ends_or_never_stops_growing_is_ended(
    source: str, message: str, tmp_path: object
) -> None:
    began = time.monotonic()

    # One second is enough to see that a loop is ended; what is refused for another reason may
    # need more on a slow machine.
    seconds = 1 if "processor time" in message else 8
    with pytest.raises(RenderingError, match=message) as error:
        make_parts_apart(order(tmp_path, source), cpu_seconds=seconds)

    assert time.monotonic() - began < 15
    assert error.value.problems[0].remedy


def test_the_clock_ends_it_too(tmp_path: object) -> None:
    source = f"{ENDLESS}{ENDLESS}{'{% endfor %}' * 6}"

    with pytest.raises(RenderingError, match="took longer than 1 seconds and was ended") as error:
        make_parts_apart(order(tmp_path, source), wall_seconds=1)

    assert "move the folder away to use the packaged templates" in error.value.problems[0].remedy


def report(argument: dict[str, object]) -> dict[str, str]:
    """Answer what the child sees; run inside it."""
    import resource  # noqa: PLC0415  the child's own

    limits = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
    return {
        "environment": " ".join(sorted(os.environ)),
        "open": " ".join(sorted(os.listdir("/proc/self/fd"))),  # noqa: PTH208  short
        "limits": " ".join(str(resource.getrlimit(limit)[0]) for limit in limits),
    }


def die(argument: dict[str, object]) -> dict[str, str]:
    """End the child as asked; run inside it."""
    if number := argument.get("signal"):
        os.kill(os.getpid(), int(str(number)))
    sys.exit(str(argument.get("complaint", "")))


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the child find the functions of this file."""
    here = os.path.dirname(__file__)  # noqa: PTH120  short
    path = f"import sys; sys.path.insert(0, {here!r})"
    start = f"{path}; from digest.rendering.child import main; main()"
    real = subprocess.run

    def run(command: list[str], **options: object) -> object:
        return real([*command[:-2], "-c", start], **options)  # type: ignore[call-overload]  # passed on

    monkeypatch.setattr("digest.rendering.child.subprocess.run", run)
    for function in (report, die):
        monkeypatch.setattr(function, "__module__", "test_child")


@pytest.mark.usefixtures("importable")
def test_the_child_inherits_no_secret_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.canary")
    inherited, kept = os.pipe()

    seen = run_limited(report, {}, memory_bytes=2**29, cpu_seconds=7)

    os.close(inherited)
    os.close(kept)
    assert "SENDGRID_API_KEY" not in seen["environment"]
    assert len(seen["open"].split()) <= 4  # in, out, err and the folder just listed
    assert seen["limits"] == f"{2**29} 7 0 0"


@pytest.mark.usefixtures("importable")
@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"signal": signal.SIGXCPU}, "used up its processor time and was ended (SIGXCPU)"),
        ({"signal": signal.SIGKILL}, "used up its processor time and was ended (SIGKILL)"),
        ({"signal": signal.SIGSEGV}, "died (SIGSEGV); most likely"),
        ({"complaint": "x\nOddError: y"}, "failed: OddError: y"),
        ({"complaint": "MemoryError"}, "needs more than 512 MiB of memory"),
    ],
)
def test_every_death_of_the_child_is_explained(argument: dict[str, object], message: str) -> None:
    with pytest.raises(LimitError) as error:
        run_limited(die, argument)

    assert message in error.value.phrase


@pytest.fixture
def waiting() -> Iterator[subprocess.Popen[bytes]]:
    """Give a child that waits for an order."""
    keep_one_waiting(get_ready)
    process = child._waiting[0]
    yield process
    for one in {process, *child._waiting}:
        one.kill()
        one.communicate()
    child._waiting.clear()


def test_one_that_waits_gives_the_same_answer_and_is_replaced(
    tmp_path: object, waiting: subprocess.Popen[bytes]
) -> None:
    argument = order(tmp_path, "<html><body><p>{{ title }}</p></body></html>", {"title": "Ü"})

    assert make_parts_apart(argument) == make_parts_in_child(argument)
    assert waiting.poll() == 0
    keep_one_waiting(get_ready)
    keep_one_waiting(get_ready)
    assert len(child._waiting) == 1
    assert make_parts_apart(argument) == make_parts_in_child(argument)


def test_one_that_waits_serves_a_fork(
    tmp_path: object, waiting: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    argument = order(tmp_path, "<html><body><p>{{ title }}</p></body></html>", {"title": "Ü"})
    monkeypatch.setattr("digest.rendering.child.subprocess.run", None)  # no other is started

    assert run_apart(lambda: make_parts_apart(argument)) == make_parts_in_child(argument)
    assert waiting.wait(10) == 0


def test_what_is_wrong_in_one_that_waits_is_said_by_another(
    tmp_path: object, waiting: subprocess.Popen[bytes]
) -> None:
    argument = order(tmp_path, f"{ENDLESS}{ENDLESS}{'{% endfor %}' * 6}")

    with pytest.raises(RenderingError, match="used up its processor time"):
        run_apart(lambda: make_parts_apart(argument, cpu_seconds=1))
    assert waiting.wait(10) != 0


def test_one_that_was_killed_while_it_waited_is_not_missed(
    tmp_path: object, waiting: subprocess.Popen[bytes]
) -> None:
    argument = order(tmp_path, "<html><body><p>{{ title }}</p></body></html>", {"title": "Ü"})
    os.kill(waiting.pid, signal.SIGKILL)

    assert make_parts_apart(argument) == make_parts_in_child(argument)


def test_the_clock_ends_one_that_waits_even_from_a_fork(
    tmp_path: object, waiting: subprocess.Popen[bytes]
) -> None:
    argument = order(tmp_path, f"{ENDLESS}{ENDLESS}{'{% endfor %}' * 6}")

    with pytest.raises(RenderingError, match="took longer than 3 seconds and was ended"):
        run_apart(lambda: make_parts_apart(argument, wall_seconds=3))
    assert waiting.wait(10) == -signal.SIGKILL


def test_a_template_that_was_changed_is_compiled_anew(tmp_path: object) -> None:
    first = make_parts_in_child(order(tmp_path, "<html><body><p>one</p></body></html>"))
    other = make_parts_in_child(order(tmp_path, "<html><body><p>two</p></body></html>"))

    assert "one" in first["html"]
    assert "two" in other["html"]
