"""How alike two fields are by their words, in thousandths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from math import isqrt

from counterfoil.flows.suggest.library import NEAR, OPPOSITES, read_rows

FULL = 1000
_BEGINNING, _NEAR = 700, 700
_ALIKE_LEAST = 700
_SHORT = 3
_REMEMBERED = 100_000

Bag = tuple[str, ...]
"""The words of one field, each once."""


class Weights:
    """What each word counts: the rarer in both lists, the more."""

    def __init__(self, bags: Iterable[Bag]) -> None:
        counts = Counter(word for bag in bags for word in bag)
        self._weights = {word: isqrt(FULL * FULL // count) for word, count in counts.items()}

    def likeness(self, one: Bag, other: Bag) -> int:
        """What the words have in common, of all that they say."""
        whole = self._sum(one) + self._sum(other)
        return (self._found(one, other) + self._found(other, one)) // whole if whole else 0

    def _sum(self, bag: Bag) -> int:
        return sum(self._weights[word] for word in bag)

    def _found(self, bag: Bag, among: Bag) -> int:
        return sum(
            self._weights[word] * max((word_likeness(word, other) for other in among), default=0)
            for word in bag
        )


@lru_cache(_REMEMBERED)
def word_likeness(one: str, other: str) -> int:
    """Full for the same word; less for a near one, a beginning of the other, or many letters in common."""
    if one == other:
        return FULL
    if frozenset((one, other)) in _near():
        return _NEAR
    if min(len(one), len(other)) < _SHORT or one.isdigit() or other.isdigit():
        return 0
    if one.startswith(other) or other.startswith(one):
        return _BEGINNING
    pairs, others = _pairs(one), _pairs(other)
    alike = FULL * 2 * len(pairs & others) // (len(pairs) + len(others))
    return alike if alike >= _ALIKE_LEAST else 0


def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[place : place + 2] for place in range(len(word) - 1))


EVERY = "*"


@cache
def _near() -> frozenset[frozenset[str]]:
    return frozenset(map(frozenset, read_rows(NEAR)))


@cache
def _opposites() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in read_rows(OPPOSITES):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def parted(one: Sequence[str], other: Sequence[str]) -> tuple[str, str] | None:
    """Two words that say opposite things, one on each side alone; None where there are none."""
    known = _opposites()
    for word in one:
        if word in known and word not in other:
            for against in other:
                if against in known[word] and against not in one:
                    return word, against
    return None


def singular(one: Sequence[str], other: Sequence[str]) -> str:
    """A word on one side alone that makes a field a special one, such as updated; empty where none does."""
    special = _opposites()[EVERY]
    return next((word for word in (*one, *other) if word in special and (word in one) != (word in other)), "")
