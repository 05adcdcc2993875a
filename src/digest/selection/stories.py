"""Gathers versions of one story, and says which version is the best. Pure."""

from collections.abc import Callable, Iterable, Sequence

from digest.articles.article import Article
from digest.record import Record


class Gathered(Record):
    """One story: its best version and the others, best first."""

    best: Article
    others: tuple[Article, ...] = ()


def gather(
    articles: Sequence[Article],
    pairs: Iterable[tuple[str, str]],
    quality: Callable[[Article], tuple[float, ...]],
) -> tuple[Gathered, ...]:
    """Return the stories among `articles`, in order of their best version's path.

    A version joins a story when it is one story with that story's *best* version. Chains of
    likeness do not join (A like B, B like C, A unlike C): a story must not grow over a subject.

    Args:
        articles: every version.
        pairs: paths of any two that are one story.
        quality: higher is better; ties go to the earlier, then to the lesser path.
    """
    friends: dict[str, set[str]] = {article.path: set() for article in articles}
    for one, other in pairs:
        friends[one].add(other)
        friends[other].add(one)
    best_first = sorted(
        (article for article in articles if friends[article.path]),
        key=lambda article: (
            *(-value for value in quality(article)),
            article.published_at.timestamp(),
            article.path,
        ),
    )
    bests: list[Article] = []
    others: dict[str, list[Article]] = {}
    for article in best_first:
        home = next((best.path for best in bests if best.path in friends[article.path]), None)
        if home is None:
            bests.append(article)
        else:
            others.setdefault(home, []).append(article)
    alone = [article for article in articles if not friends[article.path]]
    stories = (Gathered(best, tuple(others.get(best.path, ()))) for best in (*bests, *alone))
    return tuple(sorted(stories, key=lambda story: story.best.path))
