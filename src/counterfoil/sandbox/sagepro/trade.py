"""Everything that happened in the company, numbered in the order of its days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from counterfoil.sandbox.sagepro import chart, credit_items, goods, invoices, orders, parties
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.documents import Application, Customer, Document, Item, Kind, Order
from counterfoil.sandbox.sagepro.market import Market, Size, Till
from counterfoil.sandbox.sagepro.periods import Calendar
from counterfoil.sandbox.sagepro.stock import Stock, stocks
from counterfoil.sandbox.sagepro.structures.columns import Widths

FIRST_INVOICE = 100001
FIRST_OPEN_CREDIT = 100000001
"""Open credits have a number range of their own."""
FIRST_ORDER = 240001
_OTHER_RECEIPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The finished history: who, what, and every document, order and receipt."""

    calendar: Calendar
    customers: tuple[Customer, ...]
    items: tuple[Item, ...]
    documents: tuple[Document, ...]
    orders: tuple[Order, ...]
    other_receipts: tuple[Application, ...]
    """Money that came from no customer."""
    stock: tuple[Stock, ...]

    locked_customer: Customer
    """A clerk has this one open on the screen; it owes something, and nothing can be posted to it."""
    quiet_customer: Customer
    """Never bought anything."""

    @property
    def last_invoice(self) -> int:
        return max(each.number for each in self.documents if each.kind is not Kind.OPEN_CREDIT)

    @property
    def last_order(self) -> int:
        return max(order.number for order in self.orders)


def _day(each: Document | Order) -> date:
    return each.on


def _number(documents: Iterable[Document], first: int) -> list[Document]:
    ordered = sorted(documents, key=_day)
    for number, document in enumerate(ordered, start=first):
        document.number = number
    return ordered


def _other_receipts(market: Market, till: Till) -> tuple[Application, ...]:
    calendar = market.calendar
    return tuple(
        Application(
            reference=f"CK{till.number()}",
            on=market.dice.day(calendar.before_period(60), calendar.as_of),
            amount=market.dice.amount(2500, 80000),
            account=chart.BANK,
        )
        for _ in range(_OTHER_RECEIPTS)
    )


def made_up(seed: int, as_of: date, widths: Widths, size: Size) -> Trade:
    """Plays the company's history from the seed; the same arguments give the same history."""
    dice, calendar = Dice(seed), Calendar(as_of)
    customers = parties.customers(dice, calendar, count=size.customers, width=widths.customer)
    items = goods.items(dice, count=size.items, width=widths.item)
    *buyers, quiet = customers
    market = Market(dice=dice, calendar=calendar, size=size, customers=buyers, items=items)
    till = Till(dice)
    plain = invoices.raised(market)
    plain.open[0].customer = locked = buyers[-1]
    sales = list(orders.invoiced(market, plain))
    memos = credit_items.closed_memos(market, till, plain)
    invoices.pay(market, till, plain)
    memos += credit_items.open_memos(market, till, plain)
    on_account = credit_items.open_credits(market, till, plain)
    sales += orders.uninvoiced(market)
    for number, order in enumerate(sorted(sales, key=_day), start=FIRST_ORDER):
        order.number = number
    every_item = (*items, *goods.PSEUDO_ITEMS)
    documents = _number((*plain.open, *plain.closed, *plain.dead, *memos), FIRST_INVOICE)
    documents += _number(on_account, FIRST_OPEN_CREDIT)
    return Trade(
        calendar=calendar,
        customers=(*customers, parties.adjustments(calendar)),
        items=every_item,
        documents=tuple(documents),
        orders=tuple(sorted(sales, key=lambda order: order.number)),
        locked_customer=locked,
        quiet_customer=quiet,
        other_receipts=_other_receipts(market, till),
        stock=tuple(stocks(dice, every_item, orders.allocations(sales))),
    )
