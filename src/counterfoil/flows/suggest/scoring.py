"""What one source field is worth for one target, in thousandths, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from counterfoil.flows.mapping.types import Kind
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.gate import passes, way
from counterfoil.flows.suggest.learned import Learned
from counterfoil.flows.suggest.likeness import FULL, Bag, Weights, parted, singular, word_likeness
from counterfoil.flows.suggest.meaning import Rows
from counterfoil.flows.suggest.words import letters, meanings, words

ACCEPTED = 2 * FULL
"""An answer that a person gave outweighs everything."""
KNOWN = 850
"""What names known to mean the same are worth at least."""
SHUT = 0
"""Worth nothing: refused, or the types do not meet."""

_MODEL_PARTS, _WORD_PARTS = 5, 5
_PARTED_LOSS = 250
_SPECIAL_LOSS = 120
_READ_LOSS = 120
"""For a text without an example that must be read as something else."""
_CONVERTED_LOSS = 40
_WRITTEN_LOSSES = {Kind.MONEY: 250, Kind.FLAG: 200, Kind.DATE: 120, Kind.MOMENT: 120}
"""For what becomes a text: amounts seldom do, numbers often are names of things."""
_KIND_WORDS = {Kind.DATE: ("date",), Kind.MOMENT: ("date",), Kind.MONEY: ("amount",)}
"""What a type says by itself, in the words of labels."""
_TIMES, _CREATED = frozenset({Kind.DATE, Kind.MOMENT}), "created"
"""The date of a thing is that of its creation, unless it is told otherwise: the word makes no difference."""
_NEAR = frozenset({frozenset({Kind.NUMBER, Kind.MONEY}), frozenset({Kind.DATE, Kind.MOMENT})})


@dataclass(frozen=True, slots=True)
class Known:
    """A field with all that is worked out from its name and label alone."""

    field: ListedField
    bag: Bag
    meanings: tuple[str, ...]


def known(field: ListedField) -> Known:
    means = meanings().get(letters(field.name), ())
    said = (field.label, *(means if len(means) == 1 else ()))
    of_kind = _KIND_WORDS.get(field.type.kind, ())
    bag = dict.fromkeys((*words(" ".join(said)), *words(field.name), *of_kind))
    if field.type.kind in _TIMES:
        bag.pop(_CREATED, None)
    return Known(field, tuple(bag), means)


class Scorer:
    """Scores every pair of a target and a source."""

    def __init__(
        self,
        targets: Sequence[ListedField],
        sources: Sequence[ListedField],
        learned: Learned,
        likenesses: Rows | None,
    ) -> None:
        self._targets, self._sources = [known(each) for each in targets], [known(each) for each in sources]
        self._learned = learned
        self._likenesses = likenesses
        self._weights = Weights(each.bag for each in (*self._targets, *self._sources))

    def rows(self) -> list[list[int]]:
        """For each target what each source is worth."""
        return [
            [self._score(row, column) for column in range(len(self._sources))]
            for row in range(len(self._targets))
        ]

    def _score(self, row: int, column: int) -> int:
        target, source = self._targets[row], self._sources[column]
        if self._learned.is_refused(target.field.name, source.field.name):
            return SHUT
        if not passes(source.field, target.field):
            return SHUT
        if self._learned.is_accepted(target.field.name, source.field.name):
            return ACCEPTED
        worth = self._alike(row, column) - _conversion(source.field, target.field)
        if shared(target, source):
            return KNOWN + max(0, worth) * (FULL - KNOWN) // FULL
        return max(SHUT, worth - _apart(target.bag, source.bag))

    def _alike(self, row: int, column: int) -> int:
        by_words = self._weights.likeness(self._targets[row].bag, self._sources[column].bag)
        if self._likenesses is None:
            return by_words
        parts = _MODEL_PARTS * self._likenesses[row][column] + _WORD_PARTS * by_words
        return parts // (_MODEL_PARTS + _WORD_PARTS)

    def reasons(self, row: int, column: int) -> tuple[str, ...]:
        """Why, in words; what stands against it and what is to be added come last."""
        target, source = self._targets[row], self._sources[column]
        is_accepted = self._learned.is_accepted(target.field.name, source.field.name)
        likeness = None if self._likenesses is None else self._likenesses[row][column]
        return (
            *(("accepted before",) if is_accepted else ()),
            *_words_for(target, source),
            *(() if likeness is None else (f"alike in meaning: {likeness // 10} of 100",)),
            *_words_against(target, source),
        )


def _words_for(target: Known, source: Known) -> Iterator[str]:
    if both := shared(target, source):
        yield f"both are known names of: {both}"
    if same := [word for word in target.bag if word in source.bag]:
        yield f"same words: {', '.join(same)}"
    pairs = (_pair(target.bag, word) for word in source.bag if word not in same)
    if near := list(filter(None, pairs)):
        yield f"like words: {', '.join(near)}"


def _words_against(target: Known, source: Known) -> Iterator[str]:
    if against := parted(target.bag, source.bag):
        yield f"but {against[0]} is not {against[1]}"
    elif special := singular(target.bag, source.bag):
        yield f"but only one of them is {special}"
    if between := way(source.field, target.field):
        yield between


def shared(target: Known, source: Known) -> str:
    """What both names are known to mean; empty where that is nothing."""
    return next((meaning for meaning in target.meanings if meaning in source.meanings), "")


def _apart(one: Bag, other: Bag) -> int:
    """What is lost because the words tell the fields apart."""
    if parted(one, other):
        return _PARTED_LOSS
    return _SPECIAL_LOSS if singular(one, other) else 0


def _pair(bag: Bag, word: str) -> str:
    return next((f"{other} ~ {word}" for other in bag if word_likeness(other, word) and other != word), "")


def _conversion(source: ListedField, target: ListedField) -> int:
    given, wanted = source.type.kind, target.type.kind
    if given is wanted or frozenset({given, wanted}) in _NEAR:
        return 0
    if wanted is Kind.TEXT:
        return _WRITTEN_LOSSES.get(given, 0)
    return _READ_LOSS if given is Kind.TEXT and not source.example else _CONVERTED_LOSS
