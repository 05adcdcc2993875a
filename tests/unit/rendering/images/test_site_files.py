import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_article
from digest.articles.settings import Generator
from digest.rendering.images.site_files import SiteFiles

BASE = "https://harbour-courier.example"
MOST = 1000


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose articles lie in content/, below a folder that is not the site's."""
    root = tmp_path / "site"
    (root / "content" / "posts").mkdir(parents=True)
    (root / ".git").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    return root


def put(root: Path, name: str, content: bytes = b"picture") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)


def files(root: Path, generator: Generator = Generator.HUGO, base: str = BASE) -> SiteFiles:
    return SiteFiles(base, str(root / "content"), generator, str(root))


def read(root: Path, path: str, generator: Generator = Generator.HUGO) -> bytes | str | None:
    article = make_article(path="posts/boats.md", url=f"{BASE}/posts/boats/")
    return files(root, generator).content(article, BASE + path, MOST)


@pytest.mark.parametrize(
    ("generator", "name", "path"),
    [
        (Generator.HUGO, "static/img/a.jpg", "/img/a.jpg"),
        (Generator.HUGO, "assets/a.jpg", "/a.jpg"),
        (Generator.HUGO, "content/posts/boats/a.jpg", "/posts/boats/a.jpg"),
        (Generator.HUGO, "static/img/a b.jpg", "/img/a%20b.jpg"),
        (Generator.HUGO, "static/img/über.jpg", "/img/%C3%BCber.jpg"),
        (Generator.HUGO, "static/img/a.jpg", "/img/a.jpg?v=3"),
        (Generator.JEKYLL, "assets/a.jpg", "/assets/a.jpg"),
        (Generator.HEXO, "source/img/a.jpg", "/img/a.jpg"),
        (Generator.ASTRO, "public/a.jpg", "/a.jpg"),
        (Generator.NEXT, "public/a.jpg", "/a.jpg"),
        (Generator.NIKOLA, "images/a.jpg", "/images/a.jpg"),
        (Generator.PELICAN, "content/images/a.jpg", "/images/a.jpg"),
        (Generator.PLAIN, "public/a.jpg", "/a.jpg"),
        (Generator.PLAIN, "content/posts/a.jpg", "/posts/boats/a.jpg"),
    ],
)
def test_files_are_found_where_the_generator_publishes_them(
    site: Path, generator: Generator, name: str, path: str
) -> None:
    put(site, name)

    assert read(site, path, generator) == b"picture"


def test_a_site_below_a_folder_of_its_host(site: Path) -> None:
    put(site, "static/a.jpg")
    article = make_article(url=f"{BASE}/blog/x/")

    found = files(site, base=f"{BASE}/blog/")

    assert found.content(article, f"{BASE}/blog/a.jpg", MOST) == b"picture"
    assert found.content(article, f"{BASE}/a.jpg", MOST) is None
    assert found.has(article, f"{BASE}/blog/a.jpg")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.png",
        "/..%2f..%2fsecret.png",
        "/%2e%2e/%2e%2e/secret.png",
        "/posts/boats/../../../../secret.png",
        "/img/%00.png",
        "//etc/passwd",
        "/",
        "",
        "/nothing.png",
        "/posts",
    ],
)
def test_nothing_outside_is_read(site: Path, path: str) -> None:
    put(site, "static/img/a.jpg")

    assert read(site, path) is None


def test_a_link_that_leads_out_is_not_followed(site: Path) -> None:
    put(site, "static/x.jpg")
    (site / "static" / "out.png").symlink_to(site.parent / "secret.png")
    (site / "static" / "up").symlink_to(site.parent)
    (site / "content" / "posts" / "passwd.jpg").symlink_to("/etc/passwd")

    assert read(site, "/out.png") is None
    assert read(site, "/up/secret.png") is None
    assert read(site, "/posts/passwd.jpg") is None


def test_a_link_inside_is_followed(site: Path) -> None:
    put(site, "static/a.jpg")
    (site / "static" / "b.jpg").symlink_to("a.jpg")

    assert read(site, "/b.jpg") == b"picture"


def test_what_is_no_file_is_not_opened(site: Path) -> None:
    (site / "static").mkdir()
    os.mkfifo(site / "static" / "pipe.jpg")

    assert read(site, "/pipe.jpg") is None


def test_another_host_has_no_files_here(site: Path) -> None:
    put(site, "static/a.jpg")

    assert files(site).content(make_article(), "https://x.example/a.jpg", MOST) is None
    assert files(site).content(make_article(), "https://[", MOST) is None


def test_a_file_too_large_says_so(site: Path) -> None:
    put(site, "static/a.jpg", bytes(MOST + 1))

    assert read(site, "/a.jpg") == "the file has more than 1,000 bytes"


def test_nothing_above_the_repository_belongs_to_the_site(site: Path) -> None:
    put(site.parent, "public/a.jpg")
    settings = str(site / "newsletter")
    found = SiteFiles(BASE, str(site / "content"), Generator.ASTRO, settings)

    assert found.content(make_article(), f"{BASE}/a.jpg", MOST) is None


def test_nothing_above_the_root_of_a_site_belongs_to_it(tmp_path: Path) -> None:
    put(tmp_path, "site/static/a.jpg")
    put(tmp_path, "static/b.jpg")
    (tmp_path / "site" / "content").mkdir()
    content = str(tmp_path / "site" / "content")
    found = SiteFiles(BASE, content, Generator.HUGO, str(tmp_path / "site" / "newsletter"))

    assert found.content(make_article(), f"{BASE}/a.jpg", MOST) == b"picture"
    assert found.content(make_article(), f"{BASE}/b.jpg", MOST) is None


def test_plain_articles_without_a_repository_reach_no_further(tmp_path: Path) -> None:
    """Articles in /home/anna/articles do not make /home/anna/public the site's."""
    put(tmp_path, "public/a.jpg")
    (tmp_path / "articles" / "settings").mkdir(parents=True)
    articles = tmp_path / "articles"
    found = SiteFiles(BASE, str(articles), Generator.PLAIN, str(articles / "settings"))

    assert found.content(make_article(), f"{BASE}/a.jpg", MOST) is None


@given(st.text(max_size=50))
def test_property_whatever_the_address_nothing_is_raised(path: str) -> None:
    found = SiteFiles(BASE, "/nowhere/at/all", Generator.HUGO, "/nowhere")

    assert found.content(make_article(path="a/b.md"), f"{BASE}/{path}", MOST) is None
    assert found.content(make_article(path="a/b.md"), path, MOST) is None
