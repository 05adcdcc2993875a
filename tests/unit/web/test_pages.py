"""The pages: in the newsletter's language, silent, and without a trace of the reader."""

import base64
import re
from hashlib import sha256

import pytest

from command import ROOT
from digest.config.load import load_config
from digest.config.settings import Config
from digest.record import replace
from digest.rendering.locales import words
from digest.web.pages import Answer, Pages, plain

CONFIG = load_config(str(ROOT / "config.toml"))


def pages(*, title: str = "Weekly", site: str = "Courier", language: str = "en") -> Pages:
    return Pages(config(title=title, site=site, language=language))


def config(*, title: str, site: str, language: str) -> Config:
    newsletter = replace(CONFIG.newsletters["weekly"], title=title, language=language)
    return replace(
        CONFIG, newsletters={"weekly": newsletter}, site=replace(CONFIG.site, name=site)
    )


def text(answer: Answer) -> str:
    return answer.body.decode()


def test_the_question_names_the_newsletter_and_offers_both_ways() -> None:
    asked = text(pages().of("weekly").ask)

    assert "<h1>Unsubscribe from <bdi>Weekly</bdi>?</h1>" in asked
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in asked
    assert '<button name="leave" value="this">Unsubscribe</button>' in asked
    assert ">Unsubscribe from everything by <bdi>Courier</bdi></button>" in asked
    # Without an action the form goes to where the page is, under whatever address that is.
    assert '<form method="post">' in asked


def test_after_leaving_there_is_nothing_left_to_press() -> None:
    found = pages().of("weekly")

    assert "<bdi>Weekly</bdi> will no longer be sent to the address" in text(found.left)
    assert "<bdi>Courier</bdi> will send no more e-mails" in text(found.left_everything)
    assert "<form" not in text(found.left) + text(found.left_everything)
    assert "<form" in text(found.not_now)


def test_unknown_newsletters_name_the_site_and_nothing_of_the_link() -> None:
    found = pages()

    assert found.of("Call +1 555 0100 now") is found.of("") is found.of("gone")
    assert "<h1>Unsubscribe from <bdi>Courier</bdi>?</h1>" in text(found.of("gone").ask)


def test_breaking_news_have_pages_of_their_own() -> None:
    assert "<bdi>Breaking news</bdi>" in text(pages().of("breaking").left)


@pytest.mark.parametrize(
    ("language", "shown", "direction"),
    [
        ("en", "en", "ltr"),
        ("de-AT", "de-AT", "ltr"),
        ("fr", "fr", "ltr"),
        ("es", "es", "ltr"),
        ("zh-Hans", "zh-Hans", "ltr"),
        ("ar", "ar", "rtl"),
        ("he", "he", "rtl"),
        # No words in Persian: the page is in English, and must not say anything else.
        ("fa", "en", "ltr"),
    ],
)
def test_the_page_speaks_the_language_of_the_newsletter(
    language: str, shown: str, direction: str
) -> None:
    asked = text(pages(language=language).of("weekly").ask)

    assert f'<html lang="{shown}" dir="{direction}">' in asked
    assert words(language)["unsubscribe"] in asked


@pytest.mark.parametrize("name", ["</title><script>x</script>", '"><img src=x>', "{0} {site} {}"])
def test_names_are_text(name: str) -> None:
    found = pages(title=name, site=name).of("weekly")

    for page in (found.ask, found.left, found.left_everything, found.not_now):
        assert "<script" not in text(page)
        assert "<img" not in text(page)
        assert name in text(page).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')


def test_a_page_loads_nothing_and_may_not() -> None:
    found = pages().of("weekly")

    for page in (found.ask, found.left, found.left_everything, found.not_now):
        assert not re.search(r"src=|href=|url\(|@import|<script|https?:", text(page))
        style = re.search(r"<style>(.*?)</style>", text(page), re.DOTALL)
        assert style
        shown = base64.b64encode(sha256(style[1].encode()).digest()).decode()
        assert page.headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'sha256-{shown}'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )


def test_every_answer_is_kept_by_nobody() -> None:
    for answer in (pages().of("weekly").ask, plain("OK")):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
