"""Parts that are broken on purpose: the simulation is worth what it catches of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.payment import Payment
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, Moved
from counterfoil.ports.erp import Posted, PostingAnswer
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import AnyRecord, GatewayRecord, Told
from counterfoil.ports.run_store import Json, ReviewTask, RunResult
from counterfoil.runtime.memory.books import MemoryErp
from tests.simulation.books import Books
from tests.simulation.merchant import Merchant
from tests.simulation.queue import MemoryQueue
from tests.simulation.rows import Answerable, Rows, State
from tests.simulation.scene import Parts
from tests.simulation.wire import wire_record
from tests.simulation.world import simulate
from tests.support.memory_effects import MemoryEffects


class BooksWithoutKeys(Books):
    """A posting that is tried again is written again."""

    @override
    def _post(self, fact: Fact) -> PostingAnswer:
        return self._objection(fact) or self._write(fact)


class BooksThatForgetARestore(Books):
    """What a restore took away is told as never posted."""

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        return MemoryErp.find_posting(self, key)


class EffectsThatForgetLostAnswers(MemoryEffects):
    """A charge whose answer was lost counts as never made."""

    @override
    def change(self, row: EffectRow) -> EffectRow | Moved:
        is_lost = row.effect.kind is EffectKind.CHARGE and row.state is EffectState.UNKNOWN
        return super().change(replace(row, state=EffectState.WAITING, due_at=None) if is_lost else row)


class EffectsWithoutGate(MemoryEffects):
    """After a restore everything is sent at once."""

    @override
    def send(self, row: EffectRow) -> EffectRow | Moved:
        return self.change(row)


class QueueThatForgetsParked(MemoryQueue):
    """What is parked is never woken."""

    @override
    def _is_due(self, name: str, state: State, now: datetime, *, has_job: bool) -> bool:
        return state.status != "parked" and super()._is_due(name, state, now, has_job=has_job)


class QueueWithoutOrder(MemoryQueue):
    """Runs of one order key pass each other."""

    @override
    def _elder(self, run_id: str) -> str | None:
        return None


class RowsThatAskAgain(Rows):
    """A run that two workers close asks twice."""

    @override
    def close_run(
        self, run_id: str, result: RunResult, summary: Json, review: ReviewTask | None = None
    ) -> None:
        if run_id in self.closed and review is not None:
            self.tasks.append(Answerable(review, self.runs[run_id].order_key))
        super().close_run(run_id, result, summary, review)


class RowsThatDropTheLast(Rows):
    """Of many records the last is not stored, and nobody is told."""

    @override
    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        return super().accept_all(connection, records[:-1], source)


class GatewayWithoutGuard(Merchant):
    """Records are kept as they were sent."""

    @override
    def tell(self, payment: Payment) -> AnyRecord:
        record = super().tell(payment)
        assert isinstance(record, GatewayRecord)
        return replace(record, body=wire_record(payment)) if self.by_wire else record


BROKEN: Mapping[str, Parts] = {
    "posting keys are not looked at": Parts(books=BooksWithoutKeys),
    "parked runs are forgotten": Parts(queue=QueueThatForgetsParked),
    "order is not kept": Parts(queue=QueueWithoutOrder),
    "a task is opened twice": Parts(rows=RowsThatAskAgain),
    "card data is kept": Parts(gateway=GatewayWithoutGuard),
    "records are dropped": Parts(rows=RowsThatDropTheLast),
}
"""What some dozen seeds catch."""

RARELY_SEEN: Mapping[str, Parts] = {
    "lost answers are forgotten": Parts(effects=EffectsThatForgetLostAnswers),
    "a restore of the books is forgotten": Parts(books=BooksThatForgetARestore),
    "writes are not held after a restore": Parts(effects=EffectsWithoutGate),
}
"""What takes hundreds of seeds, because other guards stand behind it."""


def first_caught(parts: Parts, seeds: int) -> int | None:
    """The first seed with which something is found to be wrong; None where none does."""
    for seed in range(seeds):
        try:
            simulate(seed, parts)
        except AssertionError:
            return seed
    return None
