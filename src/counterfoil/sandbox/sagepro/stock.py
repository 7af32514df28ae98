"""What lies in the warehouses: quantities by store, cost tiers and movements of the current period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.sandbox.sagepro import goods
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.documents import Document, Item, Kind, Location, Place, Status, cents

_ZERO = Decimal(0)
STORES = ("A1", "B1")


@dataclass(frozen=True, slots=True)
class Tier:
    """A quantity bought at one cost."""

    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One item at one location; stores and tiers add up to the same quantity on hand."""

    item: Item
    location: Location
    stores: tuple[Decimal, ...]
    tiers: tuple[Tier, ...]
    allocated: Decimal

    @property
    def on_hand(self) -> Decimal:
        return sum(self.stores, _ZERO)

    @property
    def value(self) -> Decimal:
        return sum((cents(tier.quantity * tier.cost) for tier in self.tiers), _ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Goods that left or reached a location in the current period."""

    item: Item
    location: Location
    on: date
    quantity: Decimal
    order: int
    number: int


def _split(dice: Dice, whole: int) -> tuple[int, int]:
    part = dice.between(0, whole)
    return whole - part, part


def stocks(
    dice: Dice, items: Sequence[Item], allocated: Mapping[tuple[str, str], Decimal]
) -> Iterator[Stock]:
    """Two rows per item; a tenth of them is short of what orders have reserved."""
    for item in items:
        for location in goods.LOCATIONS:
            reserved = allocated.get((item.number, location.code), _ZERO)
            quantity = dice.between(0, 300) + (0 if dice.percent(10) else int(reserved))
            quantity = quantity if item.stocked else 0
            older, newer = _split(dice, quantity)
            first, second = _split(dice, quantity) if dice.percent(40) else (quantity, 0)
            yield Stock(
                item=item,
                location=location,
                stores=(Decimal(first), Decimal(second)) if second else (Decimal(first),),
                tiers=tuple(
                    Tier(Decimal(count), cost)
                    for count, cost in ((older, cents(item.cost * 97 / 100)), (newer, item.cost))
                    if count
                ),
                allocated=reserved,
            )


def movements(documents: Sequence[Document]) -> Iterator[Movement]:
    """One issue for each stocked line shipped in the current period; returns come back in."""
    number = 0
    for document in documents:
        if document.place is not Place.CURRENT or document.status is not Status.LIVE:
            continue
        for line in document.lines:
            if line.item.stocked and document.kind is not Kind.OPEN_CREDIT:
                number += 1
                yield Movement(
                    item=line.item,
                    location=line.location,
                    on=document.on,
                    quantity=-line.quantity,
                    order=document.order.number if document.order else 0,
                    number=number,
                )
