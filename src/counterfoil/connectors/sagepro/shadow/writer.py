"""What the shadow rung does with facts: plans them, keeps the plan, and leaves the books alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.planning import Over, Planned
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.shadow.book import ShadowBook
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import Busy, Changed, KeyedByHand, PostingAnswer, Refused
from counterfoil.ports.errors import CounterfoilError

_WHY = (
    "the company stands on shadow: nothing is written, clerks key it in Sage Pro, and Counterfoil's plan is"
    " kept beside; counterfoil sagepro shadow compares the two"
)

PlanFact = Callable[[Fact, Over], Planned | Changed | KeyedByHand | Refused | Busy]


class ShadowWriter:
    """Plans and keeps; every fact is answered as refused, so that no run waits to post it later."""

    def __init__(
        self,
        plan: PlanFact,
        known: Callable[[Fact], PostingAnswer | None],
        book: ShadowBook,
        now: Callable[[], datetime],
    ) -> None:
        self._plan = plan
        self._known = known
        self._book = book
        self._now = now

    def post_group(self, facts: Sequence[Fact]) -> list[Result]:
        return [self._keep(fact) for fact in facts]

    def _keep(self, fact: Fact) -> Result:
        try:
            return self._known(fact) or self._planned(fact)
        except CounterfoilError as error:
            return error

    def _planned(self, fact: Fact) -> Result:
        answer = self._plan(fact, self._book.over)
        match answer:
            case Planned():
                self._book.note(answer.entry, self._now())
            case KeyedByHand():
                self._book.note(Entry(fact=fact, document="", new=(), changed=()), self._now())
            case _:
                return answer
        return Refused(key=fact.key, why=_WHY)
