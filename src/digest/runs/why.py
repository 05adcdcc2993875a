"""Why an article is in an issue, or not. Reads the content folder."""

from dataclasses import dataclass
from datetime import datetime

from digest.articles.article import Article
from digest.articles.identity import names_of
from digest.config.settings import Config
from digest.runs.choose import Ask, Choice, choose
from digest.runs.find import below_content, find_articles
from digest.selection.selection import Chosen, LeftOut, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One article and its fate."""

    path: str
    #: None for a file that is no article.
    article: Article | None
    choice: Choice
    #: Set when it is in the issue: what was chosen, its section ("" the lead story's), its
    #: place from 1.
    chosen: Chosen | None = None
    section: str = ""
    place: int = 0
    #: Set when it is not.
    left_out: LeftOut | None = None

    @property
    def remedy(self) -> str:
        """What to do about a bad file; or ""."""
        bad = self.choice.contents.bad
        return next((file.problem.remedy for file in bad if file.path == self.path), "")


def why(config: Config, name: str, ask: Ask, now: datetime) -> Answer:
    """Return why the named article is in the issue asked for, or why not.

    Raises:
        NotFoundError: the name fits no article, or several.
        DigestError: see `choose`.
    """
    name = below_content(config, name)
    choice = choose(config, ask, now, also=(name,))
    selection = choice.selection
    by_path = {one.path: one for one in selection.left_out}
    for one in selection.left_out:
        if one.article is None and name in names_of(one.path):
            return Answer(path=one.path, article=None, choice=choice, left_out=one)
    article = find_articles(config, choice.contents, [name], where="digest why")[0]
    places = [("", selection.lead)] if selection.lead else []
    places += [(section.title, one) for section in selection.sections for one in section.chosen]
    for place, (section, chosen) in enumerate(places, 1):
        if chosen.article.path == article.path:
            return Answer(
                path=article.path,
                article=article,
                choice=choice,
                chosen=chosen,
                section=section,
                place=place,
            )
    outside = LeftOut(
        article.path, Reason.OUTSIDE_WINDOW, f"{article.published_at:%Y-%m-%d}", article
    )
    return Answer(
        path=article.path,
        article=article,
        choice=choice,
        left_out=by_path.get(article.path, outside),
    )
