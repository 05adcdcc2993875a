import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.urls import encoded_part, host_of, joined, web_url

BASE = "https://x.example"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://x.example/a", "https://x.example/a"),
        (" HTTP://X.Example:8080/A?b=c#d ", "http://x.example:8080/A?b=c#d"),
        ("//x.example/a", "https://x.example/a"),
        ("https://x.example", "https://x.example"),
        ("https://x.example?a=b", "https://x.example?a=b"),
        ("https://x.example/a b/ü", "https://x.example/a%20b/%C3%BC"),
        ("https://x.example/100%/%41%zz", "https://x.example/100%25/%41%25zz"),
        ('https://x.example/"><script>', "https://x.example/%22%3E%3Cscript%3E"),
        ("https://x.example/a[1]", "https://x.example/a%5B1%5D"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]:443/x"),
        ("https://x.example/\udcff", "https://x.example/%FF"),
    ],
)
def test_web_addresses_are_kept_and_encoded(written: str, url: str) -> None:
    assert web_url(written) == url


@pytest.mark.parametrize(
    "written",
    [
        "",
        "/a",
        "a.png",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "JaVaScRiPt://x.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.example/",
        "mailto:a@x.example",
        "https:/x.example",
        "https:x.example",
        "https://",
        "https:///x",
        "https://user@x.example/",
        "https://x.example@evil.example/",
        "https://x.example\\@evil.example/",
        "https://x.example:99999/",
        "https://x.example:port/",
        "https://x..example/",
        "https://-x.example/",
        "https://x.example/a\nb",
        "https://x.example/a\x00b",
        "https://x .example/",
        "https://" + "ü" * 80 + ".example/",
        "https://x.example/" + "a" * 3_000,
        "https://x.example/" + "ü" * 1_000,
    ],
)
def test_everything_else_is_no_address(written: str) -> None:
    assert web_url(written) == ""


@given(st.text(max_size=60), st.sampled_from(["", "https://", "//", "https://x.example/"]))
def test_what_comes_out_is_ascii_http_without_spaces_or_quotes(text: str, before: str) -> None:
    url = web_url(before + text)

    assert url == "" or re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~]+", url)
    assert web_url(url) == url


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("/img/a.png", "https://x.example/img/a.png"),
        ("a.png", "https://x.example/posts/boats/a.png"),
        ("./a.png", "https://x.example/posts/boats/a.png"),
        ("../a.png?w=1/../2", "https://x.example/posts/a.png?w=1/../2"),
        ("../../../../a.png", "https://x.example/a.png"),
        ("sub/./..", "https://x.example/posts/boats/"),
        ("a b.png", "https://x.example/posts/boats/a%20b.png"),
        ("javascript:alert(1)", ""),
        ("data:image/png;base64,xx", ""),
        ("C:\\boats.png", ""),
        ("{{ site.url }}/a.png", ""),
        ("", ""),
    ],
)
def test_addresses_in_an_article_are_joined_to_its_page(reference: str, url: str) -> None:
    assert joined(BASE, "https://x.example/posts/boats/", reference) == url


def test_a_page_without_a_slash_at_its_end_is_no_folder() -> None:
    assert (
        joined(BASE, "https://x.example/posts/boats", "a.png") == "https://x.example/posts/a.png"
    )
    assert joined(BASE, "https://x.example", "a.png") == "https://x.example/a.png"


def test_a_site_below_a_folder_keeps_it() -> None:
    assert joined(BASE + "/blog", "", "/a.png") == "https://x.example/blog/a.png"
    assert joined(BASE + "/blog", "", "/blog/a.png") == "https://x.example/blog/a.png"
    assert joined(BASE + "/blog", "", "/blogger.png") == "https://x.example/blog/blogger.png"
    assert joined(BASE + "/blog", "", "a.png") == "https://x.example/blog/a.png"


def test_without_a_site_only_absolute_addresses_lead_anywhere() -> None:
    assert joined("", "", "/a.png") == ""
    assert joined("", "", "a.png") == ""
    assert joined("", "", "https://x.example/a") == "https://x.example/a"


def test_parts_of_a_path_hold_no_query() -> None:
    assert encoded_part("what?/50%#1 ü") == "what%3F/50%25%231%20%C3%BC"


def test_the_host_of_an_address() -> None:
    assert host_of("https://X.example:80/a") == "x.example:80"
    assert host_of("https://x.example?b") == "x.example"
    assert host_of("") == ""
