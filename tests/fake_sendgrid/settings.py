"""What can be set on the fake, before and while it runs."""

from dataclasses import dataclass, field

#: What a full-access key may do, as far as the fake has endpoints for it.
ALL_SCOPES = frozenset(
    {
        "mail.send",
        "mail.batch.create",
        "mail.batch.read",
        "user.scheduled_sends.create",
        "user.scheduled_sends.read",
        "user.scheduled_sends.update",
        "user.scheduled_sends.delete",
        "messages.read",
        "suppression.read",
        "asm.groups.read",
        "sender_verification.read",
        "whitelabel.read",
        "user.credits.read",
    }
)
DEFAULT_KEY = "SG.fake"


@dataclass(slots=True, kw_only=True)
class Settings:
    """The account, and the manners of the server. May be changed at any time."""

    key: str = DEFAULT_KEY
    scopes: frozenset[str] = ALL_SCOPES
    #: Answer 401 "Maximum credits exceeded" to every mail/send.
    credits_exceeded: bool = False
    #: Seconds between acceptance and answer of mail/send.
    latency: float = 0.0
    #: Seconds until an accepted mail appears in /v3/logs.
    log_delay: float = 0.0
    #: Check the body of each nth mail/send only; 0 checks none. For measuring a client's speed:
    #: what is not checked is not even parsed, so sandbox mode and F11 are blind to it.
    validate_every: int = 1
    #: Seconds between two bytes of fault F12.
    drip: float = 1.0
    #: Fault F11: a request with an address that contains one of these is refused.
    bad_addresses: tuple[str, ...] = ()
    #: Single senders: address → whether it was verified.
    senders: dict[str, bool] = field(default_factory=dict)
    #: Authenticated domains → whether their records were found.
    domains: dict[str, bool] = field(default_factory=dict)
    #: Mails the plan still has, as /v3/user/credits tells it.
    credits_left: int = 100_000
    #: Numbers of the unsubscribe groups.
    groups: tuple[int, ...] = ()
