import pytest

from builders import make_reading_rules
from digest.articles.covers import Cover, own_cover
from digest.articles.fields import Fields
from digest.articles.settings import Generator

PAGE = "https://x.example/posts/boats/"


def cover(
    values: dict[str, object], body: str = "", generator: Generator = Generator.PLAIN
) -> Cover:
    rules = make_reading_rules(base_url="https://x.example", generator=generator)
    return own_cover(Fields(values, {}), body, PAGE, rules)


@pytest.mark.parametrize(
    "values",
    [
        {"coverImage": "/a.png"},
        {"cover": "/a.png"},
        {"cover": {"image": "/a.png", "alt": "x"}},
        {"image": "../../a.png"},
        {"image": {"path": "/a.png"}},
        {"images": ["/a.png", "/b.png"]},
        {"heroImage": "https://x.example/a.png"},
        {"ogImage": {"url": "/a.png"}},
        {"featured_image": "//x.example/a.png"},
        {"featureImage": "/a.png"},
        {"thumbnail": "/a.png"},
        {"banner": "/a.png"},
        {"header": {"teaser": "/a.png"}},
        {"og:image": "/a.png"},
        {"params": {"cover": {"image": "/a.png"}}},
        {"image": "{static}/a.png"},
        {"image": "|static|/a.png"},
        {"cover": "data:image/png;base64,x", "image": "/a.png"},
        {"cover": {"alt": "no picture"}, "thumbnail": "/a.png"},
    ],
)
def test_a_cover_is_found_under_every_name_and_in_every_shape(values: dict[str, object]) -> None:
    assert cover(values).url == "https://x.example/a.png"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:image/png;base64,x", "file:///a.png", "~/a.png", "@/a.png", ""],
)
def test_what_is_not_on_the_web_is_no_cover(address: str) -> None:
    assert cover({"cover": address}) == Cover()


def test_relative_covers_of_astro_have_names_only_its_build_knows() -> None:
    assert cover({"heroImage": "../../assets/a.png"}, generator=Generator.ASTRO) == Cover()
    assert cover({"heroImage": "/a.png"}, generator=Generator.ASTRO).url


@pytest.mark.parametrize(
    ("values", "alt"),
    [
        ({"coverAlt": "Two &amp; boats"}, "Two & boats"),
        ({"cover": {"image": "/a.png", "alt": "Boats"}}, "Boats"),
        ({"image_alt": "Boats"}, "Boats"),
        ({}, ""),
    ],
)
def test_the_front_matter_describes_its_cover(values: dict[str, object], alt: str) -> None:
    assert cover({"cover": "/a.png"} | values).alt == alt


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('x <img alt="Two boats" src="a.png"> y', Cover(PAGE + "a.png", "Two boats")),
        ("<IMG src='a.png?x=1&amp;y=2'>", Cover(PAGE + "a.png?x=1&y=2")),
        ("<img src=a.png>", Cover(PAGE + "a.png")),
        ("![Boats](/b.png 'Title') <img src=a.png>", Cover("https://x.example/b.png", "Boats")),
        ("![](<b.png>)", Cover(PAGE + "b.png")),
        ('<img data-src="lazy.png" src="a.png">', Cover(PAGE + "a.png")),
        ('<img width="1" height="1" src="count.gif"><img src=a.png>', Cover(PAGE + "a.png")),
        ('<img src="data:image/gif;base64,x"> ![x](a.png)', Cover(PAGE + "a.png", "x")),
        ("<img alt=x>", Cover()),
        ("No picture.", Cover()),
        ("x" * 20_000 + "<img src=a.png>", Cover()),
    ],
)
def test_the_first_picture_of_the_body_is_the_last_choice(body: str, found: Cover) -> None:
    assert cover({}, body) == found
    assert cover({"cover": "/own.png"}, body).url == "https://x.example/own.png"
