"""The domain of an address, and those above it. Pure."""

from collections.abc import Iterator


def domain_of(email: str) -> str:
    """Return what follows the last `@`, in small letters."""
    return email.rpartition("@")[2].casefold().rstrip(".")


def parents_of(domain: str) -> Iterator[str]:
    """Yield the domains above one, the nearest first, none of a single label."""
    labels = domain.split(".")
    for begin in range(1, len(labels) - 1):
        yield ".".join(labels[begin:])
