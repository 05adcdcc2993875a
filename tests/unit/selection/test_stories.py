from builders import make_article
from digest.articles.article import Article
from digest.selection.stories import Gathered, gather


def quality(article: Article) -> tuple[float, ...]:
    return (float(article.words),)


def test_the_best_version_stands_for_the_story() -> None:
    thin, thick, other = (
        make_article(path=f"{n}.md", words=w) for n, w in zip("abc", (5, 9, 7), strict=True)
    )

    stories = gather([thin, thick, other], [("a.md", "b.md"), ("b.md", "c.md")], quality)

    assert stories == (Gathered(thick, (other, thin)),)


def test_a_chain_does_not_join_what_is_unlike() -> None:
    """B is like A and like C, but A and C tell different stories."""
    a, b, c = (
        make_article(path=f"{n}.md", words=w) for n, w in zip("abc", (9, 5, 8), strict=True)
    )

    stories = gather([a, b, c], [("a.md", "b.md"), ("b.md", "c.md")], quality)

    assert stories == (Gathered(a, (b,)), Gathered(c))


def test_of_equals_the_earlier_path_wins() -> None:
    one, two = make_article(path="a.md"), make_article(path="b.md")

    assert gather([two, one], [("a.md", "b.md")], quality) == (Gathered(one, (two,)),)


def test_alone_is_a_story_too() -> None:
    one, two = make_article(path="a.md"), make_article(path="b.md")

    assert gather([two, one], [], quality) == (Gathered(one), Gathered(two))
