"""Payments and refunds that the hub's own tables know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.effects import EffectKind
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.schema import effect, inbox


class StoredPayments(KnownPayments):
    """Effects tell what Counterfoil made, the inbox what it was told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        query = sa.select(effect.c.transaction).where(
            effect.c.connection == connection,
            effect.c.carried == refund,
            effect.c.sent == EffectKind.REFUND.value,
        )
        with self._database.autocommit() as session:
            found = session.execute(query).scalars().all()
        return TransactionId(found[0]) if len(found) == 1 and found[0] else None

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        query = (
            sa.select(inbox.c.body)
            .where(
                inbox.c.connection == connection,
                inbox.c.order_key == lineage,
                inbox.c.kind.startswith("payment."),
            )
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return [cast("Json", body) for body in session.execute(query).scalars()]
