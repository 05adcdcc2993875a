"""Everything a content folder holds, read or not. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from digest.articles.article import Article, BadFile
from digest.record import Record


class Contents(Record, kw_only=True):
    """Everything a content folder holds: no file is missing here."""

    #: In order of path.
    articles: tuple[Article, ...] = ()
    #: Day seen in the head (`2025-07-21`) → paths of files not read whole, for they lie outside.
    outside: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    bad: tuple[BadFile, ...] = ()
    #: Text files in a format that is not read.
    unsupported: tuple[str, ...] = ()
