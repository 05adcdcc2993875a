"""What is known of a mail, and what is not."""

import pytest

import digest.rendering.preflight as package
from digest.rendering.preflight import Mail, check
from digest.rendering.reader_links import TAGS
from digest.rendering.rendered import RenderedIssue
from preflight.sound import MOMENT, PREHEADER, SUBJECT, html, mail, manifest, text


def rules_of(checked: Mail) -> set[str]:
    return {finding.rule for finding in check(checked)}


class TestRendered:
    def test_is_the_same_as_its_parts(self) -> None:
        rendered = RenderedIssue(
            subject=SUBJECT, preheader=PREHEADER, html=html(), text=text(), size_bytes=1
        )

        assert Mail.of_rendered(rendered, manifest(), dated=MOMENT) == mail(
            dated=MOMENT, postal_address=(), subject_before="", least=0
        )

    def test_without_a_manifest_says_nothing_of_stories(self) -> None:
        assert check(mail(manifest=None, least=9)) == []


class TestFile:
    def test_marks_for_readers_are_wrong_in_it(self) -> None:
        assert "mark.unfilled" in rules_of(Mail.of_html(html()))

    def test_of_html_alone_has_no_subject_to_judge(self) -> None:
        document = html(subject="", leave="https://harbour.example/unsubscribe")

        assert rules_of(Mail.of_html(document)) == {"head.title"}


class TestMessage:
    def test_of_an_unknown_charset_is_read_all_the_same(self) -> None:
        raw = b"Content-Type: text/html; charset=klingon\n\n<p>A</p>\n"

        assert Mail.of_message(raw).html == "<p>A</p>\n"

    def test_attachments_are_no_part_of_it(self) -> None:
        raw = b"Content-Type: text/html\nContent-Disposition: attachment\n\n<p>A</p>"

        assert Mail.of_message(raw).html == ""

    def test_line_ends_are_plain(self) -> None:
        raw = b"Content-Type: text/html\r\n\r\n<p>\r\nA</p>\r\n"

        assert Mail.of_message(raw).html == "<p>\nA</p>\n"


class TestInboxLine:
    @pytest.mark.parametrize(
        ("body", "line"),
        [
            ("<div style='display:none'>A line&#8199;&#65279;</div><p>B</p>", "A line"),
            ("<div style='max-height: 0px; overflow: hidden'>A line</div><p>B</p>", "A line"),
            ("<div style='display:none'>&#8199;</div><div hidden>A line</div>", "A line"),
            ("<p>B</p><div style='display:none'>A line</div>", ""),
            ("", ""),
        ],
    )
    def test_is_what_is_hidden_at_the_beginning(self, body: str, line: str) -> None:
        document = f"<html><head>stray</head><body>{body}</body></html>"

        assert Mail.of_html(document).inbox_line == line


def test_the_package_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing  # type: ignore[attr-defined]


def test_readers_tags_are_known() -> None:
    assert TAGS.unsubscribe in mail().tags
