"""Breakers as rows that all workers share; every instant is the database's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from counterfoil.ports.breakers import Breaker, BreakerChange, BreakerState, BreakerStore, Hand, Limit
from counterfoil.store.database import Database
from counterfoil.store.schema import breaker as table
from counterfoil.store.schema import breaker_log, connection, run

NOW = sa.func.clock_timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """A connection with its breaker, for people and monitors."""

    name: str
    kind: str
    environment: str
    company: str
    breaker: Breaker
    waiting: int
    """Runs that wait until the connection no longer rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerEntry:
    """One line of the log: an opening, a closing, or what a person did."""

    connection: str
    at: datetime
    state: str
    why: str
    by: str
    """Empty where nobody did it by hand."""


class StoredBreakers(BreakerStore):
    """One row per connection that ever failed, was limited or was changed by hand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def find(self, connection: str) -> tuple[Breaker, datetime]:
        now = sa.select(NOW.label("now")).subquery()
        query = sa.select(now.c.now, table).select_from(
            now.outerjoin(table, table.c.connection == connection)
        )
        with self._database.autocommit() as session:
            row = session.execute(query).mappings().one()
        return _breaker(row) if row["connection"] else Breaker(connection=connection), row["now"]

    @override
    def change(
        self, connection: str, step: Callable[[Breaker, datetime], Breaker], hand: Hand | None = None
    ) -> BreakerChange:
        new = insert(table).values(connection=connection).on_conflict_do_nothing()
        query = sa.select(table).where(table.c.connection == connection).with_for_update()
        with self._database.transaction() as session:
            session.execute(new)
            before = _breaker(session.execute(query).mappings().one())
            # Asked after the row is ours: what waited for it must not go by an older time.
            now = session.execute(sa.select(NOW)).scalar_one()
            after = step(before, now)
            if after != before:
                session.execute(
                    sa.update(table).where(table.c.connection == connection).values(**_columns(after))
                )
            if hand or _is_told(before, after):
                session.execute(sa.insert(breaker_log).values(**_entry(after, now, hand)))
        return BreakerChange(before=before, after=after, at=now)

    @override
    def all(self) -> Sequence[Breaker]:
        with self._database.autocommit() as session:
            query = sa.select(table).order_by(table.c.connection)
            return [_breaker(row) for row in session.execute(query).mappings()]

    def overview(self) -> Sequence[BreakerRow]:
        """Every connection that is switched on, with its breaker and what waits for it."""
        waiting = (
            sa.select(run.c.awaits, sa.func.count().label("waiting"))
            .where(run.c.awaits.is_not(None), run.c.status == "parked")
            .group_by(run.c.awaits)
            .subquery()
        )
        named = [connection.c[name] for name in ("id", "name", "kind", "environment", "company")]
        query = (
            sa.select(*named, sa.func.coalesce(waiting.c.waiting, 0).label("waiting"))
            .outerjoin(waiting, waiting.c.awaits == connection.c.id)
            .where(connection.c.enabled)
            .order_by(connection.c.environment, connection.c.name)
        )
        known = {each.connection: each for each in self.all()}
        with self._database.autocommit() as session:
            rows = session.execute(query).all()
        return [
            BreakerRow(
                name=row.name,
                kind=row.kind,
                environment=row.environment,
                company=row.company,
                breaker=known.get(row.id, Breaker(connection=row.id)),
                waiting=row.waiting,
            )
            for row in rows
        ]

    def entries(self, connection: str, limit: int) -> Sequence[BreakerEntry]:
        """The log of a connection, newest first."""
        columns = [breaker_log.c[name] for name in BreakerEntry.__dataclass_fields__]
        query = sa.select(*columns).where(breaker_log.c.connection == connection)
        with self._database.autocommit() as session:
            rows = session.execute(query.order_by(breaker_log.c.id.desc()).limit(limit)).mappings()
            return [BreakerEntry(**row) for row in rows]


def _is_told(before: Breaker, after: Breaker) -> bool:
    """Probes are not told of one by one."""
    was_closed, is_closed = (each.state is BreakerState.CLOSED for each in (before, after))
    return was_closed != is_closed


def _entry(after: Breaker, now: datetime, hand: Hand | None) -> Mapping[str, object]:
    return {
        "connection": after.connection,
        "at": now,
        "state": after.state.value,
        "why": hand.why if hand else after.why,
        "by": hand.by if hand else "",
    }


def _columns(breaker: Breaker) -> Mapping[str, object]:
    return {
        "state": breaker.state.value,
        "since": breaker.since,
        "failures": breaker.failures,
        "why": breaker.why,
        "next_at": breaker.next_at,
        "quiet_until": breaker.quiet_until,
        "per_minute": breaker.limit.per_minute if breaker.limit else None,
        "burst": breaker.limit.burst if breaker.limit else None,
        "spent_until": breaker.spent_until,
    }


def _breaker(row: sa.RowMapping) -> Breaker:
    limit = row["per_minute"] and Limit(per_minute=row["per_minute"], burst=row["burst"])
    return Breaker(
        connection=row["connection"],
        state=BreakerState(row["state"]),
        since=row["since"],
        failures=row["failures"],
        why=row["why"],
        next_at=row["next_at"],
        quiet_until=row["quiet_until"],
        limit=limit or None,
        spent_until=row["spent_until"],
    )
