import os
from pathlib import Path

import pytest

from digest.articles.generators import Recognition, recognise
from digest.articles.settings import Generator


def site(root: Path, *names: str, **contents: str) -> Path:
    """Make files (`a/b.md`) and folders (`a/`)."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents.get(path.stem, ""))
    return root


@pytest.mark.parametrize(
    ("names", "generator", "evidence", "content"),
    [
        (("hugo.toml", "content/"), Generator.HUGO, "hugo.toml found", "content"),
        (
            ("_config.yml", "_posts/"),
            Generator.JEKYLL,
            "_config.yml and _posts/ found",
            "_posts",
        ),
        (
            ("_config.yml", "source/_posts/"),
            Generator.HEXO,
            "_config.yml and source/_posts/ found",
            "source/_posts",
        ),
        (
            ("astro.config.mjs", "src/content/blog/"),
            Generator.ASTRO,
            "astro.config.mjs found",
            "src/content/blog",
        ),
        (("next.config.js", "_posts/"), Generator.NEXT, "next.config.js found", "_posts"),
        ((".eleventy.js", "posts/"), Generator.ELEVENTY, ".eleventy.js found", "posts"),
        (
            ("gatsby-config.ts", "content/blog/"),
            Generator.GATSBY,
            "gatsby-config.ts found",
            "content/blog",
        ),
        (("pelicanconf.py", "content/"), Generator.PELICAN, "pelicanconf.py found", "content"),
        (
            ("mkdocs.yml", "docs/blog/posts/"),
            Generator.MKDOCS,
            "mkdocs.yml found",
            "docs/blog/posts",
        ),
        (
            ("docusaurus.config.js", "blog/"),
            Generator.DOCUSAURUS,
            "docusaurus.config.js found",
            "blog",
        ),
        (("_quarto.yml", "posts/"), Generator.QUARTO, "_quarto.yml found", "posts"),
        (("astro.config.mjs",), Generator.ASTRO, "astro.config.mjs found", "."),
    ],
)
def test_a_sites_root_shows_its_generator_and_its_articles(
    tmp_path: Path, names: tuple[str, ...], generator: Generator, evidence: str, content: str
) -> None:
    found = recognise(str(site(tmp_path, *names)))

    assert found.generator is generator
    assert found.evidence == evidence
    assert found.content == os.path.normpath(tmp_path / content)


@pytest.mark.parametrize(
    ("config", "generator"),
    [
        ('baseURL = "https://x.example"\n', Generator.HUGO),
        ('# Zola\nbase_url = "https://x.example"\n[markdown]\n', Generator.ZOLA),
        ('[site]\nname = "x"\nbase_url = "https://x.example"\n[content]\npath = "c"\n', None),
    ],
)
def test_config_toml_is_told_apart_by_what_it_holds(
    tmp_path: Path, config: str, generator: Generator | None
) -> None:
    root = site(tmp_path, "config.toml", "content/", ".git/", config=config)

    assert recognise(str(root)).generator is (generator or Generator.PLAIN)


def test_conf_py_is_nikolas_only_with_its_settings(tmp_path: Path) -> None:
    sphinx = site(tmp_path / "a", "conf.py", conf="project = 'x'\n")
    nikola = site(tmp_path / "b", "conf.py", "posts/", conf='BLOG_TITLE = "x"\n')

    assert recognise(str(sphinx)).generator is Generator.PLAIN
    assert recognise(str(nikola)).generator is Generator.NIKOLA


def test_a_content_folder_is_recognised_by_what_lies_above(tmp_path: Path) -> None:
    site(tmp_path, "hugo.toml", "content/posts/2025/")
    folder = str(tmp_path / "content" / "posts")

    assert recognise(folder) == Recognition(
        Generator.HUGO,
        f"hugo.toml found in {tmp_path}",
        folder,
        "{base}/posts/{path}/",
    )


def test_four_folders_above_is_too_far(tmp_path: Path) -> None:
    site(tmp_path, "hugo.toml", "a/b/c/d/")

    assert recognise(str(tmp_path / "a/b/c")).generator is Generator.HUGO
    assert recognise(str(tmp_path / "a/b/c/d")).generator is Generator.PLAIN


def test_what_lies_above_a_repository_is_another_project(tmp_path: Path) -> None:
    site(tmp_path, "hugo.toml", "a/.git/", "a/b/")

    assert recognise(str(tmp_path / "a/b")).generator is Generator.PLAIN


def test_the_sites_own_permalinks_are_taken(tmp_path: Path) -> None:
    jekyll = site(tmp_path / "a", "_config.yml", "_posts/", _config="permalink: /:year/:title/\n")
    hexo = site(
        tmp_path / "b", "_config.yml", "source/_posts/", _config="permalink: :year/:title/ # x\n"
    )
    other = site(tmp_path / "c", "_config.yml", "_posts/", _config="permalink: /:hash/\n")

    assert recognise(str(jekyll)).url_pattern == "{base}/{year}/{title}/"
    assert recognise(str(hexo)).url_pattern == "{base}/{year}/{title}/"
    assert recognise(str(other)).url_pattern.startswith("{base}/{categories}/")


@pytest.mark.parametrize(
    ("text", "generator", "evidence"),
    [
        ("---\ncoverImage: x\nexcerpt: y\n---\n", Generator.NEXT, "coverImage and excerpt"),
        ("---\npubDate: x\nheroImage: y\n---\n", Generator.ASTRO, "pubDate and heroImage"),
        ("+++\n[taxonomies]\n+++\n", Generator.ZOLA, "TOML with [taxonomies]"),
        ("+++\n+++\n", Generator.HUGO, "TOML front matter"),
        ("Title: x\nDate: y\n\n", Generator.PELICAN, "`Title:` lines without a fence"),
        (".. title: x\n", Generator.NIKOLA, "`.. title:` lines"),
    ],
)
def test_without_a_config_the_front_matter_shows_it(
    tmp_path: Path, text: str, generator: Generator, evidence: str
) -> None:
    root = site(tmp_path, ".git/", "a.md", "b.md", a=text, b="Text.")

    found = recognise(str(root))

    assert found.generator is generator
    assert found.evidence == f"{evidence} found in 1 of 2 articles looked at"


def test_plain_files_are_plain(tmp_path: Path) -> None:
    root = site(tmp_path, ".git/", "a.md", a="---\ntitle: x\n---\n")

    assert recognise(str(root)) == Recognition(
        Generator.PLAIN,
        "no site generator recognised: plain files with front matter",
        str(tmp_path),
        "{base}/{path}",
    )


def test_folders_that_cannot_be_read_are_plain(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    (tmp_path / "b.md").mkdir()
    (tmp_path / "c.md").symlink_to(tmp_path / "nowhere")

    assert recognise(str(tmp_path)).generator is Generator.PLAIN
    assert recognise(str(tmp_path / "nowhere")).generator is Generator.PLAIN
