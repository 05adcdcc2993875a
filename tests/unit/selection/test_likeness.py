import pytest

from builders import PARAGRAPH, make_article
from digest.articles.article import Article
from digest.selection.likeness import Comparison, title_words

FILLER = "\n".join(
    f"Recent work in this field has shown remarkable progress of the kind number {number}."
    for number in range(6)
)
CRANE = (
    "The blue harbour crane was sold on Tuesday to a museum in Skaar for one crown, and the "
    "museum will have to collect it. Built in 1911, the crane lifted its last herring barrel in "
    "1974. The council had asked for bids in spring and received two."
)
CRANE_AGAIN = (
    "A museum in Skaar has bought the old blue crane of the harbour. The price was one crown, "
    "the council said on Tuesday; two bids came in. The crane, built in 1911, has not lifted a "
    "barrel since 1974, and the museum must collect it."
)
OTHERS = [
    make_article(title=title, body=f"{body} " + PARAGRAPH)
    for title, body in [
        ("Seal learns to open the fish market door", "A young seal has learned to pull a rope."),
        ("Ferry line orders an electric boat", "The line will run on batteries from next year."),
        ("Choir sings in the dry dock", "Two hundred singers stood where ships usually stand."),
        ("Council counts parking places", "There are fewer than anybody had thought."),
        ("Bread prices rise at the quay", "Flour is dearer, says the baker, and so is time."),
        ("School boat begins its term", "Forty children took the early boat on Monday."),
    ]
]


def one_story(first: Article, second: Article, *around: Article) -> bool:
    comparison = Comparison([first, second, *around])
    found = comparison.is_one_story(first.path, second.path)
    pair = tuple(sorted((first.path, second.path)))
    assert (pair in comparison.pairs()) == found
    return found


OWN = ["what the harbour master saw from her window", "what the tide tables did not say"]
UNLIKE = ["Nets and knots explained", "Why boats matter today", "Tides: a guide"]


class TestOneStory:
    def test_the_same_news_in_other_words_is_one_story(self) -> None:
        first = make_article(title="Blue harbour crane sold to Skaar museum", body=CRANE)
        second = make_article(title="Skaar museum buys the harbour's blue crane", body=CRANE_AGAIN)

        assert one_story(first, second, *OTHERS)

    def test_other_news_of_the_same_subject_is_another_story(self) -> None:
        first = make_article(title="Blue harbour crane sold to Skaar museum", body=CRANE)
        second = make_article(
            title="Crane birds nest on the harbour mole",
            body="Ornithologists counted eleven nests of the grey crane on the mole this week. "
            + PARAGRAPH,
        )

        assert not one_story(first, second, *OTHERS)

    def test_deals_of_one_shop_are_stories_of_their_own(self) -> None:
        """They share the shop and half of every sentence, and are two things to buy."""
        things = [
            "lantern",
            "kettle",
            "coat",
            "saw",
            "compass",
            "anchor",
            "ladder",
            "pump",
            "buoy",
            "rope",
            "chart",
            "bell",
        ]
        deals = [
            make_article(
                title=f"The {thing} is on sale at Prow & Daughters",
                body=f"The {thing} costs 35 crowns this week at Prow & Daughters, a third less. "
                f"Our tester found the {thing} {praise}er than any {thing} before it.",
            )
            for thing, praise in zip(
                things, ["warm", "soft", "deep", "sharp", "small", "great"] * 2, strict=True
            )
        ]

        comparison = Comparison(deals[:2], around=[*deals, *OTHERS])

        assert comparison.likeness(deals[0].path, deals[1].path).score > 0.5
        assert not comparison.is_one_story(deals[0].path, deals[1].path)

    def test_equal_bodies_are_one_story_whatever_their_titles(self) -> None:
        first = make_article(title="Night bus returns", fingerprint="f" * 32)
        second = make_article(title="Something else entirely", fingerprint="f" * 32)

        assert one_story(first, second, *OTHERS)

    def test_one_identity_is_one_story_whatever_its_words(self) -> None:
        first = make_article(title="Night bus returns", identity="url:https://a.example/x")
        second = make_article(title="Something else", identity="url:https://a.example/x")

        assert one_story(first, second, *OTHERS)

    def test_parts_of_a_series_are_stories_of_their_own(self) -> None:
        body = CRANE + " {} of the series."
        first = make_article(title="Harbour crane, part 1: the sale", body=body.format("One"))
        second = make_article(title="Harbour crane, part 2: the sale", body=body.format("Two"))

        assert not one_story(first, second, *OTHERS)

    def test_a_time_stamp_in_a_title_is_not_its_number(self) -> None:
        first = make_article(title="Crane sold to Skaar museum - 1787021343254", body=CRANE)
        second = make_article(title="Crane sold to Skaar museum - 1787021399999", body=CRANE_AGAIN)

        assert one_story(first, second, *OTHERS)

    def test_articles_of_a_template_are_one_only_by_their_title(self) -> None:
        filler = [
            make_article(title=f"The future of {topic}: trends", body=FILLER)
            for topic in ("tides", "boats", "boats", "nets")
        ]
        filler += [make_article(title=title, body=FILLER) for title in UNLIKE]

        assert one_story(filler[1], filler[2], *filler, *OTHERS)
        assert not one_story(filler[0], filler[1], *filler, *OTHERS)

    def test_without_a_body_only_titles_are_compared(self) -> None:
        first = make_article(title="Gale warning", body="", fingerprint="", words=0)
        second = make_article(title="Lost umbrella", body="", fingerprint="", words=0)

        assert not one_story(first, second, *OTHERS)


