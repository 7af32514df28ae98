"""How often suggestions are right, on samples whose answers are known."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from bench.suggest.samples import Sample
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.suggesting import Confidence, Suggestion, suggest
from counterfoil.ports.embedder import Embedder


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted over all targets of the samples."""

    answered: int = 0
    """Targets that have a right answer."""
    first: int = 0
    among_three: int = 0
    high: int = 0
    high_right: int = 0
    proposed: int = 0
    proposed_right: int = 0
    targets: int = 0
    without: int = 0
    """Targets that are best left blank."""
    without_left: int = 0

    def add(self, suggestion: Suggestion, right: frozenset[str]) -> None:
        names = [each.source for each in suggestion.candidates]
        is_high = bool(names) and suggestion.candidates[0].confidence is Confidence.HIGH
        self.targets += 1
        self.answered += bool(right)
        self.first += bool(names) and names[0] in right
        self.among_three += bool(right.intersection(names))
        self.high += is_high
        self.high_right += is_high and names[0] in right
        self.proposed += suggestion.proposed is not None
        self.proposed_right += suggestion.proposed in right
        self.without += not right
        self.without_left += not right and suggestion.proposed is None


def without_labels(sample: Sample) -> Sample:
    """The same with names and types alone, as where nobody wrote labels."""

    def bare(fields: tuple[ListedField, ...]) -> tuple[ListedField, ...]:
        return tuple(dataclasses.replace(each, label="", example="") for each in fields)

    return dataclasses.replace(sample, sources=bare(sample.sources), targets=bare(sample.targets))


def tally(samples: Iterable[Sample], embedder: Embedder | None) -> Tally:
    found = Tally()
    for sample in samples:
        for suggestion in suggest(sample.sources, sample.targets, embedder=embedder):
            found.add(suggestion, sample.answers.get(suggestion.target, frozenset()))
    return found
