"""Unknown keys: what was meant, where it belongs, and secrets."""

import pytest

from digest.config.settings import Config
from digest.config.unknown import read_homes, suggest, unknown_key

HOMES = read_homes(Config, frozenset({"folder", "path"}))
KNOWN = ("title", "max_articles", "min_articles", "colours")


def told(*place: str, value: object = 1) -> list[tuple[tuple[str | int, ...], str, str]]:
    return [each[:3] for each in unknown_key(place, value, KNOWN, HOMES)]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("max-articles", "max_articles"),
        ("MaxArticles", "max_articles"),
        ("Max Articles", "max_articles"),
        ("titel", "title"),
        ("colors", "colours"),
        ("articles", None),
        ("", None),
    ],
)
def test_near_misses_are_understood(key: str, meant: str | None) -> None:
    assert suggest(key, KNOWN) == meant


def test_homes_are_named_as_the_file_spells_them() -> None:
    assert HOMES["timezone"] == ("[site]", "[newsletters.NAME]")
    assert HOMES["logo"] == ("[site]",)
    assert HOMES["limit"] == ("[[newsletters.NAME.sections]]",)
    assert HOMES["language"] == ("[site]", "[newsletters.NAME]")
    assert HOMES["accent"] == ("[site.colours]",)
    assert HOMES["site"] == ("the top of the file",)
    # Not the field that load_config gives, but the folder of the articles.
    assert HOMES["path"] == ("[content]", "[delivery.outbox]", "[store]")


def test_key_of_another_table_is_sent_home() -> None:
    assert told("newsletters", "language") == [
        (
            ("newsletters", "language"),
            "is not known here",
            "It belongs in [site] or [newsletters.NAME].",
        )
    ]


def test_key_of_many_tables_is_not_sent_anywhere() -> None:
    [(_, _, remedy)] = told("site", "subjects")

    assert remedy == "Known here: title, max_articles, min_articles, colours."


@pytest.mark.parametrize(
    "key", ["api_key", "apikey", "SENDGRID-API-KEY", "password", "smtp_passwd", "token", "secret"]
)
def test_secrets_are_refused_at_any_depth(key: str) -> None:
    remedy = (
        "Remove it, and make a new one if others could read it: secrets come only from the "
        "environment."
    )
    what = "looks like a secret, and files get copied and committed"

    assert told("sender", key) == [(("sender", key), what, remedy)]
    assert told("zebra", value=[{"deep": {key: "x"}}])[1:] == [
        (("zebra", 0, "deep", key), what, remedy)
    ]


def test_search_for_secrets_ends_in_bottomless_tables() -> None:
    value: dict[str, object] = {"token": 1}
    for _ in range(100_000):
        value = {"deeper": value}

    assert len(told("zebra", value=value)) == 1
