"""What survives of strangers' HTML."""

from hypothesis import given
from hypothesis import strategies as st

from digest.articles.sanitise import clean_html, to_text


class TestCleanHtml:
    def test_keeps_what_a_letter_needs(self) -> None:
        source = (
            "<p>A <strong>big</strong> <em>tide</em>,<br>see <code>log</code>.</p>"
            "<ul><li>one</li></ul><blockquote>so</blockquote>"
        )

        assert clean_html(source) == source

    def test_links_carry_nothing_but_an_absolute_address(self) -> None:
        source = (
            '<a href="https://quay.example/x" class="b" style="color:red" target="_blank">x</a>'
        )

        assert clean_html(source) == '<a href="https://quay.example/x">x</a>'

    def test_mail_addresses_are_links(self) -> None:
        source = '<a href="MAILTO:desk@quay.example">desk</a>'

        assert clean_html(source) == source

    def test_other_addresses_lose_their_link(self) -> None:
        for address in ("javascript:alert(1)", "/posts/x", "x.html", "data:text/html,x", "//a.b"):
            assert clean_html(f'<a href="{address}">x</a>') == "<a>x</a>"

    def test_what_must_not_speak_vanishes_whole(self) -> None:
        source = (
            "<p>one</p><script>alert(1)</script><style>p{}</style><iframe src=x>no</iframe>"
            "<figure><img src=x onerror=y><figcaption>caption</figcaption></figure><!-- no -->"
        )

        assert clean_html(source) == "<p>one</p>"

    def test_headings_and_boxes_keep_their_words(self) -> None:
        assert clean_html('<h2>One</h2><div class="x">two</div>') == "Onetwo"

    def test_bidi_overrides_and_surrogates_are_gone(self) -> None:
        assert clean_html("<p>a\u202eb\x00c\ud800d</p>") == "<p>abcd</p>"


class TestToText:
    def test_words_do_not_grow_together(self) -> None:
        assert to_text("<h1>One</h1><p>two<br>three</p><ul><li>four</li></ul>") == (
            "One two three four"
        )

    def test_entities_are_decoded_once(self) -> None:
        assert to_text("Fish &amp; chips &lt;b&gt; &amp;amp;") == "Fish & chips <b> &amp;"

    def test_words_stay_whole(self) -> None:
        assert to_text("<b>H</b>arbour <em>n</em>ews") == "Harbour news"

    @given(st.text(max_size=200))
    def test_never_raises_and_folds_whitespace(self, source: str) -> None:
        text = to_text(source)

        assert text == " ".join(text.split())
        assert not any(char < " " or "\u202a" <= char <= "\u202e" for char in text)
