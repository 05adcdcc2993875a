"""What sections owe each other."""

from digest.config.mistake import Place
from digest.config.sections import Section, check_sections


def section(title: str, *categories: str, tags: tuple[str, ...] = ()) -> Section:
    return Section(title=title, categories=categories, tags=tags)


def places(*sections: Section | None) -> list[Place]:
    sound = {at: each for at, each in enumerate(sections) if each is not None}
    return [wrong.at for wrong in check_sections(sound)]


def test_sections_with_one_place_for_each_article_are_sound() -> None:
    assert places() == []
    assert places(section("All")) == []
    assert places(section("News", "news"), section("Tags", tags=("news",)), section("Rest")) == []


def test_titles_differ_by_more_than_letter_case() -> None:
    assert places(section("News", "a"), section("NEWS ", "b"), section("news", "c")) == [
        (1, "title"),
        (2, "title"),
    ]


def test_category_and_tag_stand_in_one_section_only() -> None:
    first = section("One", "news", "Sport", tags=("x",))

    assert places(first, section("Two", "a", "sport", tags=("X",))) == [
        (1, "categories", 1),
        (1, "tags", 0),
    ]


def test_only_the_last_section_takes_the_rest() -> None:
    assert places(section("Rest"), section("News", "news")) == [(0,)]
    assert places(section("A"), section("B"), section("C")) == [(1,), (2,)]


def test_unsound_sections_are_passed_over() -> None:
    assert places(section("News", "news"), None, section("news", "x")) == [(2, "title")]
