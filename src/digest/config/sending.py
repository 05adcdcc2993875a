"""What config.toml says about sending: `[store]`, `[delivery]`, `[subscribers]`, `[web]`. Pure.

Schema and defaults as in `settings.py`.
"""

import enum
from typing import Annotated

from digest.config.table import Table
from digest.config.values import (
    Categories,
    EmailOrEmpty,
    HostName,
    LineOrEmpty,
    Path,
    PublicUrlOrEmpty,
    between,
)
from digest.delivery.way import Way


class CourierName(enum.Enum):
    """Who carries the mail."""

    OUTBOX = "outbox"  #: files in a folder: a rehearsal
    SENDGRID = "sendgrid"
    SMTP = "smtp"


class Region(enum.Enum):
    """Where SendGrid keeps the account."""

    GLOBAL = "global"
    EU = "eu"


class Switch(enum.Enum):
    """What may be on, off, or as the account of the provider has it."""

    ON = "on"
    OFF = "off"
    ACCOUNT = "account"


class OnOff(enum.Enum):
    """What is on or off."""

    ON = "on"
    OFF = "off"


class Security(enum.Enum):
    """How the connection to an SMTP server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Store(Table, kw_only=True):
    """`[store]`: where subscribers and the ledger are kept."""

    #: SQLite file; relative to config.toml in the file, absolute after loading.
    path: Path = "digest.db"


class SendGrid(Table, kw_only=True):
    """`[delivery.sendgrid]`: the provider SendGrid. The key: SENDGRID_API_KEY."""

    #: Region of the account.
    region: Region = Region.GLOBAL
    #: Names under which SendGrid counts, beside the newsletter's own; at most 9.
    categories: Categories = ()
    #: Name of a pool of sending addresses; empty: the account's.
    ip_pool: LineOrEmpty = ""
    #: Whether links are rewritten to count clicks.
    click_tracking: Switch = Switch.ACCOUNT
    #: Whether a picture counts who opens the mail.
    open_tracking: Switch = Switch.ACCOUNT
    #: ON: SendGrid checks everything and sends nothing.
    sandbox: OnOff = OnOff.OFF
    #: 1 to 60.
    connect_timeout_seconds: Annotated[int, between(1, 60)] = 10
    #: Shorter ones make answers unknown that would have come: 60 to 900.
    read_timeout_seconds: Annotated[int, between(60, 900)] = 120


class Smtp(Table, kw_only=True):
    """`[delivery.smtp]`: any mail server. The password: DIGEST_SMTP_PASSWORD."""

    #: Name or address of the server.
    host: HostName = "localhost"
    #: 1 to 65535.
    port: Annotated[int, between(1, 65535)] = 587
    security: Security = Security.STARTTLS
    #: Name to log in with; empty: without.
    username: LineOrEmpty = ""
    #: 1 to 60.
    connect_timeout_seconds: Annotated[int, between(1, 60)] = 10
    #: For each answer of the server: 60 to 900 (RFC 5321 §4.5.3.2 wants 600 at the end).
    read_timeout_seconds: Annotated[int, between(60, 900)] = 600


class Outbox(Table, kw_only=True):
    """`[delivery.outbox]`: mails as files, to look at."""

    #: Folder; relative to config.toml in the file, absolute after loading.
    path: Path = "outbox"
    #: So many readers get a file of their own; the rest is one sample: 1 to 10000.
    messages: Annotated[int, between(1, 10_000)] = 20


class Delivery(Table, kw_only=True):
    """`[delivery]`: who carries the mail, and how fast."""

    courier: CourierName = CourierName.OUTBOX
    #: Readers in one request, 1 to 1000.
    batch: Annotated[int, between(1, 1000)] = 1000
    #: Requests on their way at the same time, 1 to 64.
    in_flight: Annotated[int, between(1, 64)] = 8
    #: Most requests in a second, 0 to 1000; 0: as fast as they are taken.
    per_second: Annotated[int, between(0, 1000)] = 0
    sendgrid: SendGrid = SendGrid()
    smtp: Smtp = Smtp()
    outbox: Outbox = Outbox()


class Subscribers(Table, kw_only=True):
    """`[subscribers]`: how readers leave."""

    #: A link of ours, SendGrid's unsubscribe group, or a mail to the publisher.
    unsubscribe: Way = Way.ENDPOINT
    #: Public https address under which `digest serve` is reached; empty: none yet.
    url: PublicUrlOrEmpty = ""
    #: Address that takes unsubscribe mails; empty: none.
    mailto: EmailOrEmpty = ""
    #: Number of SendGrid's unsubscribe group; 0: none.
    group: Annotated[int, between(0, 2_000_000_000)] = 0


class Web(Table, kw_only=True):
    """`[web]`: where `digest serve` listens; a web server in front of it speaks https."""

    #: Address of this machine to listen at.
    host: HostName = "127.0.0.1"
    #: 1 to 65535.
    port: Annotated[int, between(1, 65535)] = 8099
