"""Review tasks: decisions that only a person may take, and what they decided."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.schema import review_task as table


class Review:
    """A task is answered once; the first answer stands."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def answer(self, task: str, answer: Json, *, by: str) -> bool:
        """Stores a person's decision; False when somebody decided before."""
        change = (
            sa.update(table)
            .where(table.c.id == task, table.c.status == "open")
            .values(status="answered", answer=dict(answer), answered_by=by, answered_at=self._clock.now())
        )
        with self._database.autocommit() as connection:
            return connection.execute(change).rowcount == 1
