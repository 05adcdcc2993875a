"""Ctrl-C, SIGTERM and lost terminals while something is being sent."""

import os
import signal

import pytest

from digest.cli.stopping import stopping_cleanly
from digest.errors import UnfinishedError

_NOTE = "\nstopping after what is on its way; Ctrl-C again ends at once and leaves that in doubt\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_is_a_wish(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)

    with stopping_cleanly("weekly/2026-W34") as is_stopped:
        assert not is_stopped()
        os.kill(os.getpid(), number)
        assert is_stopped()

    assert capfd.readouterr().err == _NOTE
    assert signal.getsignal(number) is before


def test_a_second_ctrl_c_ends_at_once_and_says_what_that_costs() -> None:
    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(UnfinishedError) as caught, stopping_cleanly("weekly/2026-W34"):
        end()

    assert str(caught.value) == (
        "weekly/2026-W34: ended at once; what was on its way is in doubt, and is not sent again"
        " without evidence\n"
        "  See what that is: digest show weekly/2026-W34. Go on with the rest: digest resume"
        " weekly/2026-W34"
    )
    assert caught.value.exit_code == 9


def test_other_signals_again_change_nothing() -> None:
    with stopping_cleanly() as is_stopped:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(os.getpid(), number)

        assert is_stopped()


def test_who_ignores_hanging_up_goes_on() -> None:
    """As under `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping_cleanly() as is_stopped:
            os.kill(os.getpid(), signal.SIGHUP)

            assert not is_stopped()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nobody_to_tell_is_no_reason_to_end() -> None:
    """What stands for the terminal refuses every byte."""
    kept = os.dup(2)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, 2)
    try:
        with stopping_cleanly() as is_stopped:
            os.kill(os.getpid(), signal.SIGHUP)

            assert is_stopped()
    finally:
        os.dup2(kept, 2)
        os.close(full)
        os.close(kept)
