"""What outside identifiers mean in the ERP, such as a vault customer's customer number."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database
from counterfoil.store.schema import cross_reference as table


class CrossReferences:
    """Entered by people or learned from what they decided; the newest meaning counts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, connection: str, kind: str, external: str, internal: str) -> None:
        statement = insert(table).values(
            connection=connection,
            kind=kind,
            external=external,
            internal=internal,
            updated_at=self._clock.now(),
        )
        kept = {"internal": statement.excluded.internal, "updated_at": statement.excluded.updated_at}
        with self._database.autocommit() as session:
            session.execute(
                statement.on_conflict_do_update(index_elements=["connection", "kind", "external"], set_=kept)
            )
