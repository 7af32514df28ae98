"""What becomes of postings on each rung of the ladder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from counterfoil.connectors.sagepro.calibration.proof import Proof
from counterfoil.connectors.sagepro.kinds import FILES_ALONE, UNSEEN, beneath, kinds_of
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.trust.rungs import Rung, Standing
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import PostingAnswer, Refused
from counterfoil.ports.errors import CounterfoilError

PostGroup = Callable[[Sequence[Fact]], Sequence[Result]]
"""Takes facts of different keys and gives one result each, in order."""


class Known(Protocol):
    """What is posted or on its way."""

    def known(self, fact: Fact) -> PostingAnswer | None:
        """What of it decides about the fact."""
        ...

    def fact_of(self, key: PostingKey) -> Fact | None:
        """The fact that stands under the key."""
        ...


class RungGate:
    """Asks before every group where the company stands, so that a move down counts at once.

    Read-only and shadow never write. What was posted or handed over is answered as such on every rung.
    """

    def __init__(
        self,
        standing: Callable[[], Standing],
        known: Known,
        writers: Mapping[Rung, PostGroup],
        proven: Callable[[], Mapping[str, Proof]],
        calibrated: Callable[[], object] = lambda: None,
    ) -> None:
        """`proven` tells what the calibration proves now.

        It is asked once after each move, and again where `calibrated` tells another stamp of the calibration
        than before: what a comparison showed since counts for the next posting.
        """
        self._standing = standing
        self._known = known
        self._writers = writers
        self._proven = functools.lru_cache(maxsize=1)(lambda _move, _stamp: proven())
        self._calibrated = calibrated

    def post_group(self, facts: Sequence[Fact]) -> list[Result]:
        """What became of each fact.

        Raises:
            ConfigurationError: the record of the ladder was tampered with.
        """
        standing = self._standing()
        results: dict[PostingKey, Result] = {}
        passing: list[Fact] = []
        for fact in facts:
            why = self._objection(standing, fact)
            if why:
                results[fact.key] = self._refused(fact, why)
            else:
                passing.append(fact)
        if passing:
            answers = self._writers[standing.rung](passing)
            results |= {fact.key: answer for fact, answer in zip(passing, answers, strict=True)}
        return [results[fact.key] for fact in facts]

    def objection(self, fact: Fact) -> str:
        """Why the company's rung does not let the fact through now; empty where it does.

        Raises:
            ConfigurationError: the record of the ladder was tampered with.
        """
        return self._objection(self._standing(), fact)

    def withholds(self, fact: Fact) -> str:
        """Why the fact would not reach the books now; empty where it would.

        Raises:
            ConfigurationError: the record of the ladder was tampered with.
        """
        standing = self._standing()
        if standing.rung is Rung.SHADOW:
            return "the company stands on shadow, where nothing is posted"
        return self._objection(standing, fact)

    def _objection(self, standing: Standing, fact: Fact) -> str:
        match standing.rung:
            case Rung.DIRECT | Rung.OUTBOX as rung if rung in self._writers:
                return self._unproven(standing, fact)
            case rung if rung in self._writers:
                return ""
            case Rung.OUTBOX:
                return "the company stands on outbox, and this agent has none: see the profile"
            case _:
                why = standing.why or f"the company stands on {standing.rung.value}"
                return f"{why}: key it in Sage Pro, or move the company up with counterfoil sagepro trust"

    def _unproven(self, standing: Standing, fact: Fact) -> str:
        """What of the fact's kinds is not proven; of a reversal, the kinds of what it takes back."""
        if standing.writes_all:
            return ""
        undone = self._known.fact_of(fact.reverses) if isinstance(fact, ReversalFact) else None
        if isinstance(fact, ReversalFact) and undone is None:
            return f"{fact.reverses} does not stand in the posting ledger, so that nothing can be taken back"
        kinds = self._kinds(standing, fact, undone)
        whys = (standing.refuses(kind) or self._doubt(standing, kind) for kind in kinds)
        why = next(filter(None, whys), "")
        return f"{why}: calibrate it, or key it in Sage Pro" if why else ""

    def _kinds(self, standing: Standing, fact: Fact, undone: Fact | None) -> Iterator[str]:
        """The fact's kinds; a word for one does not stand for what Sage Pro itself writes beside it."""
        kinds = kinds_of(fact, undone)
        yield from kinds
        if UNSEEN.issuperset(kinds) and any(self._is_vouched_for(standing, kind) for kind in kinds):
            yield from beneath(fact, undone)

    def _is_vouched_for(self, standing: Standing, kind: str) -> bool:
        if standing.move is None or not standing.move.is_calibrated:
            return False
        proof = self._proven(standing.move, self._calibrated()).get(kind)
        return proof is not None and bool(proof.word)

    def _doubt(self, standing: Standing, kind: str) -> str:
        """What became of the proof since a calibrated company was raised."""
        if standing.move is None or not standing.move.is_calibrated or kind in FILES_ALONE:
            return ""
        proof = self._proven(standing.move, self._calibrated()).get(kind)
        if proof is None:
            return f"the calibration file does not tell of {kind} any more"
        return next(iter(proof.open if standing.rung is Rung.DIRECT else proof.open_in_outbox), "")

    def _refused(self, fact: Fact, why: str) -> Result:
        try:
            return self._known.known(fact) or Refused(key=fact.key, why=why)
        except CounterfoilError as error:
            return error
