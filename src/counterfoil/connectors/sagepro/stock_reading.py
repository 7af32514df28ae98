"""Items and stock, as far as a site keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.identifiers import ItemNumber
from counterfoil.domain.money import Money
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.errors import ConfigurationError

STOCKED = "Y"


class Tables(Protocol):
    """What it takes to look for stock."""

    @property
    def profile(self) -> Profile: ...

    def has(self, name: TableName) -> bool: ...

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]: ...


def find_item(tables: Tables, number: str) -> Item | None:
    """The item of that number; the first, should it stand twice.

    Raises:
        ConfigurationError: the site's item table was not found.
    """
    row = next(_rows(tables, TableName.ITEMS, number), None)
    return None if row is None else to_item(row, tables.profile)


def find_stock(tables: Tables, number: str) -> tuple[StockLevel, ...]:
    """Every location that keeps the item, by its code.

    Raises:
        ConfigurationError: the site's table of stock by location was not found.
    """
    rows = sorted(_rows(tables, TableName.LOCATIONS, number), key=lambda row: row.text("location"))
    return tuple(
        StockLevel(
            location=row.text("location"), on_hand=row.money("on_hand"), allocated=row.money("allocated")
        )
        for row in rows
    )


def to_item(row: Row, profile: Profile) -> Item:
    return Item(
        number=ItemNumber(row.text("item")),
        description=row.text("description"),
        unit=row.text("unit"),
        price=Money(row.money("price"), profile.currency),
        is_stocked=row.text("stocked").upper() == STOCKED,
    )


def _rows(tables: Tables, name: TableName, item: str) -> Iterator[Row]:
    if not tables.has(name):
        raise ConfigurationError(
            f"the table {name.value} of company {tables.profile.company} was not found: name its folder under"
            f" folders.{name.module} in the profile, then start the agent again"
        )
    return tables.find(name, "item", item)
