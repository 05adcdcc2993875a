import pytest

from builders import make_article
from digest.articles.article import Article
from digest.articles.settings import CoverRules
from digest.issue.pictures import Picture, cover_urls, picture_of, pictures_of

A, B, DEFAULT, EVERY = (f"https://pictures.example/{name}.jpg" for name in ("a", "b", "d", "e"))
NO_RULES = CoverRules()


def test_own_cover_with_its_words_else_the_title() -> None:
    told = make_article(path="1.md", cover_url=A, cover_alt="A crane over the quay")
    untold = make_article(path="2.md", cover_url=B, title="Crane sold")

    covers = pictures_of([told, untold], NO_RULES)

    assert [(cover.url, cover.alt) for cover in covers.values()] == [
        (A, "A crane over the quay"),
        (B, "Crane sold"),
    ]


def test_the_same_picture_is_shown_once_the_first_story_keeps_it() -> None:
    first, second = (make_article(path=path, cover_url=A) for path in ("1.md", "2.md"))

    assert list(pictures_of([first, second], NO_RULES)) == ["1.md"]
    assert list(pictures_of([second, first], NO_RULES)) == ["2.md"]


def test_another_size_is_the_same_picture() -> None:
    first = make_article(path="1.md", cover_url=f"{A}?w=400&h=200&fit=crop")
    second = make_article(path="2.md", cover_url=f"{A}?w=1200")

    assert list(pictures_of([first, second], NO_RULES)) == ["1.md"]


def test_a_query_that_names_the_picture_counts() -> None:
    assert picture_of("https://x.example/p?id=1&w=4") != picture_of("https://x.example/p?id=2&w=4")


def test_category_default_then_the_default_for_all_then_none() -> None:
    rules = CoverRules(defaults={"news": DEFAULT, "": EVERY})
    articles = [make_article(path=f"{n}.md", categories=("News",)) for n in range(3)]

    covers = pictures_of(articles, rules)

    assert {path: cover.url for path, cover in covers.items()} == {"0.md": DEFAULT, "1.md": EVERY}
    assert covers["0.md"].alt == articles[0].title


def test_the_words_for_an_own_cover_do_not_describe_a_default() -> None:
    first = make_article(path="1.md", cover_url=A)
    second = make_article(path="2.md", cover_url=A, cover_alt="A crane", title="Second")

    covers = pictures_of([first, second], CoverRules(defaults={"": EVERY}))

    assert (covers["2.md"].url, covers["2.md"].alt) == (EVERY, "Second")


@pytest.mark.parametrize("url", ["https://[::1", "https://x.example:port/a.jpg", "https://"])
def test_no_address_is_a_traceback(url: str) -> None:
    assert isinstance(picture_of(url), str)


class Shelf:
    """A gallery that knows some pictures by address, and draws."""

    def __init__(self, **pictures: Picture | None) -> None:
        self.pictures = pictures
        self.asked: list[tuple[str, bool]] = []

    def seen(self, article: Article, url: str, *, lead: bool) -> Picture | None:
        self.asked.append((url, lead))
        return self.pictures[url[-5]]

    def drawn(self, article: Article, *, lead: bool) -> Picture | None:
        return Picture("https://mail.example/drawn.png", f"drawn for {article.path}", 414, 232)


def test_a_picture_has_the_size_and_address_its_gallery_says() -> None:
    shelf = Shelf(a=Picture("https://mail.example/made.jpg", "1", 1104, 736))

    [cover] = pictures_of([make_article(cover_url=A)], NO_RULES, shelf).values()

    assert (cover.url, cover.width, cover.height) == ("https://mail.example/made.jpg", 1104, 736)


def test_what_cannot_be_shown_gives_way_to_the_next_best() -> None:
    rules = CoverRules(defaults={"": DEFAULT})
    shelf = Shelf(a=None, b=None, d=Picture(DEFAULT, "2", 9, 9))
    articles = [make_article(cover_url=url) for url in (A, B)]

    covers = list(pictures_of(articles, rules, shelf).values())

    assert [cover.url for cover in covers] == [DEFAULT, "https://mail.example/drawn.png"]
    assert covers[1].alt == articles[1].title


def test_one_picture_under_two_addresses_is_shown_once() -> None:
    shelf = Shelf(a=Picture(A, "same"), b=Picture(B, "same"))
    articles = [make_article(cover_url=url, path=f"{url[-5]}.md") for url in (A, B)]

    assert pictures_of(articles, NO_RULES, shelf)["b.md"].url != B


def test_the_first_story_leads() -> None:
    shelf = Shelf(a=Picture(A), b=Picture(B))

    pictures_of([make_article(cover_url=url) for url in (A, B)], NO_RULES, shelf)

    assert shelf.asked == [(A, True), (B, False)]


def test_addresses_of_a_cover_best_first_and_once() -> None:
    rules = CoverRules(defaults={"news": DEFAULT, "": DEFAULT})

    assert cover_urls(make_article(cover_url=A, categories=("News",)), rules) == [A, DEFAULT]
