"""A newsletter's sections in config.toml, and what they owe each other. Pure."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from digest.config.mistake import Wrong
from digest.config.table import Table
from digest.config.values import Line, Lines, between


class Section(Table, kw_only=True):
    """`[[newsletters.NAME.sections]]`: a titled group of articles."""

    #: Shown above the stories, one line.
    title: Line
    #: Articles of these categories stand here; letter case does not matter.
    categories: Lines = ()
    #: So do articles with one of these tags. Neither: what no other section took.
    tags: Lines = ()
    #: Most articles here, 1 to 100; None: only `max_articles` counts.
    limit: Annotated[int, between(1, 100)] | None = None


def check_sections(sections: Mapping[int, Section]) -> Iterator[Wrong]:
    """Yield every contradiction between sections: an article must have one place only.

    Args:
        sections: by position; unsound ones are absent.
    """
    yield from _same_titles(sections)
    yield from _same_names(sections, "categories", "category")
    yield from _same_names(sections, "tags", "tag")
    yield from _catch_alls(sections)


def _same_titles(sections: Mapping[int, Section]) -> Iterator[Wrong]:
    first: dict[str, int] = {}
    for position, section in sections.items():
        earlier = first.setdefault(section.title.strip().casefold(), position)
        if earlier != position:
            yield Wrong(
                f"is the title of section no. {earlier + 1} too",
                "Give every section a title of its own.",
                (position, "title"),
            )


def _same_names(sections: Mapping[int, Section], key: str, word: str) -> Iterator[Wrong]:
    first: dict[str, int] = {}
    for position, section in sections.items():
        for index, name in enumerate(getattr(section, key)):
            earlier = first.setdefault(name.casefold(), position)
            if earlier != position:
                yield Wrong(
                    f"is a {word} of section {sections[earlier].title!r} too",
                    f"Name it in one section: an article of this {word} can stand in one only.",
                    (position, key, index),
                )


def _catch_alls(sections: Mapping[int, Section]) -> Iterator[Wrong]:
    catch_alls = [
        position
        for position, section in sections.items()
        if not section.categories and not section.tags
    ]
    for position in catch_alls[1:]:
        yield Wrong(
            "has neither categories nor tags, as section "
            f"no. {catch_alls[0] + 1} has: both would take what no other section took",
            "Name categories or tags in all sections but one.",
            (position,),
        )
    if len(catch_alls) == 1 and catch_alls[0] != max(sections):
        yield Wrong(
            "has neither categories nor tags, so it takes what no other section took, "
            "but sections follow it",
            "Move it to the end, or name its categories.",
            (catch_alls[0],),
        )
