"""Saved payment methods: asked for, kept with the payer's consent, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.clock import Clock
from counterfoil.ports.payment_methods import PaymentMethods
from counterfoil.store.database import Database
from counterfoil.store.schema import payment_method as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a payer is asked to agree to."""

    text: str
    scope: ConsentScope
    invoice: str = ""
    amount_max: Money | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """One payment method, asked for, saved or ended."""

    id: str
    connection: str
    customer: str
    label: str
    status: str
    asked_by: str
    terms: Terms
    method: SavedMethod | None
    """Once it is saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new request to a payer, and the digest of the address where it is answered."""

    id: str
    connection: str
    customer: str
    label: str
    asked_by: str
    ticket_digest: str
    ticket_until: datetime
    terms: Terms


class StoredPaymentMethods(PaymentMethods):
    """Every method is one committed statement."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(self, asked: Asked) -> None:
        terms, most = asked.terms, asked.terms.amount_max
        self._execute(
            sa.insert(table).values(
                id=asked.id,
                connection=asked.connection,
                customer=asked.customer,
                label=asked.label,
                asked_by=asked.asked_by,
                ticket_digest=asked.ticket_digest,
                ticket_until=asked.ticket_until,
                consent_text=terms.text,
                consent_scope=terms.scope.value,
                consent_invoice=terms.invoice,
                consent_amount=str(most.amount) if most else "",
                consent_currency=most.currency if most else "",
                consent_until=terms.until,
                created_at=self._clock.now(),
            )
        )

    def open_at(self, ticket_digest: str) -> MethodRow | None:
        """What a payer is asked at this address, while it is open."""
        found = self._read(
            table.c.ticket_digest == ticket_digest,
            table.c.status == "asked",
            table.c.ticket_until > self._clock.now(),
        )
        return found[0] if found else None

    def save(self, row_id: str, method: SavedMethod, consent: Consent) -> bool:
        """Keeps the method with the payer's consent; False when it was not asked for any more."""
        change = sa.update(table).where(table.c.id == row_id, table.c.status == "asked")
        return self._execute(
            change.values(
                status="saved",
                consented_by=consent.by,
                consented_at=consent.at,
                reference=method.reference,
                tender=method.tender.value,
                last_four=method.last_four,
                brand=method.brand,
                expires=method.expires,
            )
        )

    def end(self, row_id: str, *, by: str) -> bool:
        """Nothing is charged to it any more; False when it had ended before."""
        change = sa.update(table).where(table.c.id == row_id, table.c.status != "ended")
        return self._execute(change.values(status="ended", ended_by=by))

    def all(self, connection: str) -> Sequence[MethodRow]:
        return self._read(table.c.connection == connection)

    @override
    def find(self, connection: str, reference: str) -> SavedMethod | None:
        found = self._read(
            table.c.connection == connection, table.c.reference == reference, table.c.status == "saved"
        )
        return found[-1].method if found else None

    @override
    def saved(self, connection: str, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        which = [table.c.connection == connection, table.c.status == "saved"]
        which += [] if customer is None else [table.c.customer == customer]
        return [row.method for row in self._read(*which) if row.method is not None]

    def _execute(self, statement: sa.Insert | sa.Update) -> bool:
        with self._database.autocommit() as session:
            return session.execute(statement).rowcount == 1

    def _read(self, *which: sa.ColumnElement[bool]) -> list[MethodRow]:
        query = sa.select(table).where(*which).order_by(table.c.created_at, table.c.id)
        with self._database.autocommit() as session:
            return [_row(row) for row in session.execute(query).mappings()]


def _row(row: sa.RowMapping) -> MethodRow:
    most = Money.of(row["consent_amount"], row["consent_currency"]) if row["consent_amount"] else None
    terms = Terms(
        text=row["consent_text"],
        scope=ConsentScope(row["consent_scope"]),
        invoice=row["consent_invoice"],
        amount_max=most,
        until=row["consent_until"],
    )
    return MethodRow(
        id=row["id"],
        connection=row["connection"],
        customer=row["customer"],
        label=row["label"],
        status=row["status"],
        asked_by=row["asked_by"],
        terms=terms,
        method=_method(row, terms) if row["consented_at"] is not None else None,
    )


def _method(row: sa.RowMapping, terms: Terms) -> SavedMethod:
    return SavedMethod(
        reference=row["reference"],
        customer=CustomerNumber(row["customer"]),
        tender=Tender(row["tender"]),
        last_four=row["last_four"],
        brand=row["brand"],
        expires=row["expires"],
        consent=Consent(
            by=row["consented_by"],
            at=row["consented_at"],
            text=terms.text,
            scope=terms.scope,
            invoice=InvoiceNumber(terms.invoice) if terms.invoice else None,
            amount_max=terms.amount_max,
            until=terms.until,
            withdrawn=row["status"] == "ended",
        ),
    )