def template_shares(articles: list[Article]) -> dict[str, float]:
    return Comparison(articles).templates


class TestTemplateShares:
    def test_lines_of_three_titles_are_a_template(self) -> None:
        articles = [make_article(title=title, body=FILLER) for title in UNLIKE]
        articles.append(make_article(body=CRANE))

        shares = template_shares(articles)

        assert [shares[article.path] for article in articles] == [1.0, 1.0, 1.0, 0.0]

    def test_two_versions_of_a_story_are_no_template(self) -> None:
        articles = [make_article(title=title, body=FILLER) for title in UNLIKE[:2]]

        assert set(template_shares(articles).values()) == {0.0}

    def test_versions_of_one_story_are_no_template(self) -> None:
        articles = [
            make_article(title=f"{how} the drowsy tide office opens its heavy doors", body=FILLER)
            for how in ("Today", "Live:", "See how", "Watch:", "At last")
        ]

        assert set(template_shares([*articles, *OTHERS]).values()) == {0.0}

    def test_one_long_notice_of_the_site_is_no_template(self) -> None:
        notice = "Why you can trust us: we test everything ourselves, at sea. " * 20
        articles = [
            make_article(
                title=title, body="\n".join([notice, *(f"{title}: {own}" for own in OWN)])
            )
            for title in UNLIKE
        ]

        assert not any(share >= 0.5 for share in template_shares(articles).values())

    def test_one_title_many_times_is_no_template(self) -> None:
        articles = [make_article(title="Tide table", body=FILLER) for _ in range(5)]

        assert set(template_shares(articles).values()) == {0.0}

    def test_what_recurs_around_counts_too(self) -> None:
        around = [make_article(title=title, body=FILLER) for title in UNLIKE[:2]]
        article = make_article(title=UNLIKE[2], body=FILLER)

        assert Comparison([article], around=around).is_template(article.path)
        assert not Comparison([article]).is_template(article.path)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("The boats' long night", {"the", "boat", "long", "night"}),
        ("Straße, STRASSE", {"strasse"}),
        ("夜の潮", {"夜の潮"}),
        ("", set()),
        ("Gas class", {"gas", "clas"}),
    ],
)
def test_title_words_have_no_case_plural_or_punctuation(title: str, words: set[str]) -> None:
    assert title_words(title) == words
