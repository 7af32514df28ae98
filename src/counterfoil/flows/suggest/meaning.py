"""How alike fields are in meaning, as a model of language sees their names and labels."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.likeness import FULL
from counterfoil.flows.suggest.words import words
from counterfoil.ports.embedder import UNIT, Embedder, Vector
from counterfoil.ports.errors import ConfigurationError

Rows = Sequence[Sequence[int]]
"""For each target the likeness with each source, in thousandths."""


def text_of(field: ListedField) -> str:
    """All that a model is told of a field: its label and the words of its name, never a value."""
    return ": ".join(filter(None, (field.label, " ".join(words(field.name)) or field.name)))


def likenesses(targets: Sequence[ListedField], sources: Sequence[ListedField], embedder: Embedder) -> Rows:
    """What the model makes of each pair; the average pair counts nothing, the same text all.

    Raises:
        TransientError, ConfigurationError: the model cannot be asked, or does not answer each text.
    """
    texts = [text_of(field) for field in (*targets, *sources)]
    vectors = embedder.embed(texts)
    if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
        raise ConfigurationError(f"{embedder.name} does not give one vector of the same size for each text")
    ones, others = vectors[: len(targets)], vectors[len(targets) :]
    rows = [[_cosine(one, other) for other in others] for one in ones]
    usual = sum(map(sum, rows)) // (len(ones) * len(others))
    return [[max(0, FULL * (value - usual) // max(1, FULL - usual)) for value in row] for row in rows]


def _cosine(one: Vector, other: Vector) -> int:
    length: int = sum(map(mul, one, other))
    return FULL * length // (UNIT * UNIT)
