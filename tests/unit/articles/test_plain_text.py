"""Bodies of every dialect come out as plain paragraphs."""

import time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.article import BodyFormat
from digest.articles.plain_text import READ_AT_MOST, blocks


def plain_paragraphs(body: str, body_format: BodyFormat, *, at_most: int = 12) -> tuple[str, ...]:
    return tuple(block.text for block in islice(blocks(body, body_format), at_most))


def markdown(body: str) -> tuple[str, ...]:
    return plain_paragraphs(body, BodyFormat.MARKDOWN)


def html(body: str) -> tuple[str, ...]:
    return plain_paragraphs(body, BodyFormat.HTML)


def text(body: str) -> tuple[str, ...]:
    return plain_paragraphs(body, BodyFormat.TEXT)


class TestMarkdown:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("A **bold** and *lean* and ***both*** day", "A bold and lean and both day"),
            ("A __bold__ and _lean_ day", "A bold and lean day"),
            ("my_long_name and 2 * 3 * 4", "my_long_name and 2 * 3 * 4"),
            ("~~old~~ ==new==", "old new"),
            ("see [the *log*](https://a.example/x_(y) 'T') now", "see the log now"),
            ("see [the log][1] and [that][] now", "see the log and that now"),
            ("before ![a picture](x.png) after", "before after"),
            ("call `f(*args)` and ``a`b``", "call f(*args) and a`b"),
            (r"five \* six \_ seven", "five * six _ seven"),
            ("the `<dialog>` element", "the ‹dialog› element"),
            ("fish &amp; chips &lt;3", "fish & chips <3"),
            ("a claim[^1] and^[an aside] more", "a claim and more"),
            (
                "Obsidian [[Page|alias]] and [[Other page]]![[pic.png]]",
                "Obsidian alias and Other page",
            ),
            ("a %%secret%% note", "a note"),
            ('Hugo {{< figure src="x" >}}and {{% note %}}tide{{% /note %}}', "Hugo and tide"),
            ("Liquid {% include a.html %}{{ page.title }}here", "Liquid here"),
            ("Hexo {% asset_img x.png %}here", "Hexo here"),
            ("Pelican [link]({filename}/a.md) ![x]({static}/b.png)here", "Pelican link here"),
            ("kramdown text{: .lead} [x](y){:target=_blank}", "kramdown text x"),
            ("MDX {/* no */}<Note kind={a > b}>text</Note>", "MDX text"),
            ("at https://www.tide.example/a/b?c=d now", "at tide.example now"),
            ("one\u202etwo\x00three\u00adfour", "onetwothreefour"),
        ],
    )
    def test_marks_go_and_words_stay(self, written: str, shown: str) -> None:
        assert markdown(written) == (shown,)

    @pytest.mark.parametrize(
        "construct",
        [
            "# A heading",
            "A heading\n=========",
            "A heading\n---",
            "---",
            "```python\nprint(1)\n\nprint(2)\n```",
            "~~~\ncode\n~~~",
            "    total = sum(boats)",
            "- one\n- two\n\n- three",
            "1. one\n2. two",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "> a quote",
            "[^1]: a note",
            "[1]: https://a.example",
            "[TOC]",
            "{{< highlight go >}}\ncode\n\ncode\n{{< /highlight >}}",
            "{% highlight ruby %}\ncode\n\ncode\n{% endhighlight %}",
            ":::note Title\nIn a box.\n\nStill in it.\n:::",
            "!!! warning\n    In a box.\n\n    Still in it.",
            "import Chart from './chart'\nexport const meta = {\n  a: 1,\n}",
            "<!-- a comment\n\nof two paragraphs -->",
            "<script>\nlet a = '<p>'\n\n</script>",
            "$$\nx^2\n$$",
            "{: .lead}",
        ],
    )
    def test_constructs_are_no_paragraphs(self, construct: str) -> None:
        body = f"{construct}\n\nThe text of the article.\n"

        assert markdown(body) == ("The text of the article.",)

    def test_a_paragraph_ends_where_its_list_begins(self) -> None:
        assert markdown("It was:\n- one\n- two\n\nNext.") == ("It was:", "Next.")

    def test_indented_prose_is_text(self) -> None:
        """Pages pasted as text are indented as their source was."""
        assert markdown("\n\n      The harbour opened early today.\n") == (
            "The harbour opened early today.",
        )

    def test_windows_lines_and_wrapped_lines_are_joined(self) -> None:
        assert markdown("One\r\ntwo\r\n\r\nthree") == ("One two", "three")

    def test_list_is_taken_where_there_is_nothing_else(self) -> None:
        assert markdown("- one\n- two") == ("one two",)

    def test_no_more_paragraphs_than_asked_for(self) -> None:
        body = "\n\n".join(f"Paragraph {n}." for n in range(30))

        assert plain_paragraphs(body, BodyFormat.MARKDOWN, at_most=2) == (
            "Paragraph 0.",
            "Paragraph 1.",
        )


