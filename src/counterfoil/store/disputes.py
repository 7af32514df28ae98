"""Disputes among the events, and the payments that they may be about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.schema import inbox, review_task, run

UNMATCHED = "/unmatched"
"""Ends the key of a dispute whose payment nobody knew when it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """One stored event of a dispute."""

    event: str
    key: str
    lineage: str
    body: Json

    @property
    def is_matched(self) -> bool:
        return not self.key.endswith(UNMATCHED)


class Disputes:
    """Reads one connection's disputes and payments, and closes what a person answered."""

    def __init__(self, database: Database, clock: Clock, connection: str) -> None:
        self._database = database
        self._clock = clock
        self._connection = connection

    def by_key(self, keys: Collection[str]) -> Mapping[str, DisputeRow]:
        """What is stored under the keys; what was matched later counts before what was not."""
        wanted = [*keys, *(key + UNMATCHED for key in keys)]
        found = self._read(inbox.c.event_key == sa.any_(sa.literal(wanted)))
        ordered = sorted(found, key=lambda row: row.is_matched)
        return {row.key.removesuffix(UNMATCHED): row for row in ordered}

    def all(self) -> Sequence[DisputeRow]:
        """Oldest first."""
        return self._read(inbox.c.event_key.startswith("dispute/"))

    def payments_between(self, first: datetime, last: datetime) -> Sequence[Json]:
        """The records of payments made in the time, as they were stored."""
        return self._bodies(inbox.c.occurred_at.between(first, last))

    def payments_of(self, lineage: str) -> Sequence[Json]:
        return self._bodies(inbox.c.order_key == lineage)

    def close_reviews(self, event: str, answer: Json, *, by: str) -> None:
        """A person said which payment it is: what was asked about the unmatched event is answered."""
        runs = sa.select(run.c.id).where(run.c.event == event)
        change = sa.update(review_task).where(
            review_task.c.run.in_(runs.scalar_subquery()), review_task.c.status == "open"
        )
        with self._database.autocommit() as session:
            session.execute(
                change.values(
                    status="answered", answer=dict(answer), answered_by=by, answered_at=self._clock.now()
                )
            )

    def _read(self, *which: sa.ColumnElement[bool]) -> list[DisputeRow]:
        query = (
            sa.select(inbox.c.id, inbox.c.event_key, inbox.c.order_key, inbox.c.body)
            .where(inbox.c.connection == self._connection, *which)
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return [
                DisputeRow(event=row.id, key=row.event_key, lineage=row.order_key, body=row.body)
                for row in session.execute(query)
            ]

    def _bodies(self, which: sa.ColumnElement[bool]) -> list[Json]:
        query = (
            sa.select(inbox.c.body)
            .where(inbox.c.connection == self._connection, inbox.c.kind.startswith("payment."), which)
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return [cast("Json", body) for body in session.execute(query).scalars()]
