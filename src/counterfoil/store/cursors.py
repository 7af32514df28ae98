"""How far each connection's poll has read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import CursorStore
from counterfoil.store.database import Database
from counterfoil.store.schema import cursor as table


class StoredCursors(CursorStore):
    """Cursors as rows, written when everything before them is stored."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @override
    def read(self, connection: str, name: str) -> str | None:
        query = sa.select(table.c.value).where(table.c.connection == connection, table.c.name == name)
        with self._database.autocommit() as session:
            return session.execute(query).scalar_one_or_none()

    @override
    def write(self, connection: str, name: str, value: str) -> None:
        row = {"connection": connection, "name": name, "value": value, "updated_at": self._clock.now()}
        statement = insert(table).values(row)
        kept = {"value": statement.excluded.value, "updated_at": statement.excluded.updated_at}
        with self._database.autocommit() as session:
            session.execute(statement.on_conflict_do_update(index_elements=["connection", "name"], set_=kept))
