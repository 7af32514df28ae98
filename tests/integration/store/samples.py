"""Rows that the tests of the store start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.inbox import Accepted, Inbox, NewEvent
from counterfoil.store.jobs import Job
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.runs import StoredRuns

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def event(
    number: int = 1,
    *,
    order_key: str = "",
    note: str = "",
    connection: str = "c1",
    kind: str = "payment.captured",
) -> NewEvent:
    return NewEvent(
        connection=connection,
        key=f"payment/{number}",
        source="poll",
        kind=kind,
        order_key=order_key or f"lineage/{number}",
        body={"amount": "12345678901234567.89", "note": note},
        redacted=False,
        occurred_at=START,
    )


def add_connection(database: Database, name: str, environment: str) -> None:
    with database.autocommit() as connection:
        connection.execute(
            sa.insert(schema.connection).values(
                id=name,
                environment=environment,
                name=name,
                kind="gateway",
                company="01",
                mode="test",
                settings={},
                created_at=START,
                updated_at=START,
            )
        )


def add_flow(database: Database, name: str, environment: str, trigger: str = "payment.*") -> None:
    version = sa.text(
        "INSERT INTO flow_version VALUES ('v1', 'f', 'nodes: []', now()) ON CONFLICT DO NOTHING"
    )
    with database.transaction() as connection:
        connection.execute(version)
        connection.execute(
            sa.insert(schema.deployment).values(
                environment=environment, flow=name, hash="v1", trigger=trigger, deployed_at=START
            )
        )


@dataclass
class Jobs:
    """Takes jobs instead of the engine, and can refuse."""

    taken: list[Job] = field(default_factory=list)
    failure: Exception | None = None

    def defer(self, connection: sa.Connection, jobs: Sequence[Job]) -> None:
        assert connection.in_transaction()
        if self.failure is not None:
            raise self.failure
        self.taken += jobs

    def runs(self) -> list[str]:
        return [job.run for job in self.taken]


class Hub:
    """The store's parts over one database, with a clock that stands still."""

    def __init__(self, database: Database) -> None:
        add_connection(database, "c1", "dev")
        add_flow(database, "payment_to_receipt", "dev")
        self.jobs = Jobs()
        self.clock = ManualClock(START)
        self.ids = SeededIds("hub")
        self.rebind(database)

    def rebind(self, database: Database) -> None:
        """Works on another database from now on."""
        self.database = database
        self.inbox = Inbox(database, self.jobs.defer, clock=self.clock, ids=self.ids)
        self.queue = RunQueue(database, self.jobs.defer, self.clock)
        self.runs = StoredRuns(database, self.clock, self.ids)

    def accept(self, *events: NewEvent) -> list[str]:
        """Stores new events and gives their runs."""
        runs: list[str] = []
        for answer in self.inbox.store(events):
            assert isinstance(answer, Accepted)
            runs += answer.runs
        return runs

    def count(self, table: sa.Table) -> int:
        with self.database.autocommit() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    def status(self, run: str) -> str:
        query = sa.select(schema.run.c.status).where(schema.run.c.id == run)
        with self.database.autocommit() as connection:
            return str(connection.execute(query).scalar_one())

    def pass_time(self, **step: int) -> None:
        self.clock.advance(timedelta(**step))
