"""The e-mail newsletter digest builder: a folder of articles becomes this week's issue.

For other programs (docs/api.md):

    from digest import open_publication

    publication = open_publication("config.toml")
    print(publication.preview("weekly").subject)

The names below are all that is promised to stay; they are imported when they are used, so that
`import digest` costs nothing.
"""

__version__ = "0.1.0"

# Type checkers know the name; `typing` itself is not worth its time here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from digest.api.publication import Publication, open_publication
    from digest.api.values import Done, LastIssue, NextIssue, Preview, Sent, Standing
    from digest.errors import (
        ConfigError,
        ContentError,
        DigestError,
        HeldError,
        NotFoundError,
        NotReadyError,
        Problem,
        RenderingError,
        StoreError,
        UnfinishedError,
    )

__all__ = [
    "ConfigError",
    "ContentError",
    "DigestError",
    "Done",
    "HeldError",
    "LastIssue",
    "NextIssue",
    "NotFoundError",
    "NotReadyError",
    "Preview",
    "Problem",
    "Publication",
    "RenderingError",
    "Sent",
    "Standing",
    "StoreError",
    "UnfinishedError",
    "open_publication",
]


if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Return one of the names above, imported now."""
        if name not in __all__:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from importlib import import_module  # noqa: PLC0415  as above

        if name.endswith("Error") or name == "Problem":
            home = "errors"
        else:
            home = "api.publication" if name.lower().endswith("publication") else "api.values"
        return getattr(import_module(f"digest.{home}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
