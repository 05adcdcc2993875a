"""Settings turn into what the stages want."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.articles.settings import CoverRules, Generator, LinkTo, ReadingRules
from digest.config.newsletters import Breaking, Newsletter, rules
from digest.config.sections import Section
from digest.config.settings import Colours, Config, Content, Site, cover_rules, look, reading_rules
from digest.rendering.environment import render_line
from digest.rendering.rendered import Look
from digest.rendering.theme import DEFAULT_COLOURS
from digest.selection.rules import (
    Order,
    Rules,
    SectionRule,
    TooFew,
    WindowKind,
    WindowRule,
)

VARIABLES = {
    "site": {"name": "The Harbour Courier"},
    "newsletter": {"title": "The Week"},
    "issue": {"slot": "2026-W34", "number": None, "date": "17 August", "dates": "10 – 16 August"},
    "lead": {"title": "One", "category": "news"},
    "stories": [{"title": title, "category": "news"} for title in ("One", "Two", "Three")],
    "count": 3,
}


def make_config(
    *, site: dict[str, Any] | None = None, content: dict[str, Any] | None = None
) -> Config:
    sound_site: dict[str, Any] = {
        "name": "The Harbour Courier",
        "base_url": "https://harbour-courier.example/",
        "timezone": "Europe/Berlin",
    }
    return Config(
        site=Site(**{**sound_site, **(site or {})}),
        content=Content(**{"path": "/srv/articles", **(content or {})}),
        newsletters={},
        folder="/srv",
        path="config.toml",
    )


def test_reading_rules_take_the_recognised_generator() -> None:
    config = make_config(content={"url_pattern": "{base}/{slug}", "link": LinkTo.SOURCE})

    assert reading_rules(config, Generator.HUGO) == ReadingRules(
        zone=ZoneInfo("Europe/Berlin"),
        base_url="https://harbour-courier.example",
        generator=Generator.HUGO,
        url_pattern="{base}/{slug}",
        link=LinkTo.SOURCE,
    )


def test_cover_rules_know_categories_in_any_letter_case() -> None:
    config = make_config(content={"default_covers": {"Sport": "https://a.example/s", "*": "x"}})

    assert cover_rules(config) == CoverRules(defaults={"sport": "https://a.example/s", "": "x"})


def test_look_has_the_colours_by_name() -> None:
    config = make_config(
        site={"postal_address": "\n1 Quay\n", "colours": Colours(accent="#123456")}
    )

    assert look(config) == Look(
        site_name="The Harbour Courier",
        base_url="https://harbour-courier.example",
        postal_address="1 Quay",
        colours={**DEFAULT_COLOURS, "accent": "#123456"},
    )


def test_default_newsletter_has_the_stages_default_rules() -> None:
    """Defaults stand in two places; this is the tie between them."""
    assert rules(Newsletter(title="x")) == Rules()


def test_rules_of_a_newsletter() -> None:
    newsletter = Newsletter(
        title="x",
        window="10 days",
        week_start="thu 06:30",
        grace="0 days",
        sections=(
            Section(title="News", categories=("News",), tags=("Quay",), limit=3),
            Section(title="Rest"),
        ),
        min_articles=2,
        max_articles=4,
        min_words=0,
        order=Order.OLDEST,
        too_few=TooFew.SEND,
    )

    assert rules(newsletter) == Rules(
        window=WindowRule(
            kind=WindowKind.DAYS,
            days=10,
            starts_on=3,
            starts_at=time(6, 30),
            grace=timedelta(0),
        ),
        sections=(
            SectionRule(title="News", categories=("news",), tags=("quay",), limit=3),
            SectionRule(title="Rest"),
        ),
        min_articles=2,
        max_articles=4,
        min_words=0,
        order=Order.OLDEST,
        too_few=TooFew.SEND,
    )


def test_unchecked_settings_are_our_bug() -> None:
    with pytest.raises(ValueError, match="never checked"):
        rules(Newsletter(title="x", window="a fortnight"))


def test_default_colours_are_those_of_the_mail() -> None:
    assert look(make_config()).colours == DEFAULT_COLOURS


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (Newsletter(title="x").subject, "One"),
        (Newsletter(title="x").preheader, "Two · Three"),
        (Breaking().subject, "One"),
        (Breaking().preheader, "The Harbour Courier: The Week"),
    ],
)
def test_default_templates_can_be_filled(template: str, line: str) -> None:
    assert render_line(template, VARIABLES, "here") == line
