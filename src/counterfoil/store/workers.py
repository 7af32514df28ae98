"""Worker processes: who carries runs, and where, so that a dead one is known at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database
from counterfoil.store.schema import worker as table


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """One worker process; host, process id and start together never repeat."""

    id: str
    engine_worker: int
    host: str
    pid: int
    process_started: str


class Workers:
    """The worker processes that said they are there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def register(self, row: WorkerRow) -> int | None:
        """Adds a worker, or gives it the engine's new number of it; the number before, if there was one."""
        now = self._clock.now()
        before = sa.select(table.c.engine_worker).where(table.c.id == row.id)
        statement = insert(table).values(
            id=row.id,
            engine_worker=row.engine_worker,
            host=row.host,
            pid=row.pid,
            process_started=row.process_started,
            started_at=now,
            heartbeat_at=now,
        )
        renewed = {"engine_worker": statement.excluded.engine_worker, "heartbeat_at": now}
        with self._database.transaction() as connection:
            earlier = connection.execute(before).scalar_one_or_none()
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=renewed))
        return earlier

    def beat(self, worker_id: str) -> None:
        with self._database.autocommit() as connection:
            connection.execute(
                sa.update(table).where(table.c.id == worker_id).values(heartbeat_at=self._clock.now())
            )

    def on_host(self, host: str) -> list[WorkerRow]:
        wanted = sa.select(
            table.c.id, table.c.engine_worker, table.c.host, table.c.pid, table.c.process_started
        ).where(table.c.host == host)
        with self._database.autocommit() as connection:
            return [WorkerRow(**row) for row in connection.execute(wanted).mappings()]

    def remove(self, worker_ids: Collection[str]) -> None:
        with self._database.autocommit() as connection:
            connection.execute(sa.delete(table).where(table.c.id.in_(worker_ids)))
