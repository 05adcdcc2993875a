"""What folders say of their articles: read from four generators' files, the inner one wins."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_reading_rules
from digest.articles.defaults import Defaults, Scope, defaults_of, is_defaults, parse_defaults
from digest.articles.settings import Generator
from digest.errors import Problem

RULES = make_reading_rules()


def parse(text: str | bytes, path: str, below: str = "") -> Defaults:
    raw = text.encode() if isinstance(text, str) else text
    return parse_defaults(raw, path, RULES, below=below)


def said(text: str, path: str, article: str, below: str = "") -> Mapping[str, object]:
    """Return what a sound file says of an article."""
    found = parse(text, path, below)
    assert found.bad is None, found.bad
    return defaults_of(found.scopes, article)


def problem(text: str | bytes, path: str) -> Problem:
    found = parse(text, path)
    assert found.bad is not None
    return found.bad.problem


class TestFormats:
    def test_quarto_keeps_them_in_a_file_of_the_folder(self) -> None:
        values = said("draft: true\nauthor: Jo\n", "posts/_metadata.yml", "posts/a/x.qmd")

        assert values == {"draft": "true", "author": "Jo"}

    @pytest.mark.parametrize("name", ["posts.json", "posts.11tydata.json"])
    def test_eleventy_in_json_named_after_the_folder(self, name: str) -> None:
        assert said('{"tags": ["tide"]}', f"posts/{name}", "posts/x.md") == {"tags": ["tide"]}

    @pytest.mark.parametrize(
        "front",
        [
            "---\ncascade:\n  draft: true\n---\n",
            "---\ncascade:\n  - draft: true\n  - _target: {kind: page}\n    author: Jo\n---\n",
            "---\ncascade:\n  - draft: true\n  - target: {kind: page}\n    author: Jo\n---\n",
            "---\ncascade:\n  params: {draft: true}\n---\n",
            '+++\n[cascade]\ndraft = "true"\n+++\n',
            '+++\n[[cascade]]\ndraft = "true"\n[[cascade]]\ntarget = {}\nlang = "fr"\n+++\n',
        ],
    )
    def test_hugo_hands_down_what_has_no_target(self, front: str) -> None:
        assert said(front, "news/_index.md", "news/x.md") == {"draft": "true"}

    @pytest.mark.parametrize("front", ["---\ntitle: News\n---\n", "---\ncascade:\n---\n", "News"])
    def test_a_section_page_need_not_hand_anything_down(self, front: str) -> None:
        assert said(front, "news/_index.md", "news/x.md") == {}

    def test_a_folder_speaks_only_of_its_own_articles(self) -> None:
        assert said("author: Jo", "posts/_metadata.yml", "posts2/x.md") == {}
        assert said("author: Jo", "_metadata.yml", "posts2/x.md") == {"author": "Jo"}

    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "date: 2026-08-11\nformat: html\n"])
    def test_a_file_may_say_nothing_that_counts(self, text: str) -> None:
        assert said(text, "_metadata.yml", "x.md") == {}


class TestJekyll:
    CONFIG = """
title: "A site: {of anchors}"
other: &x {tag: !ruby/regexp /x/}

defaults:
  # everything
  - scope: {path: ""}
    values: {author: Everybody, layout: post}
-
"""
    SCOPES = """
defaults:
- scope:
    path: "news"
    type: posts
  values: {author: Posts of news}
- scope: {path: news}
  values: {author: News, category: news}
- scope: {path: "", type: post}
  values: {author: Posts, lang: en}
