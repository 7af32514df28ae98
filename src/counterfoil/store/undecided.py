"""Runs that wait for a person to say whose books a payment concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from counterfoil.domain.review import ReviewKind
from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.routing import UNDECIDED
from counterfoil.store.schema import inbox, review_task, run


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecidedRun:
    """A held run without a company, with the record that it is about."""

    id: str
    connection: str
    order_key: str
    kind: str
    body: Json


# Every run of the lineage in that environment: a payment stays with one company. The sweep of a running hub
# gives them their jobs.
ASSIGN = sa.text("""
    WITH asked AS (
        SELECT order_key, environment FROM run WHERE id = :run AND company = :undecided
    ), given AS (
        UPDATE run
        SET company = :company,
            status = CASE WHEN status = 'held' THEN 'parked' ELSE status END,
            due_at = CASE WHEN status = 'held' THEN :now ELSE due_at END,
            result = NULL, finished_at = NULL
        FROM asked
        WHERE run.order_key = asked.order_key AND run.environment = asked.environment
          AND run.company = :undecided AND run.status NOT IN ('done', 'dropped')
        RETURNING run.id
    ), answered AS (
        UPDATE review_task
        SET status = 'answered', answer = jsonb_build_object('company', :company ::text),
            answered_by = :person, answered_at = :now
        FROM given
        WHERE review_task.run = given.id AND review_task.status = 'open'
    )
    SELECT count(*) FROM given
""")


class Undecided:
    """Reads what waits, and lets it go on once its company is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> Sequence[UndecidedRun]:
        """Oldest first; each lineage once, by its first run."""
        asked = sa.select(review_task.c.run).where(
            review_task.c.status == "open", review_task.c.kind == ReviewKind.COMPANY.value
        )
        query = (
            sa.select(run.c.id, run.c.connection, run.c.order_key, inbox.c.kind, inbox.c.body)
            .join(inbox, inbox.c.id == run.c.event)
            .where(run.c.company == UNDECIDED, run.c.status == "held")
            .where(run.c.id.in_(asked))
            .order_by(run.c.seq)
        )
        with self._database.autocommit() as session:
            rows = [UndecidedRun(**row) for row in session.execute(query).mappings()]
        first = {(row.connection, row.order_key): row for row in reversed(rows)}
        return [row for row in rows if first[row.connection, row.order_key] is row]

    def assign(self, run_id: str, company: str, *, by: str) -> int:
        """Gives the run and all undecided ones of its lineage a company; how many go on."""
        values = {"run": run_id, "company": company, "undecided": UNDECIDED, "person": by}
        with self._database.autocommit() as session:
            given = session.execute(ASSIGN, {**values, "now": self._clock.now()}).scalar_one()
        return int(given)
