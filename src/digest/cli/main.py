"""The `digest` command: finds the command, and ends every mistake with its message.

Nothing of a command is imported before it is called, so that `digest --help` costs little more
than an interpreter.
"""

import errno
import gc
import io
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Final, NoReturn

import click

from digest import __version__
from digest.errors import DigestError

_EXIT_CODES = """\b
Exit codes:
  0  done
  1  something else that you can put right; the message says how
  2  the command was called in a wrong way
  3  config.toml or an issue file is wrong
  4  some articles are wrong, and --strict was given
  5  no such newsletter, slot, article or folder, or nothing to make an issue of
  6  a template is wrong, the mail does not fit, or digest check found errors
  7  the store is locked, full, damaged or of another version
  8  the issue is held, or status found something: a person must decide
  9  sending stopped before the end; the same command goes on
 10  something is missing without which no mail may leave
"""

#: Command → its module in this package, and what `digest --help` says of it.
_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "init": ("setup", "Write a config.toml that fits what a folder looks like."),
    "preview": ("content", "Show the issue that would go out."),
    "check": ("check", "Check a mail before it is sent: an issue, or a file."),
    "images": ("images", "Make the pictures of an issue fit for mails, to be published."),
    "why": ("content", "Say why an article is in the issue, or why not."),
    "articles": ("content", "List the articles of the folder, newest first."),
    "schedule": ("schedule", "Send every issue at its time, until it is stopped."),
    "approve": ("approval", "Let a frozen issue go out at its time."),
    "hold": ("approval", "Let an issue wait for a person."),
    "edit": ("approval", "Write down what an editor decides for one issue, and make it anew."),
    "pause": ("approval", "Let a newsletter rest."),
    "unpause": ("approval", "Let a newsletter come again."),
    "send": ("send", "Send the issue of the last slot, once."),
    "breaking": ("send", "Send one story now."),
    "status": ("status", "Show what comes next, what was last, and what needs you."),
    "plan": ("plan", "Show the next slots, and how many articles each would have today."),
    "backtest": ("plan", "Show what the last issues would have been under today's rules."),
    "issues": ("ledger", "List the issues of the ledger, newest first."),
    "show": ("ledger", "Show where an issue stands: states, counts, reasons, attempts."),
    "resume": ("send", "Send what is left of an interrupted or held issue."),
    "resolve": ("feedback", "Look for proof of what became of batches without a clear answer."),
    "cancel": ("ledger", "Let nothing more of an issue leave."),
    "who": ("ledger", "Say what one reader got, when, and what came of it."),
    "serve": ("serve", "Answer readers who unsubscribe, until it is stopped."),
    "subscribers": ("subscribers", "Readers: import, add, list, let go, forget."),
    "events": ("feedback", "What SendGrid tells about single mails: import."),
    "suppressions": ("feedback", "Addresses that are never mailed again: sync, list, add."),
    "doctor": ("doctor", "Say whether everything is there that sending needs."),
    "store": ("store", "Look after the file of subscribers and sends: check, backup, upgrade."),
    "completion": ("setup", "Print what makes a shell complete these commands."),
}


class _Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        found = getattr(import_module(f"digest.cli.{module}"), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)  # noqa: S101  a slip in the table above
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in _COMMANDS.items()])


@click.command(
    cls=_Commands, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="digest")
def digest() -> None:
    """Make this week's e-mail digest out of a folder of articles, and send it."""


def main() -> NoReturn:
    """Run the command; a user's mistake ends with its message and exit code."""
    # A command lives for a second and leaves few cycles; looking for them costs a tenth of it.
    # One that stays must switch it on again.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no letter for something shows "?": titles are in every language.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        digest.main(prog_name="digest", standalone_mode=False)
    except DigestError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted; nothing is half-written")
        sys.exit(130)
    except BrokenPipeError:  # `digest articles | head`
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        if error.errno != errno.EIO or error.filename is not None:
            raise
        # The terminal is gone (ssh was dropped), and nobody can be told; nor at the exit, where
        # Python flushes what was not written.
        os.dup2(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), sys.stdout.fileno())
        sys.exit(129)
    sys.exit(0)


def _say(message: str) -> None:
    from digest.cli.terminal import printable

    with suppress(OSError):  # nobody listens: the exit code still says it
        print(printable(message), file=sys.stderr)
