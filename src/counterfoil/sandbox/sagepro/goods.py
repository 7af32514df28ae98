"""The items, pseudo-items and locations, made from a seed."""

from __future__ import annotations

from decimal import Decimal

from counterfoil.sandbox.sagepro import chart, words
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.documents import Item, Location, cents

EAST = Location("MSP", "Minneapolis warehouse", "100", chart.INVENTORY_EAST)
WEST = Location("DEN", "Denver warehouse", "200", chart.INVENTORY_WEST)
LOCATIONS = (EAST, WEST)

_ZERO = Decimal(0)
FREIGHT = Item(
    number="FRT",
    name="Freight",
    line="CHRG",
    price=_ZERO,
    cost=_ZERO,
    taxable=False,
    stocked=False,
    link=chart.FREIGHT_CODE,
)
DISCOUNT = Item(
    number="DISCOUNT",
    name="Order discount",
    line="CHRG",
    price=_ZERO,
    cost=_ZERO,
    stocked=False,
    link=chart.DISCOUNT_CODE,
)
TAX = Item(
    number="TAX",
    name="Sales tax as a line",
    line="TAX",
    price=_ZERO,
    cost=_ZERO,
    taxable=False,
    stocked=False,
    link="DEF",
)
CREDIT = Item(
    number="Credit Memo",
    name="Received on account",
    line="CHRG",
    price=_ZERO,
    cost=_ZERO,
    taxable=False,
    stocked=False,
    link="DEF",
)
PSEUDO_ITEMS = (FREIGHT, DISCOUNT, TAX, CREDIT)

_LONG_NUMBER = 25


def items(dice: Dice, *, count: int, width: int) -> list[Item]:
    """Goods with a number, a name and a price; long numbers only where the width allows them."""
    result: list[Item] = []
    for number in range(1, count + 1):
        line, name, low, high = dice.pick(words.GOODS)
        price = dice.amount(low, high)
        code = f"{line}-{1000 + number}"
        if width >= _LONG_NUMBER and dice.percent(30):
            code = f"{code}-{dice.pick(('BLK', 'WHT', 'SST'))}-{dice.between(1000, 9999)}-A"
        result.append(
            Item(
                number=code,
                name=f"{name}, {dice.pick(words.SIZES)}",
                line=line,
                price=price,
                cost=cents(price * dice.between(48, 72) / 100),
                taxable=not dice.percent(10),
            )
        )
    return result
