"""Where sentences end, and how texts are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.sentences import cut, is_whole, split_sentences, without_cut_off_end


class TestSplitSentences:
    @pytest.mark.parametrize(
        "sentence",
        [
            "The U.S. Coast Guard paid 2.5 billion to Dr. Ida J. Quay of Tide Inc. last May.",
            "It opens at 5 p.m. on the pier, e.g. for eels.",
            "She said Yahoo! is a shout.",
            "Version 3.11 of it costs $4.50 now!",
        ],
    )
    def test_abbreviations_initials_and_decimals_end_nothing(self, sentence: str) -> None:
        assert split_sentences(f"{sentence} Next one.") == [sentence, "Next one."]

    def test_other_scripts_have_their_own_stops(self) -> None:
        assert split_sentences("港は今日開いた。船が来る！") == ["港は今日開いた。", "船が来る！"]
        assert split_sentences("هل فتح الميناء؟ نعم فتح.") == ["هل فتح الميناء؟", "نعم فتح."]

    def test_closing_quotes_belong_to_the_sentence(self) -> None:
        assert split_sentences('"So." He went.') == ['"So."', "He went."]


class TestWithoutCutOffEnd:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("When you buy throug...", "When you buy"),
            ("When you buy ...", "When you buy"),
            ("When you buy…", "When you buy"),
            ("When you buy […]", "When you buy"),
            ("When you buy [...]", "When you buy"),
        ],
    )
    def test_dots_go_and_a_torn_word_with_them(self, written: str, kept: str) -> None:
        assert without_cut_off_end(written) == (kept, True)

    def test_a_whole_sentence_stays(self) -> None:
        assert without_cut_off_end("It is here.") == ("It is here.", False)


class TestCut:
    def test_short_texts_stay(self) -> None:
        assert cut("x " * 100 + "end", 200) == "x " * 100 + "end"

    def test_nothing_is_longer_than_a_third_over(self) -> None:
        assert cut("word " * 51 + "ends.", 200) == "word " * 51 + "ends."
        assert cut("word " * 51 + "it ends.", 200) == "word " * 39 + "word…"

    def test_nearest_sentence_end_wins(self) -> None:
        first, second = "A" + "b" * 128 + ".", " C" + "d" * 78 + "."

        assert cut(first + second + " E" + "f" * 300, 200) == first + second

    def test_open_quotes_are_passed_over_for_closed_ones(self) -> None:
        text = f'{"He waited there. " * 8}"It is {"so " * 15}good. And {"so " * 40}on."'

        assert cut(text, 200) == ("He waited there. " * 8).strip()

    def test_without_a_sentence_end_it_is_cut_between_words(self) -> None:
        shown = cut("word, " * 100, 50)

        assert shown == "word, word, word, word, word, word, word, word…"

    def test_scripts_without_spaces_are_cut_anywhere(self) -> None:
        assert cut("港" * 300, 50) == "港" * 50 + "…"

    @given(st.text(max_size=600), st.integers(20, 300))
    def test_never_longer_than_allowed(self, text: str, near: int) -> None:
        folded = " ".join(text.split())

        shown = cut(folded, near)

        assert len(shown) <= near * 1.3 + 1
        assert folded.startswith(shown.removesuffix("…"))


class TestIsWhole:
    def test_dots_of_a_cut_are_no_end(self) -> None:
        assert is_whole("It is.")
        assert is_whole('"Is it?"')
        assert not is_whole("It is...")
        assert not is_whole("It is")
