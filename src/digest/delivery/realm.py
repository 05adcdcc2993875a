"""What a sending counts for. Pure."""

import enum


class Realm(enum.Enum):
    """Values stand in the ledger: add, never rename.

    A slot is used up once in each realm, but for tests; only what is real is remembered.
    """

    REAL = "real"
    REHEARSAL = "rehearsal"  #: a courier that reaches nobody: the outbox, a server on this machine
    TEST = "test"  #: to named addresses, marked in its subject
