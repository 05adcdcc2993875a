"""Working without anybody looking: who is told, and hand-over ahead of time. Pure."""

from collections.abc import Iterator
from typing import Final

from digest.config.sending import CourierName
from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong


def _notices(case: Case) -> Iterator[Finding]:
    environment = case.environment
    ways = [
        f"{len(case.config.notices.email)} by mail" if case.config.notices.email else "",
        "a webhook" if environment.webhook_url else "",
        "a ping" if environment.ping_url else "",
    ]
    if told := ", ".join(filter(None, ways)):
        yield ok("schedule.notices", told)
        return
    yield warning(
        "schedule.notices",
        "nobody is told when an issue is missed or held",
        "Set [notices] email in config.toml, or DIGEST_WEBHOOK_URL in the environment.",
    )


def _hand_over(case: Case) -> Iterator[Finding]:
    for name, newsletter in case.config.newsletters.items():
        if not newsletter.hand_over:
            continue
        if case.config.delivery.courier is CourierName.SMTP:
            yield wrong(
                "schedule.hand_over",
                "a mail server keeps no mail until later: it would leave too early",
                f"Empty hand_over under [newsletters.{name}], or send through SendGrid.",
                about=name,
            )
        else:
            yield ok("schedule.hand_over", f"{newsletter.hand_over} before its slot", about=name)


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("schedule.notices",), run=_notices),
    Step(checks=("schedule.hand_over",), run=_hand_over),
)
