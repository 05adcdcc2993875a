"""Whether a mail may leave: complete, with a way out that works, and somebody to carry it."""

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.letter import Unsubscribe
from digest.delivery.way import Way
from digest.errors import NotReadyError
from digest.runs.build import Built
from digest.runs.couriers import link_keys, make_courier
from digest.runs.letters import check_letter, letter_of_built
from digest.runs.preflight import findings_of, remarks

_MAIL_ONLY = (
    "Readers can unsubscribe by mail only: Gmail and Yahoo want a one-click link from senders of "
    "more than 5,000 mails a day."
)


def check_ready(
    config: Config,
    environment: Environment,
    built: Built,
    courier: CourierName,
    *,
    force: bool = False,
) -> tuple[str, ...]:
    """Return warnings about a new issue that may be sent.

    With `force` also when preflight found errors; they are among the warnings then. Nothing is
    claimed before this: an issue that could not leave would be frozen for nothing.

    Raises:
        NotReadyError: something is missing without which no mail may leave; the key included.
    """
    check_letter(config, built, courier, force=force)
    letter = letter_of_built(config, built, courier)
    warnings = check_way_out(config, environment, letter.unsubscribe, courier)
    make_courier(config, environment, courier, letter, link_keys(environment, courier)).close()
    return (*built.warnings, *remarks(findings_of(built.checks)), *warnings)


def check_way_out(
    config: Config,
    environment: Environment,
    unsubscribe: Unsubscribe | None,
    courier: CourierName,
) -> tuple[str, ...]:
    """Return warnings about the readers' way out that stands in a mail, once it is known to work.

    Raises:
        NotReadyError: the endpoint is not reached, or there is no key for its links.
    """
    if unsubscribe is None:
        raise ValueError("a mail without a way out, and it is for readers")
    keys = link_keys(environment, courier)
    if unsubscribe.way is Way.MAILTO:
        return (_MAIL_ONLY,)
    if unsubscribe.way is not Way.ENDPOINT or courier is CourierName.OUTBOX:
        return ()
    from digest.runs.probe import probe_endpoint

    url = unsubscribe.url.removesuffix("/u/")
    if wrong := probe_endpoint(url, keys):
        raise NotReadyError(
            f"readers could not unsubscribe: {wrong}",
            where=f"{config.path}, [subscribers] url"
            if url == config.subscribers.url.rstrip("/")
            else f"{url}, the address in the frozen mail",
            remedy="Start `digest serve`, with the same DIGEST_SECRET, behind a web server that "
            "speaks https under this address.",
        )
    return ()
