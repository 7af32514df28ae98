"""Credit memos and open credits, and what of them was applied to invoices."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from counterfoil.sandbox.sagepro import goods
from counterfoil.sandbox.sagepro.documents import Application, Document, Kind, Line, Place, cents
from counterfoil.sandbox.sagepro.invoices import Invoices
from counterfoil.sandbox.sagepro.market import Market, Till

_ZERO = Decimal(0)


def _apply_credit(credit: Document, invoice: Document, amount: Decimal, till: Till) -> None:
    """Sets a part of the credit against the invoice: two rows with one reference that cancel out."""
    on = max(credit.on, invoice.on)
    reference = f"AP{till.number()}"
    for document, part, other in ((credit, -amount, invoice), (invoice, amount, credit)):
        document.applied.append(Application(reference=reference, on=on, amount=part, account="", other=other))


def _memo(market: Market, invoice: Document, place: Place, days: int) -> Document:
    """Half of one line comes back."""
    line = market.dice.pick([line for line in invoice.lines if line.item.stocked])
    quantity = -max(Decimal(1), line.quantity // 2)
    return Document(
        kind=Kind.CREDIT_MEMO,
        customer=invoice.customer,
        on=invoice.on + timedelta(days=days),
        lines=[Line(line.item, line.location, quantity, line.price, line.discount)],
        place=place,
        purchase_order=invoice.purchase_order,
        order=invoice.order,
    )


def closed_memos(market: Market, till: Till, invoices: Invoices) -> list[Document]:
    """Credit memos of closed periods, wholly applied to the invoice whose goods came back."""
    candidates = [each for each in invoices.closed if each.place is Place.HISTORY]
    result = []
    for invoice in market.dice.shuffled(candidates)[: max(3, len(candidates) // 80)]:
        memo = _memo(market, invoice, Place.HISTORY, market.dice.between(1, 10))
        if -memo.total < invoice.balance:
            _apply_credit(memo, invoice, -memo.total, till)
            result.append(memo)
    return result


def open_memos(market: Market, till: Till, invoices: Invoices) -> list[Document]:
    """Credit memos with something left, most of them not applied at all."""
    candidates = [each for each in invoices.open if each.place is not Place.HISTORY]
    result = []
    for number, invoice in enumerate(market.dice.shuffled(candidates)[: max(4, len(candidates) // 25)]):
        memo = _memo(market, invoice, invoice.place, 0)
        if number % 3 == 0 and invoice.balance > -memo.total:
            _apply_credit(memo, invoice, cents(-memo.total * market.dice.between(30, 80) / 100), till)
        result.append(memo)
    return result


def _open_credit(market: Market, till: Till, place: Place) -> Document:
    calendar = market.calendar
    customer = market.dice.pick(market.customers)
    first, last = calendar.period_start, calendar.as_of
    if place is Place.BOTH:
        first, last = calendar.before_period(50), calendar.last_closed_day
    slip = till.slip(customer, first, last)
    amount = market.dice.amount(1500, 95000)
    credit = Document(
        kind=Kind.OPEN_CREDIT,
        customer=customer,
        on=slip.on,
        lines=[Line(goods.CREDIT, goods.EAST, Decimal(1), -amount)],
        place=place,
    )
    credit.received.append(
        Application(reference=slip.reference, on=slip.on, amount=amount, account=slip.account)
    )
    return credit


def _use(market: Market, till: Till, credit: Document, invoices: Invoices) -> None:
    """Applies a part of the credit to an open invoice of the same customer, where there is one."""
    for invoice in invoices.open:
        if invoice.customer is credit.customer and invoice.place is not Place.HISTORY:
            amount = cents(min(-credit.balance, invoice.balance) * market.dice.between(30, 80) / 100)
            if amount > _ZERO:
                _apply_credit(credit, invoice, amount, till)
            return


def open_credits(market: Market, till: Till, invoices: Invoices) -> list[Document]:
    """Money received that no invoice took, in its own number range; some of it applied later."""
    result = []
    for number in range(max(4, len(market.customers) // 8)):
        used, earlier = number % 3 == 0, number % 3 == 1
        credit = _open_credit(market, till, Place.BOTH if earlier else Place.CURRENT)
        if used:
            _use(market, till, credit, invoices)
        result.append(credit)
    return result
