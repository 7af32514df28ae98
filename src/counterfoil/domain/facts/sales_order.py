"""An order that a customer placed in a shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from typing_extensions import override

from counterfoil.domain.address import Address
from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import CustomerNumber, ItemNumber
from counterfoil.domain.money import Money, total

_HUNDRED = Decimal(100)


class OrderKind(Enum):
    """What an order is to the books."""

    FIRM = "firm"
    BID = "bid"
    """An offer: no demand yet."""
    RETURN = "return"
    """Goods that come back: written with negative quantities, and no demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """Goods of one item; quantity positive, price of one unit before the discount."""

    item: ItemNumber
    quantity: Decimal
    price: Money
    discount_percent: Decimal = Decimal(0)
    taxable: bool = True
    location: str = ""
    """Where it is shipped from; empty for the site's usual location."""
    description: str = ""
    """What the line says; empty for the item's own description."""

    @property
    def extended(self) -> Money:
        """What the line costs, in whole minor units."""
        amount = self.price.amount * self.quantity * (_HUNDRED - self.discount_percent) / _HUNDRED
        return Money(amount, self.price.currency).rounded()


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesOrderFact(Fact):
    """An order with its lines and charges, which add up to the amount exactly.

    Channel and shop order number make the customer's purchase order number in the books, by which
    people find it and nobody enters it twice.
    """

    key: PostingKey
    customer: CustomerNumber
    channel: str
    """A few letters for the shop, such as ``SHOP``."""
    shop_order: str
    ordered_on: date
    requested_on: date | None = None
    kind: OrderKind = OrderKind.FIRM
    lines: tuple[OrderLine, ...]
    discount: Money
    """Off the whole order, as a positive amount."""
    freight: Money
    tax: Money
    tax_rate: Decimal = Decimal(0)
    """In percent, as far as the shop tells one rate."""
    amount: Money
    """What the shop asked for: lines less discount, with freight and tax."""
    ship_to: str = ""
    """The number of one of the customer's own delivery addresses."""
    delivery: Address | None = None
    ship_via: str = ""

    def __post_init__(self) -> None:
        goods = total((line.extended for line in self.lines), self.amount.currency)
        whole = goods - self.discount + self.freight + self.tax
        if whole.amount != self.amount.amount:
            raise FactError(f"{self.key}: lines and charges sum to {whole}, not to {self.amount}")
        if not self.lines or any(line.quantity <= 0 or line.price.amount < 0 for line in self.lines):
            raise FactError(f"{self.key}: an order needs lines, each with a positive quantity and a price")
        if any(not 0 <= line.discount_percent <= _HUNDRED for line in self.lines):
            raise FactError(f"{self.key}: a line's discount is between 0 and 100 percent")
        charges = (self.discount, self.freight, self.tax)
        if any(one.amount < 0 or not one.is_whole_minor_units for one in charges) or self.tax_rate < 0:
            raise FactError(f"{self.key}: discount, freight and tax are payable amounts and never negative")
        if not (self.channel.strip() and self.shop_order.strip()):
            raise FactError(f"{self.key}: an order needs its channel and its number in the shop")

    @property
    def purchase_order(self) -> str:
        """What the order bears in the books to be found by."""
        return f"{self.channel}-{self.shop_order}"

    @property
    @override
    def digest(self) -> str:
        """Customer, number, day, kind, amounts and every line; where it goes may be told better later."""
        words = [
            word
            for line in self.lines
            for word in (
                line.item,
                str(line.quantity.normalize()),
                str(line.price.amount.normalize()),
                str(line.discount_percent.normalize()),
            )
        ]
        charges = (self.discount, self.freight, self.tax, self.amount)
        return digest_of(
            self.customer,
            self.purchase_order,
            self.ordered_on.isoformat(),
            self.kind.value,
            self.amount.currency,
            *(str(one.amount.normalize()) for one in charges),
            *words,
        )

    @property
    @override
    def summary(self) -> str:
        return f"order {self.purchase_order} of {self.amount} from {self.customer}"
