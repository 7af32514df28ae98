"""Gates: writes at the gateway are held each time the database runs anew, until the gap is matched."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.ports.effects import Gate, GateStore
from counterfoil.store.database import Database
from counterfoil.store.schema import gateway_gate as table

# A restore with PostgreSQL's programs makes the tables anew, under other numbers. A standby that takes over,
# which may lack the latest changes, and a recovery to a moment begin a new timeline: the first eight signs of
# the log file's name. A copy of the server's files needs at least a start of the server.
TABLES = (
    "(SELECT system_identifier || ' ' || current_database() || ' ' || 'effect'::regclass::oid"
    " || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system())"
)
RUNNING = f"({TABLES} || ' ' || pg_postmaster_start_time())"

IS_OPEN = sa.text(f"""
    SELECT EXISTS (
        SELECT FROM gateway_gate WHERE connection = :connection AND opened = {RUNNING}
    )
""")  # noqa: S608 - constants of this module

SEE = sa.text(f"""
    INSERT INTO gateway_gate AS known (connection, seen, tables, seen_at, gap_from, restored)
    VALUES (:connection, {RUNNING}, {TABLES}, :now, :gap_from, false)
    ON CONFLICT (connection) DO UPDATE SET
        seen = excluded.seen, tables = excluded.tables, seen_at = excluded.seen_at,
        gap_from = CASE WHEN known.opened = known.seen THEN excluded.gap_from
                        ELSE least(known.gap_from, excluded.gap_from) END,
        restored = known.tables <> excluded.tables
                   OR (known.restored AND known.opened IS DISTINCT FROM known.seen)
    WHERE known.seen <> excluded.seen
""")  # noqa: S608 - constants of this module

OPEN = sa.text(
    "UPDATE gateway_gate SET opened = seen, opened_at = :now"
    " WHERE connection = :connection AND seen_at = :seen_at"
)


class StoredGates(GateStore):
    """One row per connection in the hub's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def gate(self, connection: str, *, now: datetime, gap_from: date) -> Gate:
        seen = {"connection": connection, "now": now, "gap_from": gap_from}
        query = sa.select(table.c.seen_at, table.c.gap_from, table.c.restored)
        with self._database.transaction() as session:
            session.execute(SEE, seen)
            row = session.execute(query.where(table.c.connection == connection)).one()
            is_open = session.execute(IS_OPEN, {"connection": connection}).scalar_one()
        return Gate(is_open=is_open, seen_at=row.seen_at, gap_from=row.gap_from, restored=row.restored)

    @override
    def tell_restored(self, connection: str) -> None:
        change = sa.update(table).where(table.c.connection == connection).values(restored=True)
        with self._database.transaction() as session:
            session.execute(change)

    @override
    def open(self, connection: str, *, seen_at: datetime, now: datetime) -> None:
        with self._database.transaction() as session:
            session.execute(OPEN, {"connection": connection, "seen_at": seen_at, "now": now})
