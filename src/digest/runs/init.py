"""Writes a config.toml that fits the folder. Reads the folder, writes one file."""

import os
import re
from dataclasses import dataclass
from typing import Final

from digest.articles.generators import Recognition, recognise
from digest.errors import DigestError, NotFoundError
from digest.rendering.template_folders import packaged_folder

_FILE: Final = "config.toml"
_SECTION: Final = "[[newsletters.weekly.sections]]\n"
#: What the starter says of itself → what is true of a file made from it.
_SAMPLE: Final = (
    (
        """\
# This file works as it stands, with the sample articles in examples/. To try it on your own
# articles change one line: the folder under [content]. Then run `digest preview`.
""",
        """\
# `digest init` wrote this file. Set name, base_url, timezone and postal_address under [site],
# then run `digest preview`.
""",
    ),
    (
        "# This is the one line to change for a first try on your own articles. (No default.)",
        "# (No default.)",
    ),
)
#: Lines of the first section → those of the only one.
_ONE_SECTION: Final = (
    ("title = .*", 'title = "This week"'),
    ("categories = .*", "categories = []"),
    ("limit = .*", "limit = 100"),
)


@dataclass(frozen=True, slots=True)
class Started:
    """What `digest init` did."""

    #: The file that was written.
    path: str
    recognition: Recognition
    #: Folder of the articles, as it stands in the file.
    content: str
    #: Settings only the publisher knows: their values in the file stand for anybody.
    to_set: tuple[str, ...] = ("name", "base_url", "timezone", "postal_address")


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
    """Return the starter with the folder and the generator of this site, and nobody's name."""
    text = _with(text, "path", content)
    text = _with(text, "generator", recognition.generator.value)
    text = _with(text, "url_pattern", recognition.url_pattern)
    return _in_one_section(_without_sample(text))


def _without_sample(text: str) -> str:
    """Return the starter without the publisher of the sample articles."""
    for sample, instead in _SAMPLE:
        text = text.replace(sample, instead, 1)
    text = re.sub(r'postal_address = """.*?"""', 'postal_address = ""', text, flags=re.DOTALL)
    site, mark, sender = text.partition("\n[sender]\n")
    site = _with(site, "name", "Your site")
    site = _with(site, "base_url", "https://www.example.org")
    site = _with(site, "title", "Weekly digest")
    for key in ("name", "email", "reply_to", "url"):
        sender = _with(sender, key, "")
    return site + mark + sender


def _in_one_section(text: str) -> str:
    """Return the starter with one section for every category, and the comments it needs."""
    head, first, *_, before_last, last = text.split(_SECTION)
    # The comment about a section that takes whatever no other took.
    note = before_last.rpartition("\n\n")[2]
    for written, instead in _ONE_SECTION:
        first = re.sub(rf"(?m)^{written}$", instead, first, count=1)
    rest = last.partition("\n")[2]
    return f"{head}#\n{note}{_SECTION}{first.rstrip()}\n{rest}"


def _with(text: str, key: str, value: str) -> str:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return re.sub(rf"(?m)^{key} = .*$", lambda _: f"{key} = {quoted}", text, count=1)
