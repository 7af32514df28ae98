"""Confirmed gateway records on their way into the inbox."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.domain.payment import Payment
from counterfoil.domain.routing import Bearings
from counterfoil.ports.gateway import GatewayRecord, Told
from counterfoil.ports.intake import EventSink
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox, NewEvent
from counterfoil.store.schema import inbox as table


def event_of(connection: str, record: Told, source: str) -> NewEvent:
    """What is stored of a record."""
    return NewEvent(
        connection=connection,
        key=record.event_key,
        source=source,
        kind=record.event_kind,
        order_key=record.lineage,
        body=record.body,
        redacted=record.redacted,
        occurred_at=record.occurred_at,
        bearings=bearings_of(record.payment) if isinstance(record, GatewayRecord) else None,
    )


def bearings_of(payment: Payment) -> Bearings:
    """What of a payment says whose books it concerns."""
    return Bearings(invoice_reference=payment.invoice_reference, customer=payment.vault_customer)


class StoredEvents(EventSink):
    """Stores records through the inbox, so that parallel callers share a commit."""

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database = database
        self._inbox = inbox

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        return self._inbox.accept(event_of(connection, record, source)).event

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        wanted = sa.select(table.c.event_key).where(
            table.c.connection == connection, table.c.event_key == sa.any_(sa.literal(list(event_keys)))
        )
        with self._database.autocommit() as session:
            return set(session.execute(wanted).scalars())
