"""Suggestions for every target: the best sources with reasons, one proposed or the field left blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from counterfoil.flows.suggest.assignment import assign
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.learned import Learned
from counterfoil.flows.suggest.meaning import likenesses
from counterfoil.flows.suggest.scoring import ACCEPTED, Scorer
from counterfoil.ports.embedder import Embedder

SHOWN_MAX = 3


class Confidence(Enum):
    """How sure a suggestion is; what is low is never proposed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From which worth on, and by how much more than the next one, a suggestion is sure."""

    high: int
    medium: int
    low: int
    ahead: int


WITH_MODEL = Bounds(high=500, medium=400, low=120, ahead=60)
WITHOUT_MODEL = Bounds(high=700, medium=450, low=120, ahead=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that may fill the target."""

    source: str
    confidence: Confidence
    worth: int
    """In thousandths; an answer of a person counts twice as much as anything else."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What may fill one target, best first; nothing of it is applied."""

    target: str
    proposed: str | None
    """The source proposed; None: better left blank. None is proposed twice, unless a person accepted both."""
    candidates: tuple[Candidate, ...]


def suggest(
    sources: Sequence[ListedField],
    targets: Sequence[ListedField],
    *,
    learned: Learned | None = None,
    embedder: Embedder | None = None,
) -> tuple[Suggestion, ...]:
    """A suggestion for each target, in their order; the same lists always give the same ones.

    Raises:
        TransientError, ConfigurationError: the model cannot be asked.
    """
    if not sources or not targets:
        return tuple(Suggestion(target=each.name, proposed=None, candidates=()) for each in targets)
    likeness = None if embedder is None else likenesses(targets, sources, embedder)
    scorer = Scorer(targets, sources, learned or Learned(), likeness)
    whole = _Whole(scorer, sources, WITHOUT_MODEL if embedder is None else WITH_MODEL)
    return tuple(whole.suggestion(row, target) for row, target in enumerate(targets))


class _Whole:
    """All pairs together: who is assigned to whom, and how far ahead of the others."""

    def __init__(self, scorer: Scorer, sources: Sequence[ListedField], bounds: Bounds) -> None:
        self._scorer = scorer
        self._sources = sources
        self._bounds = bounds
        self._rows = scorer.rows()
        self._assigned = _assigned(self._rows, bounds.medium)
        self._best_two = [sorted((*column, 0), reverse=True)[:2] for column in zip(*self._rows, strict=True)]

    def suggestion(self, row: int, target: ListedField) -> Suggestion:
        assigned = self._assigned[row]
        return Suggestion(
            target=target.name,
            proposed=None if assigned is None else self._sources[assigned].name,
            candidates=tuple(self._candidate(row, column) for column in self._ranked(row)),
        )

    def _ranked(self, row: int) -> list[int]:
        """The columns to show, the assigned one first; what goes to another target counts for less."""
        worths, assigned = self._rows[row], self._assigned[row]
        taken = {*self._assigned} - {assigned}

        def rank(column: int) -> tuple[bool, int, int]:
            return column != assigned, -worths[column] * (2 if column in taken else 3), column

        shown = (column for column in range(len(worths)) if worths[column] >= self._bounds.low)
        return sorted(shown, key=rank)[:SHOWN_MAX]

    def _candidate(self, row: int, column: int) -> Candidate:
        return Candidate(
            source=self._sources[column].name,
            confidence=self._confidence(row, column),
            worth=self._rows[row][column],
            reasons=self._scorer.reasons(row, column),
        )

    def _confidence(self, row: int, column: int) -> Confidence:
        worth = self._rows[row][column]
        if worth < self._bounds.medium:
            return Confidence.LOW
        is_far_ahead = worth - self._next_best(row, column) >= self._bounds.ahead
        is_sure = worth >= ACCEPTED or (worth >= self._bounds.high and is_far_ahead)
        return Confidence.HIGH if is_sure and column == self._assigned[row] else Confidence.MEDIUM

    def _next_best(self, row: int, column: int) -> int:
        """The best other source for the target, or the best other use of the source."""
        worths = self._rows[row]
        best, second = self._best_two[column]
        other_use = second if best == worths[column] else best
        highest: int = max((*worths[:column], *worths[column + 1 :], other_use))
        return highest


def _assigned(rows: Sequence[Sequence[int]], least: int) -> list[int | None]:
    """Who gets which source; what a person accepted stands, even where that gives a source twice.

    The gains are squares, because one good fit is better than two poor ones.
    """
    accepted = [next((at for at, worth in enumerate(row) if worth >= ACCEPTED), None) for row in rows]

    def gain(row: int, column: int) -> int:
        is_open = accepted[row] is None and column not in accepted and rows[row][column] >= least
        return rows[row][column] ** 2 if is_open else 0

    gains = [[gain(row, column) for column in range(len(rows[row]))] for row in range(len(rows))]
    return [found if fixed is None else fixed for fixed, found in zip(accepted, assign(gains), strict=True)]