class TestHtml:
    def test_blocks_part_and_inline_tags_do_not(self) -> None:
        body = "<div><p>One <b>t</b>wo<br/>three</p>four</div>five\n\nsix &#8217;tis &nbsp; so"

        assert html(body) == ("One two three", "four", "five", "six ’tis so")

    def test_machinery_and_furniture_vanish_with_their_contents(self) -> None:
        body = (
            "<h1>Title</h1><figure><img alt='a > b'><figcaption>Caption</figcaption></figure>"
            "<script>if (a < b) write('<p>no</p>')</script><style>p { color: red }</style>"
            "<iframe src='x'></iframe><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
            "<table><tr><td>d</td></tr></table><pre>e</pre><!-- f --><p>Text.</p>"
        )

        assert html(body) == ("Text.",)

    def test_markdown_marks_are_text(self) -> None:
        assert html("<p>2 *3* _4_ `5`</p>") == ("2 *3* _4_ `5`",)

    def test_escaped_tags_never_open_again(self) -> None:
        assert html("<p>&lt;script&gt;x&lt;/script&gt; <<b>i></b></p>") == (
            "‹script›x‹/script› ‹i›",
        )

    def test_unclosed_elements_do_not_swallow_everything(self) -> None:
        assert html("<aside>Only this text is here.") == ("Only this text is here.",)

    def test_lists_of_links_are_known(self) -> None:
        body = (
            '<p><a href="a">One</a> | <a href="b">Two</a></p>'
            '<p>See <a href="c">this log</a>, it is long.</p>'
        )

        found = list(blocks(body, BodyFormat.HTML))

        assert [(block.text, block.is_links) for block in found] == [
            ("One | Two", True),
            ("See this log, it is long.", False),
        ]

    def test_long_runs_of_spaces_part_lines(self) -> None:
        found = list(blocks("Written by      Jane Doe", BodyFormat.HTML))

        assert found[0].lines == ("Written by", "Jane Doe")

    def test_a_tag_cut_by_the_reading_limit_is_no_text(self) -> None:
        body = f"<p>{'tide ' * 1180}</p><p class='{'x' * 400}'>more</p>"

        assert all("class" not in block.text for block in blocks(body, BodyFormat.HTML))


class TestText:
    def test_restructured_text(self) -> None:
        body = (
            "Title\n=====\n\n:date: 2026-08-11\n\n.. image:: x.png\n   :alt: y\n\n.. note::\n\n"
            "   In a box.\n\nSee :ref:`the log <log>`, ``a*b`` and `tide <https://a.example>`_ "
            "with *em* [1]_. So::\n\n    code()\n\nThe end of :doc:`it`.\n"
        )

        assert text(body) == ("See the log, a*b and tide with em. So:", "The end of it.")

    def test_org(self) -> None:
        body = (
            "#+TITLE: x\n* Heading\n\nSee [[https://a.example][the log]] and =code= here.\n\n"
            "#+BEGIN_SRC sh\nls\n\nls\n#+END_SRC\n"
        )

        assert text(body) == ("See the log and code here.",)


class TestHostile:
    @given(st.text(max_size=400), st.sampled_from(BodyFormat))
    def test_never_raises_never_markup(self, body: str, body_format: BodyFormat) -> None:
        for paragraph in plain_paragraphs(body, body_format):
            assert paragraph == " ".join(paragraph.split()) != ""
            assert not any(unsafe in paragraph for unsafe in "\x00\x02\x03\x1b\u202e\u2066")

    @given(
        st.lists(
            st.sampled_from(
                [
                    "<", ">", "/", "!--", "-->", "<p>", "</p>", "<script>", "</script>", "`", "[",
                    "](", ")", "{{", "}}", "{%", "%}", "&lt;", "&amp;", "a", " ", "\n\n", '"', "'",
                    "<a href=", "*", "_", "\\", "{",
                ]
            ),
            max_size=40,
        ),
        st.sampled_from(BodyFormat),
    )  # fmt: skip
    def test_no_tag_survives(self, pieces: list[str], body_format: BodyFormat) -> None:
        for paragraph in plain_paragraphs("".join(pieces), body_format):
            assert not any(
                paragraph[at : at + 1].isalpha() or paragraph[at : at + 1] in {"/", "!"}
                for at in (i + 1 for i, char in enumerate(paragraph) if char == "<")
            )

    @pytest.mark.parametrize(
        "piece",
        ["<a", "<!--", '<a "', "[", "![](", "**", "`", "{{<", "{%", "\n```", "<ul>", "[[", "_a",
         "\n- ", "\n!!! a\n    ", "&lt;", "{", "<A {", "$$", "::"],
    )  # fmt: skip
    def test_repetition_does_not_cost_time(self, piece: str) -> None:
        body = piece * (1_000_000 // len(piece))
        started = time.perf_counter()

        for body_format in BodyFormat:
            plain_paragraphs(body, body_format)

        assert time.perf_counter() - started < 2, "generous: a machine under load"

    def test_only_the_beginning_is_read(self) -> None:
        body = "<p>One.</p>" + " " * READ_AT_MOST + "<p>Two.</p>"

        assert html(body) == ("One.",)
