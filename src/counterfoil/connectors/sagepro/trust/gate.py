"""What becomes of postings on each rung of the ladder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from counterfoil.connectors.sagepro.calibration.proof import Proof
from counterfoil.connectors.sagepro.kinds import FILES_ALONE, kinds_of
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.trust.rungs import Rung, Standing
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import PostingAnswer, Refused
from counterfoil.ports.errors import CounterfoilError

PostGroup = Callable[[Sequence[Fact]], Sequence[Result]]
"""Takes facts of different keys and gives one result each, in order."""


class Known(Protocol):
    """Tells what is posted or on its way and decides about a fact."""

    def __call__(self, fact: Fact) -> PostingAnswer | None: ...


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
    ) -> None:
        """`proven` tells what the calibration proves now; it is asked once, before the first direct group."""
        self._standing = standing
        self._known = known
        self._writers = writers
        self._proven = functools.cache(proven)

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

    def _objection(self, standing: Standing, fact: Fact) -> str:
        match standing.rung:
            case Rung.DIRECT:
                whys = (standing.refuses(kind) or self._doubt(standing, kind) for kind in kinds_of(fact))
                why = next(filter(None, whys), "")
                return f"{why}: calibrate it, or key it in Sage Pro" if why else ""
            case rung if rung in self._writers:
                return ""
            case Rung.OUTBOX:
                return "the company stands on outbox, and this agent has none: see the profile"
            case _:
                why = standing.why or f"the company stands on {standing.rung.value}"
                return f"{why}: key it in Sage Pro, or move the company up with counterfoil sagepro trust"

    def _doubt(self, standing: Standing, kind: str) -> str:
        """What became of the proof since a calibrated company was raised."""
        if standing.move is None or not standing.move.is_calibrated or kind in FILES_ALONE:
            return ""
        proof = self._proven().get(kind)
        if proof is None:
            return f"the calibration file does not tell of {kind} any more"
        return next(iter(proof.open), "")

    def _refused(self, fact: Fact, why: str) -> Result:
        try:
            return self._known(fact) or Refused(key=fact.key, why=why)
        except CounterfoilError as error:
            return error
