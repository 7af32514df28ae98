"""Plans the rows that make a fact true in Sage Pro; pure, from what was read under the locks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.guards import Held, Terms, objections
from counterfoil.connectors.sagepro.mapping import Document
from counterfoil.connectors.sagepro.operations import Add, Append, Operation, Plan, Set
from counterfoil.connectors.sagepro.records import DocumentRecord, Row, TableName, Value
from counterfoil.domain.facts import Application, ReceiptFact
from counterfoil.ports.erp import Busy, Changed, Refused

Answer = Plan | Changed | Refused | Busy

_MARKER_LENGTH_MAX = 16


def choose_marker(fact: ReceiptFact, width: int) -> str:
    """The gateway's transaction number where it fits the narrowest reference column, else a hash of the key.

    The marker helps people and a rebuild; the posting ledger alone tells what was posted.
    """
    if len(fact.reference) <= width:
        return fact.reference
    digest = hashlib.sha256(str(fact.key).encode()).digest()
    return base64.b32encode(digest).decode()[: min(width, _MARKER_LENGTH_MAX)]


def plan_receipt(fact: ReceiptFact, held: Held, terms: Terms) -> Answer:
    """The rows of a receipt, or why there are none."""
    for objection in objections(fact, held, terms):
        return objection
    sheet = _Sheet(fact, held, terms)
    operations = [
        operation
        for application in fact.applications
        for operation in sheet.apply(application, held.documents[application.invoice][0])
    ]
    if fact.on_account.is_positive:
        operations += sheet.open_credit(fact.on_account.amount)
    operations += sheet.credit_customer()
    return Plan(key=fact.key, document=held.credit_number or held.marker, operations=tuple(operations))


class _Sheet:
    """Writes the operations of one receipt; see docs/reference/postings.md for the table of them."""

    def __init__(self, fact: ReceiptFact, held: Held, terms: Terms) -> None:
        self._fact = fact
        self._held = held
        self._customer = held.customers[0]
        self._profile = terms.profile
        self._day = terms.posting_date(fact)
        self._stamp: Mapping[str, Value] = {
            "currency": terms.profile.currency,
            "exchange_rate": Decimal(1),
            "added_by": terms.profile.user,
            "added_on": terms.now.date(),
            "added_at": f"{terms.now:%H:%M:%S}",
        }

    def apply(self, application: Application, document: Document) -> Iterator[Operation]:
        amount = application.amount.amount
        yield from self._cash(document.record.row, amount)
        for record in document.records:
            yield from self._pay_document(record, amount)

    def open_credit(self, amount: Decimal) -> Iterator[Operation]:
        row = Row(table=TableName.DOCUMENTS, record=0, values=self._credit_document(amount))
        yield Append(table=TableName.LINES, values=self._credit_line(amount))
        yield from self._cash(row, amount)
        yield Append(table=TableName.DOCUMENTS, values=row.values)

    def credit_customer(self) -> Iterator[Operation]:
        amount = self._fact.amount.amount
        row = self._customer.row
        last = self._customer.last_paid_on
        if last is None or last <= self._day:
            yield from _set(row, "last_paid_on", self._day)
            yield from _set(row, "last_payment", amount)
        yield Add(table=row.table, record=row.record, column="balance", delta=-amount)

    def _cash(self, document: Row, amount: Decimal) -> Iterator[Operation]:
        yield Append(
            table=TableName.CASH,
            values={
                **self._stamp,
                "number": document.text("number"),
                "invoiced_on": document.day("invoiced_on"),
                "customer": self._customer.number,
                "salesperson": document.text("salesperson"),
                "purchase_order": document.text("purchase_order"),
                "paid": amount,
                "discount": Decimal(0),
                "paid_on": self._day,
                "reference": self._held.marker,
                "kind": document.text("kind"),
                "link_code": document.text("link_code"),
                "account": self._clearing,
                "user": self._profile.user,
                "base_paid": amount,
            },
        )
        yield self._distribution(document, "C", self._clearing, amount)
        yield self._distribution(document, "R", self._receivable, -amount)

    def _distribution(self, document: Row, line_kind: str, account: str, amount: Decimal) -> Append:
        return Append(
            table=TableName.DISTRIBUTIONS,
            values={
                **self._stamp,
                "customer": self._customer.number,
                "number": document.text("number"),
                "posted_on": self._day,
                "reference": self._held.marker,
                "account": account,
                "amount": amount,
                "line_kind": line_kind,
                "base_amount": amount,
            },
        )

    def _pay_document(self, record: DocumentRecord, amount: Decimal) -> Iterator[Operation]:
        row = record.row
        deltas = {"paid": amount, "balance": -amount}
        if record.has_base_amounts:
            deltas |= {"base_paid": amount, "base_balance": -amount}
        for column, delta in deltas.items():
            if column in row.values:
                yield Add(table=row.table, record=row.record, column=column, delta=delta)
        if record.paid_on is None or record.paid_on < self._day:
            yield from _set(row, "paid_on", self._day)

    def _credit_document(self, amount: Decimal) -> Mapping[str, Value]:
        return {
            **self._stamp,
            "number": self._held.credit_number,
            "invoiced_on": self._day,
            "customer": self._customer.number,
            "salesperson": self._customer.row.text("salesperson"),
            "territory": self._customer.row.text("territory"),
            "reference": self._held.marker,
            "total": -amount,
            "paid": Decimal(0),
            "balance": -amount,
            "base_total": -amount,
            "base_paid": Decimal(0),
            "base_balance": -amount,
            "link_code": self._customer.row.text("link_code"),
            "status": self._profile.codes.live[0],
            "kind": self._profile.codes.open_credit[0],
        }

    def _credit_line(self, amount: Decimal) -> Mapping[str, Value]:
        return {
            **self._stamp,
            "number": self._held.credit_number,
            "customer": self._customer.number,
            "item": "Credit Memo",
            "description": "OVER PAY" if self._fact.applications else "ON ACCOUNT",
            "extended_price": -amount,
            "base_extended_price": -amount,
            "invoiced_on": self._day,
            "salesperson": self._customer.row.text("salesperson"),
            "territory": self._customer.row.text("territory"),
            "status": self._profile.codes.live[0],
            "kind": self._profile.codes.open_credit[0],
        }

    @property
    def _clearing(self) -> str:
        return self._profile.accounts.clearing[self._fact.tender]

    @property
    def _receivable(self) -> str:
        return self._customer.receivable_account or self._profile.accounts.receivable


def _set(row: Row, column: str, after: Value) -> Iterator[Set]:
    before = row.values.get(column)
    if before != after:
        yield Set(table=row.table, record=row.record, column=column, before=before, after=after)
