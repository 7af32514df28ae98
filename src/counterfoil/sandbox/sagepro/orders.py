"""Sales orders: those that were invoiced, those still open, and void ones, bids and returns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.sandbox.sagepro.documents import Document, Line, Order, OrderLine, Place
from counterfoil.sandbox.sagepro.invoices import Invoices
from counterfoil.sandbox.sagepro.market import Market

_FROM_ORDER_PERCENT = 55
_PARTLY_SHIPPED_PERCENT = 10


def _place(market: Market, on: date, closed_on: date | None) -> Place:
    """Open orders of closed periods live in both tables, like open invoices."""
    if not market.calendar.is_closed(on):
        return Place.CURRENT
    if closed_on is not None and market.calendar.is_closed(closed_on):
        return Place.HISTORY
    return Place.BOTH


def _shipped_line(line: Line, extra: int) -> OrderLine:
    ordered = Line(line.item, line.location, line.quantity + extra, line.price, line.discount)
    return OrderLine(ordered, line.quantity)


def _order_of(market: Market, invoice: Document) -> Order:
    """The order that led to the invoice; a few current ones have something left to ship."""
    on = invoice.on - timedelta(days=market.dice.between(1, 9))
    partly = invoice.place is Place.CURRENT and market.dice.percent(_PARTLY_SHIPPED_PERCENT)
    extras = [market.dice.between(1, 6) if partly and line.item.stocked else 0 for line in invoice.lines]
    return Order(
        customer=invoice.customer,
        on=on,
        lines=[_shipped_line(line, extra) for line, extra in zip(invoice.lines, extras, strict=True)],
        purchase_order=invoice.purchase_order,
        web_number=invoice.purchase_order if invoice.purchase_order.startswith("SHOP-") else "",
        status="" if partly else "C",
        place=_place(market, on, None if partly else invoice.on),
    )


def invoiced(market: Market, invoices: Invoices) -> Iterator[Order]:
    for invoice in (*invoices.open, *invoices.closed):
        if market.dice.percent(_FROM_ORDER_PERCENT):
            invoice.order = _order_of(market, invoice)
            yield invoice.order


def _unshipped(market: Market, *, status: str = "", kind: str = "") -> Order:
    calendar = market.calendar
    earlier = market.dice.percent(25)
    first = calendar.before_period(40) if earlier else calendar.period_start
    on = market.dice.day(first, calendar.last_closed_day if earlier else calendar.as_of)
    lines = [OrderLine(line) for line in market.lines()]
    if kind == "R":
        for line in lines:
            line.line.quantity = -line.line.quantity
    purchase_order = market.purchase_order()
    return Order(
        customer=market.dice.pick(market.customers),
        on=on,
        lines=lines,
        purchase_order=purchase_order,
        web_number=purchase_order if purchase_order.startswith("SHOP-") else "",
        status=status,
        type=kind,
        place=_place(market, on, on if status else None),
    )


def uninvoiced(market: Market) -> Iterator[Order]:
    """Open orders, and void ones, bids and returns, which are no demand."""
    count = market.size.open_orders
    for _ in range(count):
        yield _unshipped(market)
    for _ in range(max(2, count // 8)):
        yield _unshipped(market, status="V")
    for kind in "BR":
        for _ in range(max(1, count // 16)):
            yield _unshipped(market, kind=kind)


def allocations(orders: list[Order]) -> dict[tuple[str, str], Decimal]:
    """What firm orders have reserved of each item at each location."""
    result: dict[tuple[str, str], Decimal] = {}
    for order in orders:
        for line in order.lines:
            if order.is_firm and line.line.item.stocked:
                key = (line.line.item.number, line.line.location.code)
                result[key] = result.get(key, Decimal(0)) + line.remaining
    return result
