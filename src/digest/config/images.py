"""What config.toml says about cover pictures: `[images]`. Pure.

Schema and defaults as in `settings.py`.
"""

import enum
from types import MappingProxyType
from typing import Annotated

from digest.config import addresses, texts
from digest.config.sending import OnOff
from digest.config.table import Table
from digest.config.values import Path, between, optional


class Prepare(enum.Enum):
    """When pictures are made."""

    COMMAND = "command"  #: by `digest images` alone: a person or a script publishes the folder
    ALWAYS = "always"  #: whenever an issue is built: a web server shows the folder as it is


class Images(Table, kw_only=True):
    """`[images]`: what becomes of cover pictures."""

    _needs = MappingProxyType({"folder": "url", "url": "folder", "placeholders": "folder"})

    #: ON: pictures that are not among the site's files are fetched. OFF: no network.
    fetch: OnOff = OnOff.OFF
    #: Folder the pictures made for mails go to; relative to config.toml in the file, absolute
    #: after loading; empty: none are made.
    folder: Annotated[str, optional(texts.check_path)] = ""
    #: Address under which readers find the folder.
    url: Annotated[str, optional(addresses.check_base_url)] = ""
    #: When they are made.
    prepare: Prepare = Prepare.COMMAND
    #: ON: articles without a cover get one drawn in the colours of the site.
    placeholders: OnOff = OnOff.OFF
    #: Widest picture that is made, 400 to 2400 pixels; twice the shown width is sharp everywhere.
    width: Annotated[int, between(400, 2400)] = 1104
    #: Larger files are not opened, 10,000 to 100,000,000.
    max_bytes: Annotated[int, between(10_000, 100_000_000)] = 10_000_000
    #: For one picture, redirects included, 1 to 60; all of an issue get three times as long.
    timeout_seconds: Annotated[int, between(1, 60)] = 10
    #: Folder that keeps what was fetched; may be deleted at any time.
    cache: Path = ".cache/images"
