"""The excerpts of many articles, cleaned of what recurs in them. Pure."""

from collections.abc import Callable, Sequence

from digest.articles.article import Article
from digest.articles.boilerplate import find_boilerplate
from digest.articles.excerpt import Excerpt, excerpt_of

#: Gives the excerpt of an article.
Excerpts = Callable[[Article], Excerpt]
#: Articles, all those around them, phrases of the site → their excerpts.
MakeExcerpts = Callable[[Sequence[Article], Sequence[Article], Sequence[str]], Excerpts]


def excerpts_of(
    articles: Sequence[Article],  # noqa: ARG001  whose, for those who make them beforehand
    around: Sequence[Article],
    phrases: Sequence[str] = (),
) -> Excerpts:
    """Return what gives the excerpts of `articles`, each made once and when it is asked for.

    Args:
        articles: whose excerpts will be asked for.
        around: what recurs in these is furniture.
        phrases: furniture of the site, from `[content] boilerplate`.
    """
    boilerplate = find_boilerplate(around, phrases)
    made: dict[str, Excerpt] = {}

    def of(article: Article) -> Excerpt:
        if article.path not in made:
            made[article.path] = excerpt_of(article, boilerplate)
        return made[article.path]

    return of
