"""Files beside articles are found where generators look for them, and never stop the reading."""

import os
from pathlib import Path

import pytest

from builders import THIS_WEEK, make_reading_rules
from digest.articles.article import Article, Visibility
from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.articles.settings import Generator

DATED = "---\ndate: 2026-08-11\n---\nBoats.\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def read(folder: Path, generator: Generator = Generator.PLAIN, *, whole: bool = False) -> Contents:
    span = None if whole else (THIS_WEEK.start, THIS_WEEK.end)
    return begin_reading(str(folder), make_reading_rules(generator=generator), span).contents()


def only(contents: Contents, path: str) -> Article:
    return next(article for article in contents.articles if article.path == path)


def problems(contents: Contents) -> list[tuple[str, str]]:
    return [(file.path, file.problem.where) for file in contents.bad]


class TestDefaults:
    def test_the_article_wins_then_the_inner_folder_then_the_outer(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "_metadata.yml": "author: Outer\ncategory: outer\nlang: en\n",
                "a/_metadata.yml": "authors: [Inner]\ncategory: inner\n",
                "a/x.qmd": "---\ndate: 2026-08-11\ncategories: [own]\n---\nBoats.\n",
                "b/x.qmd": DATED,
            },
        )

        contents = read(tmp_path)
        inner, outer = only(contents, "a/x.qmd"), only(contents, "b/x.qmd")

        assert (inner.authors, inner.categories, inner.language) == (("Inner",), ("own",), "en")
        assert (outer.authors, outer.categories) == (("Outer",), ("outer",))

    @pytest.mark.parametrize(
        ("generator", "name", "text"),
        [
            (Generator.QUARTO, "a/_metadata.yml", "draft: true"),
            (Generator.ELEVENTY, "a/a.json", '{"draft": true}'),
            (Generator.ELEVENTY, "a/a.11tydata.json", '{"draft": true}'),
            (Generator.HUGO, "a/_index.md", "---\ncascade: {draft: true}\n---\n"),
            (Generator.HUGO, "_index.md", "+++\n[cascade]\ndraft = true\n+++\n"),
            (
                Generator.HUGO,
                "_index.md",
                "---\ndate: 2020-01-01\ncascade: {draft: true}\n---\n",
            ),
            (Generator.HUGO, "../_index.md", "---\ncascade: {draft: true}\n---\n"),
            (
                Generator.JEKYLL,
                "_config.yml",
                "defaults:\n- scope: {path: a}\n  values: {draft: true}\n",
            ),
            (
                Generator.JEKYLL,
                "../../_config.yml",
                "defaults:\n- scope: {path: content/posts/a}\n  values: {published: false}\n",
            ),
        ],
    )
    def test_a_folder_of_drafts_is_not_public(
        self, generator: Generator, name: str, text: str, tmp_path: Path
    ) -> None:
        folder = tmp_path / "content" / "posts"
        write(folder, {"a/_posts/2026-08-11-x.md": DATED, name: text})

        found = only(read(folder, generator), "a/_posts/2026-08-11-x.md")

        assert found.visibility is Visibility.DRAFT

    def test_eleventys_longer_name_outdoes_the_shorter(self, tmp_path: Path) -> None:
        folder = tmp_path / "posts"
        write(
            folder,
            {
                "x.md": DATED,
                "posts.json": '{"author": "Shorter", "lang": "en"}',
                "posts.11tydata.json": '{"author": "Longer"}',
            },
        )

        found = only(read(folder, Generator.ELEVENTY), "x.md")

        assert (found.authors, found.language) == (("Longer",), "en")

    def test_an_article_named_like_its_folder_has_no_fields_of_its_own(
        self, tmp_path: Path
    ) -> None:
        data = '{"title": "All of them", "author": "Jo"}'
        write(tmp_path, {"eels/eels.md": DATED, "eels/eels.11tydata.json": data})

        found = only(read(tmp_path, Generator.ELEVENTY), "eels/eels.md")

        assert (found.title, found.authors) == ("Eels", ("Jo",))

    def test_what_lies_above_the_project_says_nothing(self, tmp_path: Path) -> None:
        config = "defaults:\n- scope: {path: ''}\n  values: {draft: true}\n"
        write(tmp_path, {"_config.yml": config, "site/_posts/2026-08-11-x.md": DATED})
        (tmp_path / "site" / ".git").mkdir()

        found = only(read(tmp_path / "site" / "_posts", Generator.JEKYLL), "2026-08-11-x.md")

        assert found.visibility is Visibility.PUBLIC

    def test_section_pages_above_count_up_to_the_content_folder(self, tmp_path: Path) -> None:
        cascade = "---\ncascade: {draft: true}\n---\n"
        write(tmp_path, {"_index.md": cascade, "content/posts/x.md": DATED})
        write(tmp_path, {"loose/posts/x.md": DATED})

        for folder in ("content/posts", "content", "loose/posts"):
            contents = read(tmp_path / folder, Generator.HUGO)
            assert contents.articles[-1].visibility is Visibility.PUBLIC, folder

    def test_of_two_section_pages_above_the_nearer_wins(self, tmp_path: Path) -> None:
        write(
            tmp_path / "content",
            {
                "_index.md": "---\ncascade: {author: Far, lang: en}\n---\n",
                "a/_index.md": "---\ncascade: {author: Near}\n---\n",
                "a/b/x.md": DATED,
            },
        )

        found = only(read(tmp_path / "content" / "a" / "b", Generator.HUGO), "x.md")

        assert (found.authors, found.language) == (("Near",), "en")

    def test_a_broken_file_is_one_problem_and_holds_back_its_drafts(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"a/_metadata.yml": "draft: true\n bad: [", "a/x.md": DATED, "b/x.md": DATED},
        )

        contents = read(tmp_path)

        assert problems(contents) == [("a/_metadata.yml", "a/_metadata.yml:2")]
        assert only(contents, "a/x.md").visibility is Visibility.DRAFT
        assert only(contents, "b/x.md").visibility is Visibility.PUBLIC

    def test_a_broken_section_page_is_listed_once(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/_index.md": "---\ncascade: [\n---\n", "a/x.md": DATED})
        write(tmp_path, {"b/_index.md": "---\ncascade: no\n---\n", "b/x.md": DATED})
        old = "---\ndate: 2020-01-01\ncascade: no\n---\n"
        write(tmp_path, {f"b/{number}.md": DATED for number in range(100)})
        write(tmp_path, {"c/_index.md": old, "c/x.md": DATED})

        contents = read(tmp_path, Generator.HUGO)

        sections = ["a/_index.md", "b/_index.md", "c/_index.md"]
        assert [path for path, _ in problems(contents)] == sections
        assert not {article.path for article in contents.articles} & set(sections)
        assert contents.outside == {}

    def test_a_folder_that_nothing_is_read_of_says_nothing(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/_metadata.yml": "[", "x.md": DATED})

        assert read(tmp_path).bad == ()

    def test_a_link_that_leads_out_holds_back_what_it_may_hide(self, tmp_path: Path) -> None:
        write(tmp_path, {"out.yml": "draft: true\n", "in/x.md": DATED})
        (tmp_path / "in" / "_metadata.yml").symlink_to(tmp_path / "out.yml")

        contents = read(tmp_path / "in")

        assert problems(contents) == [("_metadata.yml", "_metadata.yml")]
        assert "leads out" in contents.bad[0].problem.what
        assert only(contents, "x.md").visibility is Visibility.DRAFT

    def test_a_link_inside_is_followed(self, tmp_path: Path) -> None:
        write(tmp_path, {"drafts.yml": "draft: true\n", "a/x.md": DATED})
        (tmp_path / "a" / "_metadata.yml").symlink_to(tmp_path / "drafts.yml")

        assert only(read(tmp_path), "a/x.md").visibility is Visibility.DRAFT

    def test_other_data_is_left_alone(self, tmp_path: Path) -> None:
        write(tmp_path, {"posts/posts.json": "[1, 2", "posts/x.md": DATED, "package.json": "{"})

        assert read(tmp_path).bad == ()


class TestTwoFiles:
    META = ".. title: Eels\n.. date: 2026-08-11 10:00\n.. tags: river, night\n"

    @pytest.mark.parametrize(
        "meta",
        [
            META,
            "---\ntitle: Eels\ndate: 2026-08-11 10:00\ntags: river, night\n---\n",
            '+++\ntitle = "Eels"\ndate = 2026-08-11T10:00:00\ntags = ["river", "night"]\n+++\n',
        ],
    )
    def test_the_fields_stand_beside_the_text(self, meta: str, tmp_path: Path) -> None:
        write(tmp_path, {"a/eels.md": "They came late.\n", "a/eels.meta": meta})

        found = only(read(tmp_path, Generator.NIKOLA), "a/eels.md")

        assert (found.title, found.tags) == ("Eels", ("river", "night"))
        assert f"{found.published_at:%Y-%m-%d %H:%M}" == "2026-08-11 10:00"
        assert found.body.strip() == "They came late."

    def test_the_text_is_an_article_of_its_date(self, tmp_path: Path) -> None:
        """Whatever its own words name: the look at heads must not pass it over."""
        text = "On 2020-01-01 they came.\n"
        write(tmp_path, {"eels.rst": text, "eels.meta": self.META})

        assert only(read(tmp_path, Generator.NIKOLA), "eels.rst").title == "Eels"

    def test_a_folder_serves_what_both_leave_out(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"eels.md": "Late.", "eels.meta": self.META, "_metadata.yml": "author: Jo\ntags: x\n"},
        )

        found = only(read(tmp_path), "eels.md")

        assert (found.authors, found.tags) == (("Jo",), ("river", "night"))

    def test_eleventy_has_them_in_json(self, tmp_path: Path) -> None:
        write(tmp_path, {"eels.md": DATED, "eels.11tydata.json": '{"title": "Eels"}'})

        assert only(read(tmp_path), "eels.md").title == "Eels"

    @pytest.mark.parametrize(
        ("meta", "where"),
        [
            (".. title: Eels\n.. date: 2026-02-30\n", "eels.meta:2"),
            ("---\ntitle: Eels\ndate: [\n---\n", "eels.meta:4"),
            ("---\ntitle: Eels\n", "eels.meta:1"),
            ("\0", "eels.meta:1"),
            ("nothing", "eels.meta:1"),
        ],
    )
    def test_a_mistake_in_the_fields_is_named_there(
        self, meta: str, where: str, tmp_path: Path
    ) -> None:
        write(tmp_path, {"eels.md": "They came late.", "eels.meta": meta})

        assert problems(read(tmp_path)) == [("eels.md", where)]

    def test_a_mistake_in_the_text_is_named_there(self, tmp_path: Path) -> None:
        write(tmp_path, {"eels.md": "---\na: [\n---\n", "eels.meta": self.META})

        assert problems(read(tmp_path)) == [("eels.md", "eels.md:3")]

    def test_fields_that_cannot_be_read_make_a_bad_article(self, tmp_path: Path) -> None:
        write(tmp_path, {"2026-08-11-eels.md": "They came late."})
        (tmp_path / "2026-08-11-eels.meta").symlink_to("/dev/null")

        contents = read(tmp_path)

        assert problems(contents) == [("2026-08-11-eels.md", "2026-08-11-eels.meta")]
        assert contents.articles == ()


class TestAuthors:
    KEYED = "---\ndate: 2026-08-11\nauthors: [jane, unknown]\n---\nBoats.\n"

    @pytest.mark.parametrize(
        ("generator", "name", "text"),
        [
            (Generator.PLAIN, "authors.yml", "jane: {name: Jane Doe}"),
            (Generator.DOCUSAURUS, "../authors.yml", "jane: {name: Jane Doe}"),
            (Generator.MKDOCS, ".authors.yml", "authors: {jane: {name: Jane Doe}}"),
            (Generator.MKDOCS, "../.authors.yml", "authors: {jane: {name: Jane Doe}}"),
            (Generator.MKDOCS, "blog/.authors.yml", "authors: {jane: {name: Jane Doe}}"),
        ],
    )
    def test_keys_become_names(
        self, generator: Generator, name: str, text: str, tmp_path: Path
    ) -> None:
        folder = tmp_path / "posts"
        write(folder, {"blog/x.md": self.KEYED, name: text})

        assert only(read(folder, generator), "blog/x.md").authors == ("Jane Doe", "unknown")

    def test_the_root_of_a_blog_is_at_most_one_folder_above(self, tmp_path: Path) -> None:
        names = "authors: {jane: {name: Jane Doe}}"
        write(tmp_path, {"a/b/x.md": self.KEYED, ".authors.yml": names})

        assert only(read(tmp_path / "a" / "b", Generator.MKDOCS), "x.md").authors[0] == "jane"

    def test_the_nearest_file_wins(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "authors.yml": "jane: Jane Outer\nunknown: Somebody",
                "a/authors.yml": "jane: Jane Inner",
                "a/x.md": self.KEYED,
                "b/x.md": self.KEYED,
            },
        )

        contents = read(tmp_path)

        assert only(contents, "a/x.md").authors == ("Jane Inner", "Somebody")
        assert only(contents, "b/x.md").authors == ("Jane Outer", "Somebody")

    def test_a_broken_file_leaves_the_keys(self, tmp_path: Path) -> None:
        write(tmp_path, {"authors.yml": "jane: [", "x.md": self.KEYED})

        contents = read(tmp_path)

        assert problems(contents) == [("authors.yml", "authors.yml:2")]
        assert only(contents, "x.md").authors == ("jane", "unknown")

    def test_a_file_that_cannot_be_opened_too(self, tmp_path: Path) -> None:
        write(tmp_path, {"x.md": self.KEYED})
        (tmp_path / "authors.yml").symlink_to(tmp_path / "nowhere")

        assert problems(read(tmp_path)) == [("authors.yml", "authors.yml")]


@pytest.mark.parametrize("name", ["_metadata.yml", "x.meta", "authors.yml"])
def test_a_pipe_of_that_name_is_never_waited_for(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"x.md": DATED})
    os.mkfifo(tmp_path / name)

    assert only(read(tmp_path), "x.md").path == "x.md"
