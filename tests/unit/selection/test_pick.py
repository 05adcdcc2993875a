"""`pick` takes shortcuts; what it picks is what asking every candidate every time would pick."""

from hypothesis import given
from hypothesis import strategies as st

from builders import THIS_WEEK, make_article
from digest.articles.excerpt import Excerpt, Origin
from digest.selection.pick import Candidate, pick
from digest.selection.rank import Diversity, Scale
from digest.selection.rules import Rules, SectionRule
from digest.selection.selection import Chosen, Part

SCALE = Scale(window=THIS_WEEK, templates={}, covers={}, house_authors=frozenset())
NEWS, REST = SectionRule(title="News", limit=2), SectionRule(title="Rest")
RULES = Rules(sections=(NEWS, REST), max_articles=6)
UNPINNED = 1_000_000
SPECS = st.tuples(
    st.integers(0, 50),  # tenths of points
    st.sampled_from(["a.example", "b.example", ""]),
    st.sampled_from(["ann", "bob", ""]),
    st.sampled_from(["news", "life"]),
    st.sampled_from(["harbour bridge opens", "harbour bridge closes", "seals return early"]),
    st.sampled_from([UNPINNED] * 5 + [1, 2]),
    st.sampled_from([NEWS, REST]),
)
Spec = tuple[int, str, str, str, str, int, SectionRule]


def candidate(number: int, spec: Spec) -> Candidate:
    tenths, host, author, category, title, pin, section = spec
    article = make_article(
        path=f"{number:02}.md",
        title=title,
        origin_url=f"https://{host}/{number}" if host else "",
        authors=(author,) if author else (),
        categories=(category,),
        cover_url="https://harbour-courier.example/quay.jpg",
    )
    chosen = Chosen(
        article=article,
        excerpt=Excerpt(text="", origin=Origin.NONE),
        score=(Part("recency", tenths / 10),),
        pinned=pin < UNPINNED,
    )
    return Candidate(chosen, section, pin)


def plainly(candidates: list[Candidate]) -> list[str]:
    """Return the paths in the order in which they are picked: everybody is asked every time."""
    diversity, left, picked = Diversity(SCALE), list(candidates), list[Candidate]()

    def fits(one: Candidate) -> bool:
        limit = one.section.limit
        told = sum(other.section is one.section for other in picked)
        return one.chosen.pinned or limit is None or told < limit

    while len(picked) < RULES.max_articles and (able := [one for one in left if fits(one)]):

        def key(one: Candidate) -> tuple[float, float, float, str]:
            points = one.chosen.points
            return one.pin, -(points + diversity.points(one.chosen.article)), -points, one.key[1]

        best = min(able, key=key)
        picked.append(best)
        left.remove(best)
        diversity.add(best.chosen.article)
    return [one.chosen.article.path for one in picked]


@given(specs=st.lists(SPECS, max_size=25))
def test_it_is_what_asking_everybody_every_time_would_pick(specs: list[Spec]) -> None:
    candidates = [candidate(number, spec) for number, spec in enumerate(specs)]

    picked, over = pick(candidates, RULES, SCALE)

    paths = [one.chosen.article.path for one in picked]
    assert paths == plainly(candidates)
    assert sorted(paths + [chosen.article.path for chosen, _, _ in over]) == sorted(
        one.chosen.article.path for one in candidates
    )
