"""How much words say, told from how many documents have them. Pure."""

import math
from collections import Counter
from collections.abc import Iterable
from itertools import chain

from digest.selection.words import Words


class Rarity:
    """How much a word says: nothing when all documents have it, most when one has."""

    def __init__(self, documents: Iterable[Words]) -> None:
        every = list(documents)
        counts = Counter(chain.from_iterable(every))
        most = math.log(len(every) + 1)
        # Most words are counted alike: a few logarithms serve thousands of them.
        weights = {count: max(0.0, most - math.log(count + 0.5)) for count in set(counts.values())}
        self._weights = {word: weights[count] for word, count in counts.items()}
        self._squares = {word: weight**2 for word, weight in self._weights.items()}
        self._unseen = most - math.log(0.5)
        self._lengths: dict[Words, float] = {}

    def weight(self, word: str) -> float:
        """Return how much a word says."""
        return self._weights.get(word, self._unseen)

    def square(self, word: str) -> float:
        """Return the square of its weight."""
        return self._squares.get(word, self._unseen**2)

    def length(self, words: Words) -> float:
        """Return the square of the length of `words` as a vector of weights."""
        if words not in self._lengths:
            self._lengths[words] = self._squared(words)
        return self._lengths[words]

    def cosine(self, one: Words, other: Words) -> float:
        """Return how alike two sets of words are, 0 to 1."""
        shared = self._squared(one & other)
        return shared / math.sqrt(self.length(one) * self.length(other)) if shared else 0.0

    def _squared(self, words: Words) -> float:
        try:
            return sum(map(self._squares.__getitem__, words))
        except KeyError:  # a word that is in none of the documents
            return sum(map(self.square, words))

    def told(self, title: Words, opening: Words) -> float:
        """Return which share of a title's weight stands in an opening, 0 to 1."""
        whole = sum(map(self.weight, title))
        told = sum(self.weight(word) for word in title if word in opening or f"{word}s" in opening)
        return told / whole if whole else 0.0
