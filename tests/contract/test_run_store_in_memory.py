from __future__ import annotations

import pytest

from counterfoil.ports.run_store import Json
from tests.contract.run_store_suite import Kept, RunStoreSuite
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment


class TestMemoryRunStore(RunStoreSuite):
    @pytest.fixture
    def kept(self) -> Kept:
        hub = Hub(MemoryErp())
        run_id = hub.accept(a_payment())

        def ending() -> tuple[str, Json] | None:
            closed = hub.store.closed.get(run_id)
            return (closed[0].value, closed[1]) if closed else None

        return Kept(
            store=hub.store,
            run_id=run_id,
            ending=ending,
            review_kinds=lambda: [task.kind for task in hub.store.reviews],
            answer=lambda given: hub.store.answer_open(run_id, given),
            asks=lambda: hub.store.open_question(run_id) is not None,
            tell=lambda status: hub.accept(a_payment(status=status), "run-2"),
        )
