"""The two parts of a mail as its template makes them."""

from pathlib import Path

import pytest

from digest.errors import RenderingError
from digest.rendering.environment import Templates, load_templates
from digest.rendering.parts import LIMIT_CHARACTERS, make_parts, make_parts_in_child, tidy_text
from digest.rendering.reader_links import TAGS

HTML = (
    "<html><head><style>p { color: red }</style></head>"
    "<body><!--digest:card 1--><p>{{ title }}</p><!--/digest:card 1--></body></html>"
)


def templates(tmp_path: Path, html: str = HTML, text: str = "{{ title }}") -> Templates:
    (tmp_path / "weekly.html.j2").write_text(html, encoding="utf-8")
    (tmp_path / "weekly.txt.j2").write_text(text, encoding="utf-8")
    return load_templates((str(tmp_path),))


def test_html_is_styled_with_its_regions_and_text_is_plain(tmp_path: Path) -> None:
    html, text = make_parts(templates(tmp_path), "weekly", {"title": "A & <b>"})

    assert '<p style="color:red">A &amp; &lt;b&gt;</p>' in html
    assert "<!--digest:card 1-->" in html
    assert text == "A & <b>\n"


def test_content_is_cleaned_before_templates_see_it(tmp_path: Path) -> None:
    html, text = make_parts(templates(tmp_path), "weekly", {"title": f"\ud800{TAGS.unsubscribe}"})

    assert TAGS.unsubscribe not in html + text
    assert "\ud800" not in html + text


def test_a_region_marker_in_a_title_is_text_and_nothing_else(tmp_path: Path) -> None:
    html, text = make_parts(templates(tmp_path), "weekly", {"title": "<!--/digest:card 1-->"})

    assert html.count("<!--/digest:card 1-->") == 1
    assert text == "<!\u2060--/digest:card 1-->\n"


def test_more_than_can_be_a_mail_is_refused_before_it_is_styled(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match=r"weekly.html.j2: gives 16,000,\d+ characters"):
        make_parts(templates(tmp_path), "weekly", {"title": "x" * LIMIT_CHARACTERS})


def test_the_same_is_made_from_an_order_in_json(tmp_path: Path) -> None:
    html, text = make_parts(templates(tmp_path), "weekly", {"title": "x"})

    order: dict[str, object] = {
        "folders": [str(tmp_path)],
        "name": "weekly",
        "view": {"title": "x"},
    }
    assert make_parts_in_child(order) == {"html": html, "text": text}


@pytest.mark.parametrize("wrong", [{"name": 1}, {"folders": "x"}, {"view": None}])
def test_another_order_is_a_bug(wrong: dict[str, object]) -> None:
    order: dict[str, object] = {"folders": [], "name": "weekly", "view": {}}

    with pytest.raises(TypeError, match="not an order for parts"):
        make_parts_in_child(order | wrong)


def test_text_is_tidied() -> None:
    assert tidy_text("\n\na  \n\n\n\n\nb<!--digest:rest 0-->\n  c\n\n") == "a\n\n\nb\n  c\n"
