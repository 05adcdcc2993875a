"""Articles, a window and rules → sections, and a reason for every other article. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from digest.articles.article import Article, BadFile
from digest.articles.contents import Contents
from digest.articles.excerpt import Origin
from digest.articles.excerpts import Excerpts, MakeExcerpts, excerpts_of
from digest.record import replace
from digest.selection.eligible import Request, check_eligible, is_carried_over, section_of
from digest.selection.likeness import Comparison
from digest.selection.pick import Candidate, pick
from digest.selection.rank import scale_of, score
from digest.selection.rules import Rules, SectionRule
from digest.selection.selection import Chosen, LeftOut, Reason, SelectedSection, Selection
from digest.selection.stories import Gathered, gather

_UNPINNED: Final = 1_000_000


def select(
    contents: Contents,
    request: Request,
    rules: Rules,
    phrases: Sequence[str] = (),
    make_excerpts: MakeExcerpts = excerpts_of,
) -> Selection:
    """Choose the articles of one issue.

    Args:
        contents: everything in the folder; the result does not depend on its order.
        request: window, moment, editor's decisions, memory of earlier issues.
        rules: sections and limits of the newsletter.
        phrases: furniture of the site, from `[content] boilerplate`.
        make_excerpts: how excerpts are made; `excerpts_apart` makes the same beside this.

    Returns:
        Sections in the order of the rules, empty ones omitted. Every file of the folder is
        chosen, or in `left_out` with its reason, or in `outside`: "why is mine missing?" is
        what authors ask, and `digest why` answers from here.
    """
    eligible, left_out = _sort_out(contents, request, rules)
    excerpts = make_excerpts(eligible, contents.articles, phrases)
    comparison = Comparison(eligible, around=contents.articles)
    stories = gather(eligible, comparison.pairs(), lambda one: _quality(one, excerpts, request))
    scale = scale_of(eligible, request.window, comparison.templates)
    candidates = []
    for story in stories:
        excerpt = excerpts(story.best)
        chosen = Chosen(
            article=story.best,
            excerpt=excerpt,
            score=score(story.best, story.others, excerpt, scale),
            also=story.others,
            pinned=_pin_of(story.best, request) < _UNPINNED,
            carried_over=is_carried_over(story.best, request),
            told_before=request.memory.told_before.get(story.best.identity, ""),
        )
        section = section_of(story.best, rules, request.decisions)
        candidates.append(
            Candidate(chosen, section or _last_section(rules), _pin_of(story.best, request))
        )
    picked, over = pick(candidates, rules, scale)
    versions = [_version(story, other) for story in stories for other in story.others]
    over_limit = [
        LeftOut(one.article.path, why, detail, one.article, one.score) for one, why, detail in over
    ]
    return Selection(
        window=request.window,
        lead=picked[0].chosen if picked else None,
        sections=_sections(picked[1:], rules),
        left_out=tuple(sorted([*left_out, *versions, *over_limit], key=lambda one: one.path)),
        runners_up=tuple(
            one for one, _, _ in over if not comparison.is_template(one.article.path)
        ),
        outside=contents.outside,
        too_few=rules.too_few if len(picked) < rules.min_articles else None,
    )


def _sort_out(
    contents: Contents, request: Request, rules: Rules
) -> tuple[list[Article], list[LeftOut]]:
    """Return what may be in the issue, and what may not with the reasons."""
    eligible: list[Article] = []
    left_out = [LeftOut(bad.path, Reason.BAD_FILE, _one_line(bad)) for bad in contents.bad]
    left_out += [LeftOut(path, Reason.UNSUPPORTED) for path in contents.unsupported]
    for article in sorted(contents.articles, key=lambda one: one.path):
        if why_not := check_eligible(article, request, rules):
            left_out.append(why_not)
        else:
            eligible.append(_with_blurb(article, request))
    return eligible, left_out


def _one_line(bad: BadFile) -> str:
    return f"{bad.problem.where}: {bad.problem.what}"


def _with_blurb(article: Article, request: Request) -> Article:
    blurb = request.decisions.blurb.get(article.path)
    if not blurb:
        return article
    return replace(article, wishes=replace(article.wishes, blurb=blurb))


def _quality(article: Article, excerpts: Excerpts, request: Request) -> tuple[float, ...]:
    """Say how good a version of a story is: own cover, real excerpt, longer body.

    The version that an editor or its author chose to say something about is the best one.
    """
    decisions = request.decisions
    named = article.path in decisions.move or article.path in decisions.blurb
    real = excerpts(article).origin in (Origin.BLURB, Origin.SUMMARY)
    return (
        -float(_pin_of(article, request)),
        float(named),
        float(bool(article.cover_url)),
        float(real),
        float(article.words),
    )


def _pin_of(article: Article, request: Request) -> int:
    """Return the place among the pinned: the editor's pins come before the authors'."""
    if article.path in request.decisions.pin:
        return request.decisions.pin.index(article.path)
    if article.wishes.pin is not None:
        return len(request.decisions.pin) + article.wishes.pin
    return _UNPINNED


def _last_section(rules: Rules) -> SectionRule:
    # Only an article that an editor pinned can have no section of its own.
    return rules.sections[-1]


def _version(story: Gathered, other: Article) -> LeftOut:
    same_body = other.fingerprint == story.best.fingerprint != ""
    reason = Reason.SAME_BODY if same_body else Reason.SAME_STORY
    return LeftOut(other.path, reason, story.best.path, other)


def _sections(picked: Iterable[Candidate], rules: Rules) -> tuple[SelectedSection, ...]:
    titles = [section.title for section in rules.sections] or [""]
    groups: dict[str, list[Chosen]] = {title: [] for title in titles}
    for candidate in picked:
        groups[candidate.section.title].append(candidate.chosen)
    return tuple(SelectedSection(title, tuple(group)) for title, group in groups.items() if group)
