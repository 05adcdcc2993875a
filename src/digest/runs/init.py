"""Writes a config.toml that fits the folder. Reads the folder, writes one file."""

import os
import re
from dataclasses import dataclass
from typing import Final

from digest.articles.generators import Recognition, recognise
from digest.errors import DigestError, NotFoundError
from digest.rendering.template_folders import packaged_folder

_FILE: Final = "config.toml"


@dataclass(frozen=True, slots=True)
class Started:
    """What `digest init` did."""

    #: The file that was written.
    path: str
    recognition: Recognition
    #: Folder of the articles, as it stands in the file.
    content: str


def init(folder: str, content: str = "") -> Started:
    """Write `config.toml` into `folder`, fitted to what the folder looks like.

    Args:
        folder: where config.toml goes.
        content: folder of the articles; empty: what the site generator uses, else `folder`.

    Raises:
        NotFoundError: there is no folder `content`.
        DigestError: there is a config.toml, or it cannot be written.
    """
    path = os.path.join(folder, _FILE)
    # A site generator's own config.toml (Hugo, Zola) must not be overwritten either.
    if os.path.lexists(path):
        raise DigestError(
            "exists already, and is not overwritten",
            where=path,
            remedy="Run `digest init` in another folder, for instance newsletter/, and name "
            "the articles: digest init newsletter --content content/posts",
        )
    if content and not os.path.isdir(content):
        raise NotFoundError(
            "there is no such folder",
            where=f"--content {content}",
            remedy="Name the folder that holds your articles, as seen from here.",
        )
    recognition = recognise(content or folder)
    articles = content or recognition.content or folder
    written = os.path.relpath(articles, folder).replace(os.sep, "/")
    text = _fitted(_starter(), written, recognition)
    try:
        os.makedirs(folder, exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise DigestError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy="Run `digest init` in a folder you may write to.",
        ) from error
    return Started(path, recognition, written)


def _starter() -> str:
    """Return the shipped config.toml: beside the templates, in a wheel and in a checkout."""
    path = os.path.join(os.path.dirname(packaged_folder()), _FILE)
    with open(path, encoding="utf-8") as file:
        return file.read()


def _fitted(text: str, content: str, recognition: Recognition) -> str:
    """Return the starter with the folder and the generator of this site."""
    text = _with(text, "path", content)
    text = _with(text, "generator", recognition.generator.value)
    return _with(text, "url_pattern", recognition.url_pattern)


def _with(text: str, key: str, value: str) -> str:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return re.sub(rf"(?m)^{key} = .*$", lambda _: f"{key} = {quoted}", text, count=1)
