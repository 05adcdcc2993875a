"""Pictures as an issue gets them: real files, a real server, a real folder."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import make_article
from digest.articles.article import Article
from digest.articles.settings import CoverRules, Generator
from digest.config.images import Images, Prepare
from digest.config.load import load_config
from digest.config.sending import OnOff
from digest.config.settings import Config
from digest.issue.pictures import pictures_of
from digest.rendering.images.cache import Cache
from digest.rendering.images.fetch import Limits
from digest.rendering.images.measure import Measured, measure
from digest.rendering.images.remote import Remote
from digest.runs.gallery import Deed, IssueGallery
from digest.runs.pictures import Fetcher, fetch_pictures, open_gallery
from pictures import SVG, WEB_PAGE, PictureServer, picture, serving, svg, turned

BASE = "https://harbour-courier.example"
MAIL = f"{BASE}/mail"
CONFIG = f"""
[site]
name = "The Harbour Courier"
base_url = "{BASE}"
timezone = "Europe/Berlin"

[content]
path = "content"

[newsletters.weekly]
title = "Weekly"
"""
WITH_FOLDER = f'\n[images]\nfolder = "static/mail"\nurl = "{MAIL}/"\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "static" / "img").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with serving() as running:
        yield running


def config_of(site: Path, images: str = "") -> Config:
    (site / "config.toml").write_text(CONFIG + images)
    return load_config(str(site / "config.toml"))


def put(site: Path, name: str, content: bytes) -> str:
    """Write a file of the site; return its address."""
    (site / "static" / "img" / name).write_bytes(content)
    return f"{BASE}/img/{name}"


def article(url: str = "", **fields: Any) -> Article:
    return make_article(cover_url=url, **fields)


def opened(
    config: Config, articles: Iterable[Article] = (), *, make: bool = False, **fields: Any
) -> IssueGallery:
    return open_gallery(config, articles, generator=Generator.HUGO, make=make, **fields)


class TestSiteFiles:
    def test_a_picture_is_measured(self, site: Path) -> None:
        url = put(site, "a.jpg", picture("JPEG", 640, 400))
        gallery = opened(config_of(site))

        [cover] = pictures_of([article(url)], CoverRules(), gallery).values()

        assert (cover.url, cover.width, cover.height) == (url, 640, 400)
        assert gallery.warnings() == ()

    def test_a_broken_one_gives_way_to_the_default_of_its_category(self, site: Path) -> None:
        bad, good = put(site, "a.jpg", WEB_PAGE), put(site, "b.jpg", picture())
        gallery = opened(config_of(site))
        rules = CoverRules(defaults={"news": good})
        one = article(bad, path="posts/x.md", categories=("News",))

        [cover] = pictures_of([one], rules, gallery).values()

        assert cover.url == good
        assert gallery.warnings() == (
            (
                f"posts/x.md: the picture {bad} is not shown: it is a web page. Put a JPEG or PNG "
                "in its place, or mend its address."
            ),
        )

    def test_a_broken_one_without_default_leaves_the_story_without(self, site: Path) -> None:
        bad = put(site, "a.jpg", b"")

        assert pictures_of([article(bad)], CoverRules(), opened(config_of(site))) == {}

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (picture("PNG", 1, 1), "it is only 1 by 1 pixels"),
            (picture("PNG", 4000, 20), "with 4,000 by 20 pixels it is a line"),
            (picture() + bytes(10_000), "the file has more than 10,000 bytes"),
        ],
    )
    def test_what_is_no_picture_for_a_mail(self, site: Path, content: bytes, why: str) -> None:
        url = put(site, "a.jpg", content)
        gallery = opened(config_of(site, "[images]\nmax_bytes = 10000\n"))

        assert gallery.seen(article(url), url, lead=True) is None
        assert why in gallery.warnings()[0]

    def test_one_picture_under_two_names_is_shown_once(self, site: Path) -> None:
        urls = [put(site, name, picture()) for name in ("a.jpg", "b.jpg")]
        articles = [article(url) for url in urls]

        covers = pictures_of(articles, CoverRules(), opened(config_of(site)))

        assert [cover.url for cover in covers.values()] == urls[:1]

    def test_elsewhere_nothing_is_looked_at(self, site: Path) -> None:
        url = "https://x.example/a.webp"
        gallery = opened(config_of(site))

        picture_seen = gallery.seen(article(url), url, lead=True)

        assert picture_seen is not None
        assert (picture_seen.url, picture_seen.width) == (url, None)
        assert [found.deed for found in gallery.findings] == [Deed.UNSEEN]

    def test_without_a_folder_every_format_stays(self, site: Path) -> None:
        urls = [put(site, "a.webp", picture("WEBP")), put(site, "a.svg", SVG)]
        gallery = opened(config_of(site), make=True)

        for url in urls:
            assert gallery.seen(article(url), url, lead=True)
        assert gallery.warnings() == ()


class TestFolder:
    @pytest.mark.parametrize("lead", [True, False])
    def test_a_picture_is_made_once_and_then_found(self, site: Path, *, lead: bool) -> None:
        url = put(site, "a.webp", picture("WEBP", 3000, 2000))
        config = config_of(site, WITH_FOLDER)

        made = opened(config, make=True).seen(article(url), url, lead=lead)
        found = opened(config).seen(article(url), url, lead=lead)

        assert made is not None
        assert made == found
        width = 1104 if lead else 414
        assert (made.width, made.height) == (width, round(width * 2 / 3))
        [file] = (site / "static" / "mail").iterdir()
        assert made.url == f"{MAIL}/{file.name}"
        assert file.suffix == ".jpg"
        measured = measure(file.read_bytes())
        assert isinstance(measured, Measured)
        assert measured.size == (made.width, made.height)

    def test_making_again_changes_nothing(self, site: Path) -> None:
        url = put(site, "a.webp", picture("WEBP"))
        config = config_of(site, WITH_FOLDER)
        opened(config, make=True).seen(article(url), url, lead=True)
        [before] = (site / "static" / "mail").iterdir()
        stamp = before.stat().st_mtime_ns

        again = opened(config, make=True)
        again.seen(article(url), url, lead=True)

        assert [found.deed for found in again.findings] == [Deed.READY]
        assert before.stat().st_mtime_ns == stamp

    def test_what_is_not_made_yet_is_shown_as_it_is_and_told(self, site: Path) -> None:
        url = put(site, "a.webp", picture("WEBP"))
        gallery = opened(config_of(site, WITH_FOLDER), command="digest images weekly")

        shown = gallery.seen(article(url, path="x.md"), url, lead=True)

        assert shown is not None
        assert shown.url == url
        assert gallery.warnings() == (
            (
                "1 picture is not made for mails yet (x.md): run digest images weekly and publish "
                "its folder."
            ),
        )
        assert not (site / "static" / "mail").exists()

    def test_a_folder_that_is_served_is_filled_whenever_an_issue_is_built(
        self, site: Path
    ) -> None:
        url = put(site, "a.webp", picture("WEBP"))
        config = config_of(site, WITH_FOLDER + 'prepare = "always"\n')

        shown = opened(config).seen(article(url), url, lead=True)

        assert config.images.prepare is Prepare.ALWAYS
        assert shown is not None
        assert shown.url.startswith(MAIL)

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
    def test_what_is_good_already_keeps_its_address(self, site: Path, form: str) -> None:
        url = put(site, "a", picture(form, 300, 200))
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        shown = gallery.seen(article(url), url, lead=False)

        assert shown is not None
        assert (shown.url, shown.width) == (url, 300)

    def test_what_lies_on_its_side_or_is_high_is_made(self, site: Path) -> None:
        for name, content in (("a", turned(6)), ("b", picture("JPEG", 300, 500))):
            url = put(site, name, content)
            gallery = opened(config_of(site, WITH_FOLDER), make=True)

            shown = gallery.seen(article(url), url, lead=False)

            assert shown is not None
            assert shown.width == shown.height

    def test_an_svg_becomes_a_png(self, site: Path) -> None:
        url = put(site, "a.svg", svg('<rect width="300" height="200" fill="teal"/>'))
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        shown = gallery.seen(article(url), url, lead=True)

        assert shown is not None
        assert shown.url.endswith(".png")
        assert (shown.width, shown.height) == (1104, 736)
        assert gallery.warnings() == ()

    def test_one_that_shows_nothing_is_passed_over(self, site: Path) -> None:
        url = put(site, "a.svg", SVG)
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        assert gallery.seen(article(url), url, lead=True) is None
        assert "every pixel is transparent" in gallery.warnings()[0]

    def test_a_picture_broken_further_behind_is_found_when_it_is_made(self, site: Path) -> None:
        url = put(site, "a.jpg", picture("JPEG", 3000, 2000)[:5000])
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        assert gallery.seen(article(url), url, lead=True) is None
        assert "the JPEG is broken" in gallery.warnings()[0]

    def test_a_folder_that_cannot_be_written_stops_nothing(self, site: Path) -> None:
        url = put(site, "a.webp", picture("WEBP"))
        (site / "static" / "mail").write_text("in the way")
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        shown = gallery.seen(article(url), url, lead=True)

        assert shown is not None
        assert shown.url == url
        assert "[images] folder cannot be written (File exists)." in gallery.warnings()


class TestDrawings:
    DRAWING = WITH_FOLDER + 'placeholders = "on"\n'

    def test_no_drawing_twice_in_an_issue(self, site: Path) -> None:
        articles = [article(categories=("Science",)) for _ in range(14)]
        gallery = opened(config_of(site, self.DRAWING), make=True)

        covers = pictures_of(articles, CoverRules(), gallery)

        urls = [cover.url for cover in covers.values()]
        assert len(urls) == len(set(urls)) == 12
        assert {cover.width for cover in covers.values()} == {1104, 414}
        assert all(cover.alt.startswith("Story number") for cover in covers.values())
        contents = [file.read_bytes() for file in (site / "static" / "mail").iterdir()]
        assert len(set(contents)) == 12

    def test_the_same_article_has_the_same_drawing(self, site: Path) -> None:
        config = config_of(site, self.DRAWING)
        one = article(categories=("Science",))

        made = opened(config, make=True).drawn(one, lead=False)

        assert made == opened(config).drawn(one, lead=False)

    def test_what_is_not_drawn_yet_is_told(self, site: Path) -> None:
        gallery = opened(config_of(site, self.DRAWING))

        assert gallery.drawn(article(), lead=False) is None
        assert "1 picture is not made for mails yet" in gallery.warnings()[0]

    def test_none_unless_asked_for(self, site: Path) -> None:
        gallery = opened(config_of(site, WITH_FOLDER), make=True)

        assert pictures_of([article()], CoverRules(), gallery) == {}


class TestFetching:
    ON = '\n[images]\nfetch = "on"\n'

    def fetcher(self, server: PictureServer, site: Path) -> Fetcher:
        def fetch(images: Images, urls: Iterable[str], again: bool) -> dict[str, bytes | str]:  # noqa: FBT001  a Fetcher's
            remote = Remote(
                cache=Cache(str(site / "cache")),
                limits=Limits(max_bytes=images.max_bytes, seconds=images.timeout_seconds),
                network=server.network(),
                now=lambda: datetime(2026, 8, 17, tzinfo=UTC),
                retry=again,
            )
            return dict(remote.contents(urls))

        return fetch

    def test_pictures_from_elsewhere_are_measured(self, site: Path, server: PictureServer) -> None:
        server.routes["/a"] = lambda answer: answer.give(
            picture("PNG", 640, 400), kind="image/png"
        )
        server.routes["/b"] = lambda answer: answer.give(WEB_PAGE, kind="image/png")
        good, bad = article(server.url("/a")), article(server.url("/b"), path="b.md")
        local = article(put(site, "a.jpg", picture()))
        config = config_of(site, self.ON)

        gallery = opened(config, [good, bad, local], fetcher=self.fetcher(server, site))
        covers = pictures_of([good, bad, local], CoverRules(), gallery)

        assert config.images.fetch is OnOff.ON
        assert [(cover.width, cover.height) for cover in covers.values()] == [
            (640, 400),
            (640, 400),
        ]
        assert gallery.warnings()[0].startswith("b.md: the picture http://pictures.example:")
        assert "is not shown: it is a web page." in gallery.warnings()[0]
        assert [path for path, _ in sorted(server.asked)] == ["/a", "/b"]

    def test_nothing_is_fetched_unless_it_is_on(self, site: Path, server: PictureServer) -> None:
        one = article(server.url("/a"))

        opened(config_of(site), [one], fetcher=self.fetcher(server, site))

        assert server.asked == []

    def test_as_shipped_this_machine_is_not_asked(self, site: Path, server: PictureServer) -> None:
        url = server.url("/a", host="127.0.0.1")
        config = config_of(site, self.ON)

        said = fetch_pictures(config.images, [url], again=True)

        assert said == {url: f"127.0.0.1, port {server.server_port}, is not a public web server"}
        assert server.asked == []
        assert (site / ".cache" / "images").is_dir()
