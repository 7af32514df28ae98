from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.run_store import Answer, Json
from counterfoil.store import schema
from counterfoil.store.questions import Questions
from tests.contract.run_store_suite import Kept, RunStoreSuite
from tests.integration.store.samples import Hub, event


class TestStoredRuns(RunStoreSuite):
    @pytest.fixture
    def kept(self, hub: Hub) -> Kept:
        (run,) = hub.accept(event())

        def ending() -> tuple[str, Json] | None:
            query = sa.select(schema.run.c.status, schema.run.c.result).where(schema.run.c.id == run)
            with hub.database.autocommit() as connection:
                row = connection.execute(query).one()
            return None if row.result is None else (row.status, row.result)

        def review_kinds() -> list[str]:
            with hub.database.autocommit() as connection:
                return list(connection.execute(sa.select(schema.review_task.c.kind)).scalars())

        def tell(status: PaymentStatus) -> str:
            elsewhere = event(2, order_key="other", kind="payment.voided")
            told = event(3, order_key="lineage/1", kind=f"payment.{status.value}")
            return hub.accept(elsewhere, told)[1]

        def answer(given: Answer) -> None:
            questions = Questions(hub.database, hub.queue, hub.clock)
            (task,) = questions.open()
            questions.answer(task.id, choice=given.choice, by=given.by, note=given.note)

        return Kept(
            store=hub.runs,
            run_id=run,
            ending=ending,
            review_kinds=review_kinds,
            answer=answer,
            asks=lambda: bool(Questions(hub.database, hub.queue, hub.clock).open()),
            tell=tell,
        )
