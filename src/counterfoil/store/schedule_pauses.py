"""Schedules that people paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database
from counterfoil.store.schema import schedule_pause as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is started by the flow's schedule since then."""

    by: str
    why: str
    at: datetime


class SchedulePauses:
    """By environment and flow; a pause outlasts deployments."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pause(self, environment: str, flow: str, *, by: str, why: str) -> bool:
        """Whether it was not paused before."""
        row = insert(table).values(
            environment=environment, flow=flow, paused_by=by, why=why, paused_at=self._clock.now()
        )
        with self._database.autocommit() as session:
            added = session.execute(row.on_conflict_do_nothing().returning(table.c.id))
            return added.one_or_none() is not None

    def resume(self, environment: str, flow: str, *, by: str) -> bool:
        """Whether it was paused."""
        change = (
            sa.update(table)
            .where(table.c.environment == environment, table.c.flow == flow, table.c.resumed_at.is_(None))
            .values(resumed_by=by, resumed_at=self._clock.now())
        )
        with self._database.autocommit() as session:
            return session.execute(change).rowcount == 1

    def open(self) -> dict[tuple[str, str], Pause]:
        """What is paused now, by environment and flow."""
        query = sa.select(table).where(table.c.resumed_at.is_(None))
        with self._database.autocommit() as session:
            rows = session.execute(query).all()
        return {
            (row.environment, row.flow): Pause(by=row.paused_by, why=row.why, at=row.paused_at)
            for row in rows
        }

    def resumed(self) -> dict[tuple[str, str], datetime]:
        """When each flow that was ever paused was resumed last."""
        query = sa.select(table.c.environment, table.c.flow, sa.func.max(table.c.resumed_at).label("at"))
        query = query.where(table.c.resumed_at.is_not(None)).group_by(table.c.environment, table.c.flow)
        with self._database.autocommit() as session:
            return {(row.environment, row.flow): row.at for row in session.execute(query)}
