"""What the law and good manners want in every mail. Pure."""

from collections.abc import Iterator
from typing import Final

from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong


def _law(case: Case) -> Iterator[Finding]:
    site, sender = case.config.site, case.config.sender
    if address := site.postal_address.strip():
        yield ok(
            "law.postal_address", ", ".join(filter(None, map(str.strip, address.split("\n"))))
        )
    else:
        yield wrong(
            "law.postal_address",
            "there is none, and the law of most countries wants it in every mail",
            "Set [site] postal_address in config.toml.",
        )
    if not sender.email:
        yield wrong(
            "law.sender",
            "there is no address the mail comes from",
            "Set [sender] email to an address of a domain that is authenticated with your "
            "provider.",
        )
        return
    yield ok("law.sender", f"{sender.name or site.name} <{sender.email}>")
    name = sender.email.partition("@")[0].casefold().replace("-", "").replace("_", "")
    if sender.reply_to:
        yield ok("law.reply_to", sender.reply_to)
    elif name in {"noreply", "donotreply"}:
        yield warning(
            "law.reply_to",
            f"answers of readers go to {sender.email}, which nobody seems to read",
            "Set [sender] reply_to to an address that somebody reads.",
        )
    else:
        yield ok("law.reply_to", f"{sender.email}, where the mail comes from")


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("law.postal_address", "law.sender", "law.reply_to"), run=_law),
)
