"""How documents and receipts fall on GL accounts; debits positive, credits negative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.documents import Application, Document, Kind, Status

RECEIVABLE, SALE, CASH, TAX, DISCOUNT = "R", "S", "C", "T", "D"
OUTSIDE_RECEIVABLES = "NON_AR"
"""Stands in the customer column of money that came from no customer."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One amount on one account; the reference is empty for the document itself, else the receipt's."""

    customer: str
    document: str
    on: date
    reference: str
    account: str
    amount: Decimal
    kind: str

    @property
    def reversal(self) -> Distribution:
        return replace(self, amount=-self.amount)


def _sales(document: Document) -> Iterator[tuple[str, Decimal]]:
    """What the lines add to each income account."""
    amounts: dict[str, Decimal] = {}
    for line in document.lines:
        account = chart.INCOME[line.sales_code(document.customer), line.stock_code]
        amounts[account] = amounts.get(account, Decimal(0)) + line.extended
    yield from sorted(amounts.items())


def _of_document(document: Document) -> Iterator[Distribution]:
    def on(account: str, amount: Decimal, kind: str) -> Distribution:
        return Distribution(document.customer.number, document.key, document.on, "", account, amount, kind)

    if document.kind is Kind.OPEN_CREDIT:
        return
    yield on(document.customer.receivable, document.total, RECEIVABLE)
    for account, amount in _sales(document):
        yield on(account, -amount, SALE)
    yield on(chart.SALES_TAX, -document.tax, TAX)


def _of_application(document: Document, part: Application) -> Iterator[Distribution]:
    def on(account: str, amount: Decimal, kind: str) -> Distribution:
        customer = document.customer.number
        return Distribution(customer, document.key, part.on, part.reference, account, amount, kind)

    if part.other is None:
        yield on(part.account, part.amount, CASH)
    yield on(chart.CASH_DISCOUNTS, part.discount, DISCOUNT)
    yield on(document.customer.receivable, -part.amount - part.discount, RECEIVABLE)


def _with_reversals(rows: Iterator[Distribution], *, reversed_too: bool) -> Iterator[Distribution]:
    for row in rows:
        yield row
        if reversed_too:
            yield row.reversal


def of_document(document: Document) -> Iterator[Distribution]:
    """The document's own rows, then those of the money set against it; no row is zero."""
    dead = document.status is not Status.LIVE
    rows = list(_with_reversals(_of_document(document), reversed_too=dead))
    for part in (*document.received, *document.applied):
        rows += _with_reversals(_of_application(document, part), reversed_too=part.reversed)
    yield from (row for row in rows if row.amount)


def of_other_receipt(part: Application) -> Iterator[Distribution]:
    for account, amount, kind in (
        (part.account, part.amount, CASH),
        (chart.OTHER_INCOME, -part.amount, SALE),
    ):
        yield Distribution(OUTSIDE_RECEIVABLES, "", part.on, part.reference, account, amount, kind)
