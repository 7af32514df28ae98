"""What stands on an order: its goods, and its charges as lines with items of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.connectors.sagepro.sales_rules import OrderRules, TaxMode
from counterfoil.domain.facts.sales_order import OrderKind, SalesOrderFact
from counterfoil.domain.money import Money

ZERO = Decimal(0)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it is written; of a return, quantity and amount are negative."""

    item: str
    location: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    extended: Decimal
    taxable: bool
    description: str = ""
    is_charge: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount beside the goods, with the profile's entry for the item that bears it."""

    entry: str
    item: str
    amount: Decimal
    taxable: bool = False


def charges(fact: SalesOrderFact, rules: OrderRules) -> Iterator[Charge]:
    """The charges that become lines."""
    if not fact.discount.is_zero:
        taxable = any(line.taxable for line in fact.lines)
        yield Charge("discount_item", rules.discount_item, -fact.discount.amount, taxable)
    if not fact.freight.is_zero:
        yield Charge("freight_item", rules.freight_item, fact.freight.amount)
    if rules.tax_mode is TaxMode.LINE and not fact.tax.is_zero:
        yield Charge("tax_item", rules.tax_item, fact.tax.amount)


def lines_of(fact: SalesOrderFact, rules: OrderRules) -> Iterator[Line]:
    """Goods first, then charges, in the order of their numbers."""
    sign = -_ONE if fact.kind is OrderKind.RETURN else _ONE
    for line in fact.lines:
        yield Line(
            item=line.item,
            location=line.location or rules.location,
            quantity=sign * line.quantity,
            price=line.price.amount,
            discount=line.discount_percent,
            extended=sign * line.extended.amount,
            taxable=line.taxable,
            description=line.description,
        )
    for charge in charges(fact, rules):
        yield Line(
            item=charge.item,
            location=rules.location or fact.lines[0].location,
            quantity=sign,
            price=charge.amount,
            discount=ZERO,
            extended=sign * charge.amount,
            taxable=charge.taxable,
            is_charge=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The amounts of an order's head."""

    amount: Decimal
    tax: Decimal
    tax_rate: Decimal
    taxable: Decimal


def sums_of(fact: SalesOrderFact, lines: tuple[Line, ...], rules: OrderRules) -> Sums:
    """The amount is the sum of the lines, with the header's tax where the site counts it."""
    in_header = rules.tax_mode is TaxMode.HEADER
    tax = _signed(fact.tax, fact) if in_header else ZERO
    whole = sum((line.extended for line in lines), ZERO)
    return Sums(
        amount=whole + tax if rules.tax_in_amount else whole,
        tax=tax,
        tax_rate=fact.tax_rate if in_header else ZERO,
        taxable=sum((line.extended for line in lines if line.taxable), ZERO),
    )


def _signed(amount: Money, fact: SalesOrderFact) -> Decimal:
    return -amount.amount if fact.kind is OrderKind.RETURN else amount.amount
