"""What an editor decided for one issue, in terms of articles that exist. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from digest.record import Record


class Decisions(Record, kw_only=True):
    """An editor's word on single articles; it beats rules and front matter.

    Every key and every name is the `Article.path` of an article that was there when the
    issue file was matched (`config/matching.py`); names nobody knows have become warnings.
    """

    #: In the order they shall stand; the first is the lead story.
    pin: tuple[str, ...] = ()
    #: Never in this issue.
    exclude: frozenset[str] = frozenset()
    #: Article → title of the section it stands in, spelled as in config.toml.
    move: Mapping[str, str] = MappingProxyType({})
    #: Article → plain text shown instead of its excerpt.
    blurb: Mapping[str, str] = MappingProxyType({})
