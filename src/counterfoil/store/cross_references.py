"""What outside identifiers mean in the ERP, such as a vault customer's customer number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.clock import Clock
from counterfoil.ports.payment_methods import PayerOwners
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

    def internal(self, connection: str, kind: str, external: str) -> str | None:
        """What the outside identifier means."""
        query = sa.select(table.c.internal).where(
            table.c.connection == connection, table.c.kind == kind, table.c.external == external
        )
        with self._database.autocommit() as session:
            return session.execute(query).scalar_one_or_none()

    def externals(self, connection: str, kind: str, internal: str) -> list[str]:
        """All outside identifiers that mean the same in the ERP."""
        query = sa.select(table.c.external).where(
            table.c.connection == connection, table.c.kind == kind, table.c.internal == internal
        )
        with self._database.autocommit() as session:
            return sorted(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class StoredOwners(PayerOwners):
    """One connection's cross-references of stored payers."""

    references_of: CrossReferences
    connection: str
    kind: str

    @override
    def owner(self, reference: str) -> CustomerNumber | None:
        found = self.references_of.internal(self.connection, self.kind, reference)
        return CustomerNumber(found) if found else None

    @override
    def references(self, customer: CustomerNumber) -> Sequence[str]:
        return self.references_of.externals(self.connection, self.kind, customer)
