"""What lowers an invoice beside money: discounts taken within its terms, and small rests written off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from counterfoil.connectors.sagepro.mapping import Document, discount_of, to_invoice
from counterfoil.connectors.sagepro.operations import Operation
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.posting.objections import account_objections
from counterfoil.connectors.sagepro.posting.rows import DISCOUNT_LINE, RECEIVABLE_LINE, ZERO, Sheet
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import DocumentRecord, TableName
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import Application
from counterfoil.domain.money import Money
from counterfoil.ports.erp import Changed, Refused


def adjustment_objections(
    key: PostingKey, part: Application, document: Document, paid_on: date, desk: Desk
) -> Iterator[Changed | Refused]:
    """The accounts are named, the discount is within the terms, the write-off within its bounds."""
    if part.adjustments.is_zero:
        return
    name, record, profile = f"invoice {part.invoice}", document.record, desk.profile
    for table in (TableName.CASH, *(one.row.table for one in document.records)):
        if "discount" not in desk.columns(table):
            yield Refused(key=key, why=f"{table.value} has no column for the discount of {name}")
    if part.discount is not None:
        yield from _discount_objections(key, name, part.discount, record, paid_on, profile)
    if part.write_off is not None:
        yield from account_objections(key, "write_off", profile.accounts.write_off)
        total = Money(record.total, part.amount.currency)
        if not profile.tolerance.covers(part.write_off.amount, total):
            why = f"{part.write_off.amount} of {name} is more than write_offs in the profile lets be given up"
            yield Refused(key=key, why=why)
        if record.balance > part.settled.amount:
            invoice = to_invoice(document, profile)
            why = f"{name} has {invoice.open} open, so that writing off {part.write_off.amount} leaves a rest"
            yield Changed(key=key, current=(invoice,), why=why)


def adjustment_rows(sheet: Sheet, document: Document, part: Application) -> Iterator[Operation]:
    """A discount stands on the receipt's own row; what is written off has a row of its own, without money."""
    row, accounts = document.record.row, sheet.profile.accounts
    if part.discount is not None:
        yield sheet.distribution(row, DISCOUNT_LINE, accounts.discount, part.discount.amount)
        yield sheet.distribution(row, RECEIVABLE_LINE, sheet.receivable, -part.discount.amount)
    if part.write_off is not None:
        amount = part.write_off.amount.amount
        yield sheet.cash(row, ZERO, accounts.write_off, discount=amount)
        yield sheet.distribution(row, DISCOUNT_LINE, accounts.write_off, amount)
        yield sheet.distribution(row, RECEIVABLE_LINE, sheet.receivable, -amount)


def _discount_objections(
    key: PostingKey, name: str, discount: Money, record: DocumentRecord, paid_on: date, profile: Profile
) -> Iterator[Refused]:
    yield from account_objections(key, "discount", profile.accounts.discount)
    allowed = discount_of(record, discount.currency)
    until = record.discounted_until
    if until is None or discount > allowed:
        terms = f"{record.discount_percent.normalize():f}% within {record.discount_days} days"
        yield Refused(key=key, why=f"the terms of {name} ({terms}) allow {allowed}, not {discount}")
    elif paid_on > until:
        why = f"the discount of {name} was to be had until {until}, the money came on {paid_on}"
        yield Refused(key=key, why=why)
