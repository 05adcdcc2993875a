"""A function in a process of its own: what it answers, and how it can end."""

import errno
import os
import resource
import signal
import threading

import pytest

from digest.errors import DigestError, NotFoundError
from digest.runs.apart import run_apart


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that other tests have left behind would keep it from forking."""
    monkeypatch.setattr("threading.active_count", lambda: 1)


def ended_by(number: signal.Signals) -> dict[str, object]:
    os.kill(os.getpid(), number)
    return {}


def test_its_answer_comes_back() -> None:
    assert run_apart(lambda: {"pid": os.getpid()})["pid"] != os.getpid()


def test_beside_threads_it_is_computed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert run_apart(lambda: {"pid": os.getpid(), "pair": (1, 2)}) == {
            "pid": os.getpid(),
            "pair": [1, 2],
        }
    finally:
        done.set()
        thread.join()


def test_what_it_raises_for_a_user_is_raised_here() -> None:
    def fail() -> dict[str, object]:
        raise NotFoundError("there is none", where="here", remedy="Look elsewhere.")

    with pytest.raises(NotFoundError, match="there is none"):
        run_apart(fail)


def test_interrupting_it_interrupts_us() -> None:
    def fail() -> dict[str, object]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_apart(fail)


def test_killed_for_its_memory_it_says_what_to_do() -> None:
    """As the kernel does when memory runs out."""
    with pytest.raises(DigestError) as caught:
        run_apart(lambda: ended_by(signal.SIGKILL))

    assert str(caught.value) == (
        "building the issue: the process that builds it was ended (SIGKILL), probably out of"
        " memory\n"
        "  Close other programs, or give this computer or container more memory. Nothing was"
        " sent; run the same command again."
    )


def test_ended_by_another_signal_it_is_not_said_to_lack_memory() -> None:
    with pytest.raises(DigestError) as caught:
        run_apart(lambda: ended_by(signal.SIGTERM))

    assert str(caught.value) == (
        "building the issue: the process that builds it was ended (SIGTERM)\n"
        "  Nothing was sent; run the same command again."
    )


def test_a_limit_on_memory_says_the_same() -> None:
    """As `ulimit -v` does: Python itself finds that there is none."""

    def fill() -> dict[str, object]:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY))
        return {"size": len(bytearray(1 << 32))}

    with pytest.raises(DigestError, match="was ended, probably out of memory"):
        run_apart(fill)


def test_no_process_to_be_had_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", refuse)

    with pytest.raises(DigestError, match="no process can be started"):
        run_apart(dict)


def test_a_bug_is_a_bug(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> dict[str, object]:
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="died"):
        run_apart(fail)

    assert "ZeroDivisionError" in capfd.readouterr().err
