"""Items of the ERP and where their stock stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from counterfoil.domain.identifiers import ItemNumber
from counterfoil.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What can stand on a line of an order."""

    number: ItemNumber
    description: str
    unit: str
    price: Money
    """The list price of one unit; what a customer pays may differ."""
    is_stocked: bool
    """False for services and for charges such as freight, of which nothing is on hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """How much of an item there is at one location."""

    location: str
    on_hand: Decimal
    allocated: Decimal
    """What open orders have reserved of it."""

    @property
    def available(self) -> Decimal:
        """What can still be promised; negative where more was promised than there is."""
        return self.on_hand - self.allocated
