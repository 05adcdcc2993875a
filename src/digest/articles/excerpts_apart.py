"""Excerpts made in a child process, while its parent compares the articles. Starts a process."""

from collections.abc import Sequence

from digest.articles.article import Article
from digest.articles.child import Child, may_fork
from digest.articles.excerpt import Excerpt, Origin
from digest.articles.excerpts import Excerpts, excerpts_of

#: Fewer are made sooner than a child is started.
_WORTH_A_CHILD = 32


def excerpts_apart(
    articles: Sequence[Article], around: Sequence[Article], phrases: Sequence[str] = ()
) -> Excerpts:
    """Return what `excerpts_of` returns; the excerpts are made beside the caller's work."""
    if len(articles) < _WORTH_A_CHILD or not may_fork():
        return excerpts_of(articles, around, phrases)
    child = Child(lambda: _made(articles, around, phrases))
    made: dict[str, Excerpt] = {}

    def of(article: Article) -> Excerpt:
        if not made:
            answer = child.answer() or _made(articles, around, phrases)
            for one, (text, origin, cleaned) in zip(articles, answer, strict=True):
                made[one.path] = Excerpt(text=text, origin=Origin(origin), cleaned=cleaned)
        return made[article.path]

    return of


def _made(
    articles: Sequence[Article], around: Sequence[Article], phrases: Sequence[str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    of = excerpts_of(articles, around, phrases)
    made = map(of, articles)
    return [(excerpt.text, excerpt.origin.value, excerpt.cleaned) for excerpt in made]
