"""What is missing before a mail may leave, and the letter couriers get. Reads nothing."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final
from urllib.parse import urlsplit

from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.letter import Letter, Unsubscribe
from digest.delivery.way import Way
from digest.errors import NotReadyError, Problem
from digest.runs.build import Built
from digest.runs.preflight import findings_of, problems

#: Where the unsubscribe links of a rehearsal lead while no address is set. RFC 2606 §2.
_NOWHERE: Final = "https://unsubscribe.invalid"


def envelope_of(config: Config, built: Built, courier: CourierName) -> dict[str, object]:
    """Return what the ledger keeps of a letter besides subject, HTML and text, as JSON values."""
    return {
        "sender_name": config.sender.name or config.site.name,
        "sender_email": config.sender.email,
        "reply_to": config.sender.reply_to,
        "title": built.title,
        "list_id": f"{built.newsletter}.{urlsplit(config.site.base_url).hostname}",
        "unsubscribe": {
            **asdict(unsubscribe_of(config, courier)),
            "way": config.subscribers.unsubscribe.value,
        },
    }


def letter_of(name: str, content: tuple[str, str, str], envelope: str) -> Letter:
    """Return the letter of a frozen issue.

    Args:
        name: `weekly/2026-W34`.
        content: subject, HTML and text.
        envelope: what `envelope_of` made, as JSON text.
    """
    subject, html, text = content
    values = json.loads(envelope)
    unsubscribe = values.pop("unsubscribe")
    return Letter(
        issue=name,
        newsletter=name.partition("/")[0],
        subject=subject,
        html=html,
        text=text,
        unsubscribe=Unsubscribe(**{**unsubscribe, "way": Way(unsubscribe["way"])}),
        **values,
    )


def letter_of_built(config: Config, built: Built, courier: CourierName) -> Letter:
    """Return the letter that a new issue will be."""
    envelope = json.dumps(envelope_of(config, built, courier))
    name = f"{built.newsletter}/{built.slot}"
    return letter_of(name, (built.subject, built.html, built.text), envelope)


def unsubscribe_of(config: Config, courier: CourierName) -> Unsubscribe:
    """Return the way out that config.toml names."""
    own = config.subscribers
    # Only the outbox reaches nobody for certain: a server on this machine may pass mail on.
    url = own.url or (_NOWHERE if courier is CourierName.OUTBOX else "")
    return Unsubscribe(
        way=own.unsubscribe,
        url=f"{url.rstrip('/')}/u/" if own.unsubscribe is Way.ENDPOINT else "",
        mailto=own.mailto,
        group=own.group if own.unsubscribe is Way.SENDGRID_GROUP else 0,
    )


def check_letter(
    config: Config, built: Built, courier: CourierName, *, force: bool = False
) -> None:
    """Raise unless everything is there that a mail needs.

    With `force` also when preflight found errors, but for those no mail may leave with.

    Raises:
        NotReadyError: something is missing; all of it.
    """
    found = [
        *_sender_problems(config),
        *_unsubscribe_problems(config, courier),
        *content_problems(built, force=force),
    ]
    if found:
        raise NotReadyError.of(found)


def content_problems(built: Built, *, force: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with a mail itself, as preflight found it."""
    name = f"{built.newsletter}/{built.slot}"
    return problems(name, findings_of(built.checks), force=force)


def _sender_problems(config: Config) -> Iterator[Problem]:
    if not config.sender.email:
        yield Problem(
            f"{config.path}, [sender] email",
            "there is no address the mail comes from",
            "Set it to an address of a domain that is authenticated with your provider.",
        )
    if not config.site.postal_address.strip():
        yield Problem(
            f"{config.path}, [site] postal_address",
            "there is no postal address, which the law of most countries wants in every mail",
            "Set it.",
        )


def _unsubscribe_problems(config: Config, courier: CourierName) -> Iterator[Problem]:
    own, where = config.subscribers, f"{config.path}, [subscribers]"
    match own.unsubscribe:
        case Way.ENDPOINT:
            if not own.url and courier is not CourierName.OUTBOX:
                yield Problem(
                    f"{where} url",
                    "readers have no way to unsubscribe",
                    "Set the https address under which `digest serve` is reached, or choose "
                    "another way under unsubscribe.",
                )
        case Way.SENDGRID_GROUP:
            if not own.group:
                yield Problem(
                    f"{where} group",
                    "readers have no way to unsubscribe",
                    "Set the number of an unsubscribe group of your SendGrid account.",
                )
            if courier is CourierName.SMTP:
                yield Problem(
                    f"{where} unsubscribe",
                    "SendGrid's unsubscribe group works with the courier sendgrid only",
                    'Write "endpoint" or "mailto".',
                )
        case Way.MAILTO:
            if not own.mailto:
                yield Problem(
                    f"{where} mailto",
                    "readers have no way to unsubscribe",
                    "Set an address that takes unsubscribe mails, and read what arrives there.",
                )
