"""Who trades what on which days: the setting in which documents and orders are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart, goods
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.documents import Customer, Item, Line, cents
from counterfoil.sandbox.sagepro.periods import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything a company has."""

    customers: int
    items: int
    open_invoices: int
    closed_invoices: int
    open_orders: int


SAMPLE = Size(customers=220, items=150, open_invoices=600, closed_invoices=2000, open_orders=80)
SMALL = Size(customers=24, items=20, open_invoices=60, closed_invoices=90, open_orders=12)
"""Every kind of row in a company that is made in a fraction of a second, for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Chance, calendar, customers and items: what it takes to make up trade."""

    dice: Dice
    calendar: Calendar
    size: Size
    customers: Sequence[Customer]
    items: Sequence[Item]

    def goods_line(self) -> Line:
        item = self.dice.pick(self.items)
        discount = Decimal(self.dice.pick((0, 0, 0, 0, 5, 10)))
        location = self.dice.pick(goods.LOCATIONS)
        return Line(item, location, Decimal(self.dice.between(1, 24)), item.price, discount)

    def lines(self) -> list[Line]:
        """Goods, often with freight, sometimes with a discount on the whole document."""
        lines = [self.goods_line() for _ in range(self.dice.between(1, 5))]
        if self.dice.percent(35):
            lines.append(Line(goods.FREIGHT, goods.EAST, Decimal(1), self.dice.amount(850, 9500)))
        if self.dice.percent(4):
            subtotal = sum((line.extended for line in lines), Decimal(0))
            off = cents(subtotal * self.dice.between(1, 5) / 100)
            lines.append(Line(goods.DISCOUNT, goods.EAST, Decimal(1), -off))
        return lines

    def purchase_order(self) -> str:
        """A customer's own order number; empty for about a third."""
        match self.dice.below(6):
            case 0 | 1:
                return ""
            case 2 | 3:
                return f"PO-{self.dice.between(1000, 99999)}"
            case 4:
                return f"SHOP-{self.dice.between(1000000, 9999999)}"
            case _:
                return str(self.dice.between(100, 9999999))


@dataclass(frozen=True, slots=True)
class Slip:
    """One receipt as it came in: a cheque, a card payment or an electronic check."""

    reference: str
    on: date
    account: str


_KINDS = (
    ("CK", chart.BANK),
    ("CK", chart.BANK),
    ("CK", chart.BANK),
    ("CC", chart.CARD_CLEARING),
    ("EC", chart.ACH_CLEARING),
)


@dataclass(slots=True)
class Till:
    """Where receipts come from; now and then one receipt pays several invoices of its customer."""

    dice: Dice
    count: int = 104000
    latest: dict[str, Slip] = field(default_factory=dict)

    def slip(self, customer: Customer, first: date, last: date) -> Slip:
        known = self.latest.get(customer.number)
        if known is not None and first <= known.on <= last and self.dice.percent(35):
            return known
        return self.fresh(customer, first, last)

    def fresh(self, customer: Customer, first: date, last: date) -> Slip:
        prefix, account = self.dice.pick(_KINDS)
        slip = Slip(f"{prefix}{self.number()}", self.dice.day(first, last), account)
        self.latest[customer.number] = slip
        return slip

    def number(self) -> int:
        self.count += 1
        return self.count
