"""What the company did: customers, items, orders, documents and the money set against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

_CENT = Decimal("0.01")
_NUMBER_WIDTH = 10


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def right_justified(number: int) -> str:
    """A document number as the tables keep it: padded with blanks on the left."""
    return str(number).rjust(_NUMBER_WIDTH)


class Kind(Enum):
    """Document types; the values are the codes in artype."""

    INVOICE = ""
    CREDIT_MEMO = "C"
    OPEN_CREDIT = "O"


class Status(Enum):
    """Document states; the values are the codes in arstat."""

    LIVE = ""
    VOID = "V"
    CANCELLED = "X"


class Place(Enum):
    """Which tables hold the document: current, history, or both at once."""

    CURRENT = "current"
    HISTORY = "history"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms as printed on every document."""

    text: str
    percent: Decimal
    discount_days: int
    net_days: int


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the United States."""

    street: str
    suite: str
    city: str
    state: str
    zip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer with what its documents inherit."""

    number: str
    name: str
    contact: str
    address: Address
    phone: str
    email: str
    terms: Terms
    tax_percent: Decimal
    link: str
    receivable: str
    salesperson: str
    territory: str
    statement: str
    since: date
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the catalogue; a pseudo-item stands for freight, discount, tax or a credit."""

    number: str
    name: str
    line: str
    price: Decimal
    cost: Decimal
    taxable: bool = True
    stocked: bool = True
    link: str = ""
    """The sales link code of a pseudo-item; empty for goods, which take the customer's."""


@dataclass(frozen=True, slots=True)
class Location:
    """A warehouse."""

    code: str
    name: str
    link: str
    account: str


@dataclass(slots=True)
class Line:
    """A line of a document or an order."""

    item: Item
    location: Location
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)

    @property
    def extended(self) -> Decimal:
        return self.extended_for(self.quantity)

    def extended_for(self, quantity: Decimal) -> Decimal:
        return cents(self.price * quantity * (100 - self.discount) / 100)

    def sales_code(self, customer: Customer) -> str:
        return self.item.link or customer.link

    @property
    def stock_code(self) -> str:
        return self.location.link if self.item.stocked else "DEF"


@dataclass(slots=True)
class OrderLine:
    """A line of an order with the part already shipped."""

    line: Line
    shipped: Decimal = Decimal(0)

    @property
    def remaining(self) -> Decimal:
        return self.line.quantity - self.shipped

    @property
    def open_amount(self) -> Decimal:
        return self.line.extended_for(self.remaining)


@dataclass(slots=True, kw_only=True)
class Order:
    """A sales order; number 0 until all orders stand in the order of their days."""

    customer: Customer
    on: date
    lines: list[OrderLine]
    purchase_order: str
    web_number: str = ""
    status: str = ""
    type: str = ""
    place: Place = Place.CURRENT
    number: int = 0

    @property
    def is_firm(self) -> bool:
        """Whether the order is live demand: open, neither bid nor return."""
        return self.status == "" and self.type == ""

    @property
    def open_amount(self) -> Decimal:
        return sum((line.open_amount for line in self.lines), Decimal(0))

    @property
    def shipped_amount(self) -> Decimal:
        return sum((line.line.extended_for(line.shipped) for line in self.lines), Decimal(0))


@dataclass(slots=True, kw_only=True)
class Application:
    """Money or credit set against one document; `other` is the document at the other end of a credit."""

    reference: str
    on: date
    amount: Decimal
    discount: Decimal = Decimal(0)
    account: str
    other: Document | None = None
    reversed: bool = False


@dataclass(slots=True, kw_only=True)
class Document:
    """An invoice, credit memo or open credit; number 0 until all stand in the order of their days."""

    kind: Kind
    customer: Customer
    on: date
    lines: list[Line]
    place: Place
    purchase_order: str = ""
    status: Status = Status.LIVE
    order: Order | None = None
    number: int = 0
    applied: list[Application] = field(default_factory=list)
    received: list[Application] = field(default_factory=list)
    """The receipt that made an open credit."""

    @property
    def taxable(self) -> Decimal:
        return sum((line.extended for line in self.lines if line.item.taxable), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return cents(self.taxable * self.customer.tax_percent / 100)

    @property
    def total(self) -> Decimal:
        return sum((line.extended for line in self.lines), self.tax)

    @property
    def paid(self) -> Decimal:
        return sum((part.amount for part in self.applied if not part.reversed), Decimal(0))

    @property
    def discounted(self) -> Decimal:
        return sum((part.discount for part in self.applied if not part.reversed), Decimal(0))

    @property
    def balance(self) -> Decimal:
        return self.total - self.paid - self.discounted

    @property
    def due_on(self) -> date:
        return self.on + timedelta(days=self.customer.terms.net_days)

    @property
    def last_paid_on(self) -> date | None:
        return max((part.on for part in self.applied if not part.reversed), default=None)

    @property
    def key(self) -> str:
        return right_justified(self.number)
