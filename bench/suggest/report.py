"""The report: right answers on the samples with and without the model, and the time for large lists."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from typing_extensions import override

from bench.results import Result
from bench.suggest.measuring import Tally, tally, without_labels
from bench.suggest.samples import DEVELOPMENT, HELD_OUT, Sample, read_samples
from counterfoil.embedding.minilm import MiniLm, missing
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.suggesting import suggest
from counterfoil.ports.embedder import UNIT, Embedder, Vector

SIDE = 200
TWINS, LIKENESS = ("A man is eating food.", "A man is eating a piece of bread."), 755
"""Two sentences of sentence-transformers' own documentation, and their likeness there, in thousandths."""


class _Remembering(Embedder):
    """Asks the model once for each text."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[str, Vector] = {}

    @property
    @override
    def name(self) -> str:
        return self._inner.name

    @override
    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        if new := [text for text in dict.fromkeys(texts) if text not in self._known]:
            self._known |= zip(new, self._inner.embed(new), strict=True)
        return [self._known[text] for text in texts]


def run() -> Iterator[Result]:
    held_out, development = read_samples(HELD_OUT), read_samples(DEVELOPMENT)
    model = None if missing() else MiniLm()
    if model is not None:
        _check(model)
    for embedder in (None, model and _Remembering(model)):
        by = "words, types" if embedder is None else "and the model"
        yield from _told(f"held out, {by}", tally(held_out, embedder))
        yield from _told(f"held out, {by}, no labels", tally(map(without_labels, held_out), embedder))
        yield from _told(f"developed with, {by}", tally(development, embedder))
        if model is None:
            break
    yield from _timed(held_out, "words, types", None)
    if model is not None:
        yield from _timed(held_out, "and the model", model)


def _check(model: Embedder) -> None:
    one, other = model.embed(TWINS)
    likeness = 1000 * sum(a * b for a, b in zip(one, other, strict=True)) // (UNIT * UNIT)
    if likeness != LIKENESS:
        raise AssertionError(f"the model computes otherwise: {likeness} instead of {LIKENESS}")


def _told(what: str, found: Tally) -> Iterator[Result]:
    of = f"of {found.answered} with an answer"
    yield Result(f"{what}: right first", 100 * found.first / found.answered, "%", of)
    yield Result(f"{what}: right among three", 100 * found.among_three / found.answered, "%", of)
    high = 100 * found.high_right / max(1, found.high)
    yield Result(f"{what}: right where high", high, "%", f"{found.high_right} of {found.high}")
    proposed = 100 * found.proposed_right / max(1, found.proposed)
    yield Result(
        f"{what}: right where proposed", proposed, "%", f"{found.proposed_right} of {found.proposed}"
    )
    blank = f"{found.without_left} of the {found.without} that have no answer"
    yield Result(f"{what}: left blank", 100 - 100 * found.proposed / found.targets, "%", blank)


def _timed(samples: Sequence[Sample], by: str, embedder: Embedder | None) -> Iterator[Result]:
    sources = _many(field for sample in samples for field in sample.sources)
    targets = _many(field for sample in samples for field in sample.targets)
    started, worked = time.perf_counter(), time.process_time()
    suggest(sources, targets, embedder=embedder)
    worked = time.process_time() - worked
    took = time.perf_counter() - started
    yield Result(f"{SIDE} x {SIDE} fields, {by}", took, "s", f"{worked:.1f} s of CPU")


def _many(fields: Iterable[ListedField]) -> tuple[ListedField, ...]:
    """So many fields with names of their own."""
    known = list(fields)
    return tuple(
        replace(known[n % len(known)], name=f"{known[n % len(known)].name}_{n // len(known) + 1}")
        for n in range(SIDE)
    )
