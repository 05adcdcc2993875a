"""A publisher's newsletters, for other programs: what the commands do, as values and exceptions.

Nothing is printed, no signal is caught and no process ended. Everything blocks until it is done;
docs/api.md says what that means for servers and threads. Touches what the commands touch.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.api.looking import look_at_issue
from digest.api.values import Done, LastIssue, NextIssue, Preview, Sent, Standing
from digest.config.environment import Environment, read_environment
from digest.config.load import load_config
from digest.config.settings import Config
from digest.runs.choose import Ask
from digest.runs.clock import read_now

if TYPE_CHECKING:
    from digest.delivery.realm import Realm


def open_publication(
    config_path: str | os.PathLike[str] = "config.toml",
    *,
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], datetime] = read_now,
) -> "Publication":
    """Return the publication that a config.toml describes.

    The file is read and checked once; open it again after a change.

    Args:
        config_path: the file. Relative paths in it begin at its folder.
        environment: keys by the names of their variables (`SENDGRID_API_KEY`, `DIGEST_SECRET`,
            …); None: the environment of this process.
        clock: returns the present moment, aware; for tests. Records of attempts carry the time
            of the machine all the same.

    Raises:
        NotFoundError: there is no such file.
        ConfigError: the file is wrong; all mistakes at once.
    """
    return Publication(load_config(os.fspath(config_path)), read_environment(environment), clock)


class Publication:
    """Newsletters, their articles and their store; made by `open_publication`.

    It holds nothing open between two calls. A call blocks; two at the same time, here or in other
    processes, cannot send anything twice.
    """

    def __init__(
        self, config: Config, environment: Environment, clock: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._environment = environment
        self._clock = clock

    @property
    def newsletters(self) -> tuple[str, ...]:
        """Names of the newsletters, in the order of the file."""
        return tuple(self._config.newsletters)

    def preview(
        self,
        newsletter: str = "",
        slot: str = "",
        *,
        week: str = "",
        as_of: str = "",
        folder: str | os.PathLike[str] | None = None,
    ) -> Preview:
        """Return an issue as it would go out; nothing is remembered of it.

        Args:
            newsletter: its name; empty: the first.
            slot: `2026-W34`; empty: the next one.
            week: the content of `2026-W33`, instead of a slot.
            as_of: look from this day or moment, `2026-08-16`, not from now.
            folder: where to write issue.html, .txt, .eml and .json; None: nowhere.

        Raises:
            NotFoundError: no such newsletter or slot, or no article for it.
            RenderingError: a template is wrong, or the mail does not fit its size.
            DigestError: see the message.
        """
        ask = _ask(newsletter, slot, week, as_of)
        made, parts = look_at_issue(self._config, ask, self._clock())
        if folder is None:
            return made
        from digest.runs.preview import write_files

        return replace(made, files=write_files(os.fspath(folder), parts))

    def send(  # noqa: PLR0913  what a caller may want besides, by name
        self,
        newsletter: str = "",
        slot: str = "",
        *,
        week: str = "",
        courier: str = "",
        dry_run: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
        progress: Callable[[int], object] = lambda _readers: None,
    ) -> Sent:
        """Send the issue of a slot, once: what `digest send --yes` does.

        Call it again: an interrupted issue goes on where it stopped, a sent one stays as it is.

        Args:
            newsletter: its name; empty: the first.
            slot: `2026-W34`; empty: the last one that has come.
            week: the issue with the content of `2026-W33`, instead of a slot.
            courier: `sendgrid`, `smtp` or `outbox`; empty: as config.toml says.
            dry_run: say what would be sent and to how many; nothing is written, nothing leaves.
            is_stopped: asked before each batch; what is on its way then is waited for.
            progress: told of how many readers the outcome is known, a batch at a time. It may be
                called from another thread, and must be quick.

        Raises:
            NotFoundError: no such newsletter or slot, or its time has not come.
            NotReadyError: something is missing without which no mail may leave.
            HeldError: it waits for a person, before or after some of it has left.
            UnfinishedError: it stopped before the end, or was stopped; the same call goes on.
            StoreError: the store is locked, full, damaged or of another version.
            DigestError: see the message.
        """
        from digest.delivery.realm import Realm
        from digest.delivery.states import IssueState
        from digest.runs.ending import ending
        from digest.runs.look import look_at
        from digest.runs.send import plan_send
        from digest.runs.send import send as run

        now = self._clock()
        ask = _ask(newsletter, slot, week)
        planned = plan_send(self._config, self._environment, ask, now, courier=courier)
        outlook = look_at(self._config, self._environment, planned, now)
        sent = Sent(
            issue=planned.name,
            subject=outlook.subject,
            state="planned",
            courier=planned.courier.value,
            is_rehearsal=planned.realm is not Realm.REAL,
            recipients=outlook.readers,
            accepted=0,
            warnings=outlook.warnings,
        )
        if planned.issue is not None and planned.issue.state is IssueState.SENT:
            return self._counted(replace(sent, is_old=True, state="sent"), planned.realm)
        if dry_run:
            return sent
        driven = run(
            self._config,
            self._environment,
            planned,
            now,
            is_stopped=is_stopped,
            tick=lambda _outcome, readers: progress(readers),
        )
        if error := ending(driven, planned.name):
            raise error
        is_sent = driven.issue.state is IssueState.SENT
        state = "sent" if is_sent else "handed over"
        return self._counted(replace(sent, state=state), planned.realm)

    def run_due(self, newsletter: str = "") -> tuple[Done, ...]:
        """Do what is due now, as `digest schedule --once` does; return what was done, in order.

        What cannot be done is among it, and does not stop the rest.

        Args:
            newsletter: only this one; "": all, and planned breaking stories.

        Raises:
            NotFoundError: there is no such newsletter.
            HeldError: the clock of this computer is behind the store.
            StoreError: the store cannot be read.
        """
        from digest.runs.choose import find_newsletter
        from digest.runs.round import run_round
        from digest.runs.shift import Shift

        if newsletter:
            find_newsletter(self._config.newsletters, newsletter)
        shift = Shift(config=self._config, environment=self._environment, now=self._clock())
        return tuple(
            Done(
                event=did.event,
                issue=f"{did.newsletter}/{did.slot}" if did.slot else "",
                reason=did.reason,
                articles=did.articles,
                readers=did.readers,
                is_trouble=did.is_trouble,
            )
            for did in run_round(shift, self._clock, newsletter)
        )

    def status(self) -> Standing:
        """Return what comes next, what was last, and what needs a person.

        No article is read; it is quick.
        """
        from digest.runs.status import read_status

        found = read_status(self._config, self._clock())
        return Standing(
            now=found.now,
            needs=found.needs,
            ahead=tuple(
                NextIssue(
                    issue=one.name,
                    moment=one.moment,
                    stage=one.stage.value,
                    until=one.until,
                    reason=one.reason,
                )
                for one in found.ahead
            ),
            last=tuple(
                LastIssue(
                    issue=one.issue.full_name,
                    moment=one.moment,
                    stage=one.stage.value,
                    reason=one.issue.reason,
                    is_rehearsal=one.issue.realm.value != "real",
                    recipients=one.recipients,
                    accepted=one.accepted,
                    late=one.late,
                )
                for one in found.last
            ),
            is_watched=found.watch.is_running,
        )

    def _counted(self, sent: Sent, realm: "Realm") -> Sent:
        """Return what came of it with the counts of the ledger."""
        from digest.delivery.states import BatchState
        from digest.runs.issues import show_issue

        balance = show_issue(self._config, sent.issue, realm=realm).balance
        accepted = balance.readers(BatchState.ACCEPTED)
        return replace(sent, recipients=balance.recipients, accepted=accepted)


def _ask(newsletter: str, slot: str, week: str, as_of: str = "") -> Ask:
    """Return which issue is meant.

    Raises:
        ValueError: both a slot and a week are named: a slip of the calling program.
    """
    if slot and week:
        msg = "slot names the moment an issue goes out, week the content; give one of them"
        raise ValueError(msg)
    return Ask(newsletter=newsletter, slot=slot, week=week, as_of=as_of)