next: ""
"""

    def test_only_the_defaults_of_the_config_are_parsed(self) -> None:
        assert said(self.CONFIG.replace("\n-\n", "\n"), "_config.yml", "_posts/x.md") == {
            "author": "Everybody"
        }

    def test_a_second_document_is_none_of_the_defaults(self) -> None:
        config = "---\ndefaults:\n- scope: {path: ''}\n  values: {author: Jo}\n---\nmore: [\n"

        assert said(config, "_config.yml", "x.md") == {"author": "Jo"}

    @pytest.mark.parametrize(
        ("article", "values"),
        [
            ("news/_posts/x.md", {"author": "Posts of news", "category": "news", "lang": "en"}),
            ("news/x.md", {"author": "News", "category": "news"}),
            ("_posts/x.md", {"author": "Posts", "lang": "en"}),
            ("_drafts/x.md", {}),
            ("_eels/x.md", {}),
            ("x.md", {}),
        ],
    )
    def test_the_more_specific_scope_wins(self, article: str, values: dict[str, str]) -> None:
        assert said(self.SCOPES, "_config.yml", article) == values

    def test_scopes_count_from_the_root_of_the_site(self) -> None:
        for below, author in (("news/_posts/", "Posts of news"), ("_posts/", "Posts")):
            path = "../" * below.count("/") + "_config.yml"
            assert said(self.SCOPES, path, "x.md", below)["author"] == author

    @pytest.mark.parametrize(
        ("pattern", "article", "holds"),
        [
            ("news/*/old", "news/boats/old/x.md", True),
            ("news/*/old", "news/boats/new/x.md", False),
            ("./news", "news/x.md", True),
            ("/news", "news/x.md", True),
        ],
    )
    def test_a_path_may_be_a_pattern(self, *, pattern: str, article: str, holds: bool) -> None:
        config = f'defaults:\n- scope: {{path: "{pattern}"}}\n  values: {{author: Jo}}\n'

        assert bool(said(config, "_config.yml", article)) is holds

    def test_a_collection_is_a_type(self) -> None:
        config = "defaults:\n- scope: {path: '', type: eels}\n  values: {author: Jo}\n"

        assert said(config, "_config.yml", "_eels/x.md") == {"author": "Jo"}
        assert said(config, "_config.yml", "_posts/x.md") == {}

    def test_the_separator_of_excerpts_is_a_default(self) -> None:
        values = said('excerpt_separator: "<!--cut-->"\n', "_config.yml", "_posts/x.md")

        assert values == {"excerptseparator": "<!--cut-->"}

    @pytest.mark.parametrize("config", ["title: x\n", "", "defaults:\n", "\n# defaults: []\n"])
    def test_most_sites_have_none(self, config: str) -> None:
        assert parse(config, "_config.yml") == Defaults()

    @pytest.mark.parametrize(
        "item", ["news", "{scope: news, values: {a: b}}", "{scope: {}, values: [a]}"]
    )
    def test_a_scope_of_another_shape_is_a_mistake(self, item: str) -> None:
        assert problem(f"a: b\ndefaults: [{item}]\n", "_config.yml") == (
            "_config.yml:2",
            "defaults is no list of scopes and values",
            "Write `- scope: {path: ...}` and below it `values: {name: value}`.",
        )
        assert parse("defaults: many\n", "_config.yml").bad


class TestWhatCounts:
    @pytest.mark.parametrize(
        "line",
        [
            "date: 2026-08-11",
            "published: 2026-08-11",
            "title: All the same",
            "excerpt: All the same",
            "description: All the same",
            "id: 7",
            "slug: x",
            "url: /x/",
            "permalink: /one/address/",
            "permalink: /{{ page.fileSlug }}/",
            'author: "{{ site.author }}"',
            "canonical_url: https://x.example/",
            "source: https://x.example/",
        ],
    )
    def test_what_belongs_to_one_article_is_no_default(self, line: str) -> None:
        assert said(line, "_metadata.yml", "x.md") == {}

    @pytest.mark.parametrize(
        ("line", "values"),
        [
            ("published: false", {"published": "false"}),
            ("permalink: false", {"permalink": "false"}),
            ("permalink: pretty", {"permalink": "pretty"}),
            ("permalink: /:year/:title/", {"permalink": "/:year/:title/"}),
            ("Cover-Image: /a.png", {"coverimage": "/a.png"}),
            ("newsletter: no", {"newsletter": "no"}),
            ("digest: {section: Harbour}", {"digest": {"section": "Harbour"}}),
            ("expiryDate: 2026-09-01", {"expirydate": "2026-09-01"}),
        ],
    )
    def test_what_many_may_share_is(self, line: str, values: dict[str, object]) -> None:
        assert said(line, "_metadata.yml", "x.md") == values

    def test_an_inner_folder_wins_under_any_name(self) -> None:
        outer = parse("author: Outer\nlang: en\n", "_metadata.yml").scopes
        inner = parse("authors: [Inner]\n", "a/_metadata.yml").scopes

        assert defaults_of((*outer, *inner), "a/x.md") == {"authors": ["Inner"], "lang": "en"}
        assert defaults_of((*outer, *inner), "b/x.md") == {"author": "Outer", "lang": "en"}

    @pytest.mark.parametrize(
        ("path", "generator", "counts"),
        [
            ("posts/_metadata.yml", Generator.PLAIN, True),
            ("_metadata.yaml", Generator.HUGO, True),
            ("posts/posts.11tydata.json", Generator.PLAIN, True),
            ("content.11tydata.json", Generator.PLAIN, True),
            ("posts/boats.11tydata.json", Generator.ELEVENTY, False),
            ("posts/posts.json", Generator.ELEVENTY, True),
            ("posts/posts.json", Generator.PLAIN, False),
            ("content.json", Generator.ELEVENTY, True),
            ("posts/_index.md", Generator.HUGO, True),
            ("posts/_index.md", Generator.ZOLA, False),
            ("posts/_index.fr.md", Generator.HUGO, False),
            ("posts/_config.yml", Generator.JEKYLL, False),
        ],
    )
    def test_files_are_known_by_name(
        self, *, path: str, generator: Generator, counts: bool
    ) -> None:
        assert is_defaults(path, "content", generator) is counts


class TestMistakes:
    HELD = "; its articles count as drafts until that is put right"

    def test_a_value_that_no_article_may_have_is_named_where_it_stands(self) -> None:
        where, what, remedy = problem("author: Jo\ndraft: maybe\n", "a/_metadata.yml")

        assert where == "a/_metadata.yml:2"
        assert what == "draft is neither true nor false: 'maybe'" + self.HELD
        assert remedy == "Write `draft: true` or `draft: false`."

    def test_a_broken_file_that_hides_nothing_is_only_reported(self) -> None:
        found = parse('author: "Jo\n', "a/_metadata.yml")

        assert found.scopes == ()
        assert found.bad
        assert found.bad.path == "a/_metadata.yml"
        assert found.bad.problem.where == "a/_metadata.yml:1"
        assert found.bad.problem.what.startswith("the file is not YAML: ")

    def test_a_broken_file_that_may_hide_articles_holds_them_back(self) -> None:
        found = parse('draft: true\nauthor: "Jo\n', "a/_metadata.yml")

        assert found.bad
        assert found.bad.problem.what.endswith(self.HELD)
        assert defaults_of(found.scopes, "a/x.md") == {"draft": "true"}
        assert defaults_of(found.scopes, "b/x.md") == {}

    def test_a_broken_file_above_holds_back_everything(self) -> None:
        found = parse("defaults:\n- draft: [\n", "../_config.yml", below="_posts/")

        assert defaults_of(found.scopes, "x.md") == {"draft": "true"}

    @pytest.mark.parametrize(
        ("text", "path", "what"),
        [
            (b"\xff\xfe", "_metadata.yml", "the file is UTF-16"),
            (b"author: \0", "_metadata.yml", "the file holds a NUL byte, so it is not a text"),
            ("- a\n", "_metadata.yml", "the file is no list of fields"),
            ("author: *x\n", "_metadata.yml", "the file has alias *x"),
            ("[1]", "a/a.json", "the file is no JSON object"),
            ("[" * 5000, "a/a.json", "the file"),
            ("{", "a/a.json", "the file is not JSON: "),
            ("---\ncascade: no\n---\n", "_index.md", "cascade is no list of fields"),
            ("---\ncascade: [[a]]\n---\n", "_index.md", "cascade is no list of fields"),
            ("---\ncascade:\n", "_index.md", "front matter opened with `---` is never closed"),
            ("x" * 300_000, "_metadata.yml", "the file is larger than 256 KiB"),
            ("digest: {pun: 1}\n", "_metadata.yml", "digest has no 'pun'"),
            ("expires: soon\n", "_metadata.yml", "expires is no date we can use: 'soon'"),
        ],
    )
    def test_no_file_is_a_crash(self, text: str | bytes, path: str, what: str) -> None:
        assert problem(text, path)[1].startswith(what)

    @given(
        st.binary(max_size=60)
        | st.text(alphabet="defaultsco:-\n {}[]&*!\"'#path", max_size=60).map(
            lambda text: f"defaults:{text}".encode()
        ),
        st.sampled_from(["_metadata.yml", "_config.yml", "a/a.json", "a/_index.md"]),
    )
    def test_whatever_the_bytes(self, raw: bytes, path: str) -> None:
        found = parse_defaults(raw, path, RULES)

        assert found.bad is None or found.bad.path == path
        defaults_of(found.scopes, "a/x.md")


@given(st.text("ab*/", max_size=12), st.text("ab/", min_size=1, max_size=40))
def test_patterns_cost_little_and_cover_what_begins_like_them(pattern: str, path: str) -> None:
    plain = Scope(start=pattern.replace("*", ""), values={})
    scope = Scope(start=pattern, values={})

    if plain.covers(path):
        assert scope.covers(path)
