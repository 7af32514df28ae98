"""Invoices and the receipts that pay them, wholly, partly or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.sandbox.sagepro import goods, parties
from counterfoil.sandbox.sagepro.documents import (
    Application,
    Customer,
    Document,
    Kind,
    Line,
    Place,
    Status,
    cents,
)
from counterfoil.sandbox.sagepro.market import Market, Slip, Till

_DAY = timedelta(days=1)
_PARTLY_PAID_PERCENT = 20
_IN_TWO_PARTS_PERCENT = 12
_DISCOUNT_TAKEN_PERCENT = 70
_BOUNCED = 5
# Closed items of history were paid at most so many days after their date, all before the period began.
_SLOWEST_DAYS = 45


@dataclass(frozen=True, slots=True)
class Batch:
    """So many invoices dated in one range and kept in one place."""

    count: int
    place: Place
    first: date
    last: date


@dataclass(slots=True)
class Invoices:
    """The plain invoices of the company by what became of them."""

    open: list[Document] = field(default_factory=list)
    closed: list[Document] = field(default_factory=list)
    dead: list[Document] = field(default_factory=list)
    """Void and cancelled invoices, and the empty ones of the pseudo-customer."""


def _open_batches(market: Market) -> Iterator[Batch]:
    calendar, count = market.calendar, market.size.open_invoices
    twins, history = count * 35 // 100, count * 10 // 100
    yield Batch(count - twins - history, Place.CURRENT, calendar.period_start, calendar.as_of)
    yield Batch(twins, Place.BOTH, calendar.before_period(120), calendar.last_closed_day)
    yield Batch(history, Place.HISTORY, calendar.before_period(300), calendar.before_period(60))


def _closed_batches(market: Market) -> Iterator[Batch]:
    calendar, count = market.calendar, market.size.closed_invoices
    current, twins = count * 12 // 100, count * 3 // 100
    yield Batch(current, Place.CURRENT, calendar.period_start, calendar.as_of)
    yield Batch(twins, Place.BOTH, calendar.before_period(60), calendar.last_closed_day)
    latest = calendar.before_period(_SLOWEST_DAYS + 1)
    yield Batch(count - current - twins, Place.HISTORY, calendar.history_start, latest)


def _invoice(market: Market, batch: Batch, customer: Customer | None = None) -> Document:
    return Document(
        kind=Kind.INVOICE,
        customer=customer or market.dice.pick(market.customers),
        on=market.dice.day(batch.first, batch.last),
        lines=market.lines(),
        place=batch.place,
        purchase_order=market.purchase_order(),
    )


def _dead(market: Market) -> Iterator[Document]:
    calendar = market.calendar
    current = Batch(1, Place.CURRENT, calendar.period_start, calendar.as_of)
    history = Batch(1, Place.HISTORY, calendar.history_start, calendar.before_period(60))
    total = market.size.open_invoices + market.size.closed_invoices
    for number in range(max(4, total // 110)):
        invoice = _invoice(market, history if number % 2 else current)
        invoice.status = Status.VOID if number % 4 else Status.CANCELLED
        yield invoice
    adjustment = _invoice(market, current, parties.adjustments(calendar))
    adjustment.purchase_order = ""
    adjustment.lines = [Line(market.items[0], goods.EAST, Decimal(-3), Decimal(0))]
    yield adjustment


def raised(market: Market) -> Invoices:
    """All invoices, none of them paid yet."""
    result = Invoices()
    for batches, invoices in ((_open_batches, result.open), (_closed_batches, result.closed)):
        for batch in batches(market):
            invoices.extend(_invoice(market, batch) for _ in range(batch.count))
    result.dead.extend(_dead(market))
    return result


def apply_receipt(document: Document, slip: Slip, amount: Decimal, discount: Decimal = Decimal(0)) -> None:
    document.applied.append(
        Application(
            reference=slip.reference, on=slip.on, amount=amount, discount=discount, account=slip.account
        )
    )


def _discount(market: Market, document: Document, on: date) -> Decimal:
    terms = document.customer.terms
    in_time = on <= document.on + timedelta(days=terms.discount_days)
    if in_time and terms.percent and market.dice.percent(_DISCOUNT_TAKEN_PERCENT):
        return cents(document.balance * terms.percent / 100)
    return Decimal(0)


def _payment_days(market: Market, document: Document) -> tuple[date, date]:
    """The days between which the last receipt of a closed invoice came."""
    calendar = market.calendar
    match document.place:
        case Place.HISTORY:
            return document.on + 3 * _DAY, document.on + _SLOWEST_DAYS * _DAY
        case Place.BOTH:
            return calendar.period_start, calendar.as_of
        case Place.CURRENT:
            return document.on, calendar.as_of


def pay_off(market: Market, till: Till, document: Document) -> None:
    """Pays what is open, mostly at once, sometimes in two parts, with the discount that the terms allow."""
    first, last = _payment_days(market, document)
    slip = till.slip(document.customer, first, last)
    if market.dice.percent(_IN_TWO_PARTS_PERCENT):
        apply_receipt(document, slip, cents(document.balance * market.dice.between(20, 70) / 100))
        slip = till.fresh(document.customer, slip.on, last)
    discount = _discount(market, document, slip.on)
    apply_receipt(document, slip, document.balance - discount, discount)


def pay_partly(market: Market, till: Till, document: Document) -> None:
    calendar = market.calendar
    last = calendar.last_closed_day if document.place is Place.HISTORY else calendar.as_of
    slip = till.slip(document.customer, document.on, last)
    apply_receipt(document, slip, cents(document.balance * market.dice.between(20, 70) / 100))


def _bounce(market: Market, till: Till, document: Document) -> None:
    """A cheque that came back: its row stays, marked as reversed, and counts for nothing."""
    slip = till.fresh(document.customer, document.on, market.calendar.as_of)
    apply_receipt(document, slip, document.balance)
    document.applied[-1].reversed = True


def pay(market: Market, till: Till, invoices: Invoices) -> None:
    for document in sorted(invoices.closed, key=lambda each: each.on):
        pay_off(market, till, document)
    for document in invoices.open:
        if market.dice.percent(_PARTLY_PAID_PERCENT):
            pay_partly(market, till, document)
    for document in [each for each in invoices.open if each.place is Place.CURRENT][:_BOUNCED]:
        _bounce(market, till, document)
