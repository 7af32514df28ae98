"""Where the lines of an order find their items, and what they reserve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Add
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.posting.objections import on_screen
from counterfoil.connectors.sagepro.posting.order_lines import ZERO, Line
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.stock_reading import STOCKED
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import Busy, Refused

_ALLOCATED = "allocated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows that stand behind one line; none at a site that keeps no items."""

    line: Line
    item: Row | None = None
    place: Row | None = None
    store: Row | None = None

    @property
    def is_stocked(self) -> bool:
        return self.item is not None and self.item.text("stocked").upper() == STOCKED

    def of_item(self, column: str) -> str:
        return self.item.text(column) if self.item else ""

    @property
    def cost(self) -> Decimal:
        """The location's standard cost, else the item's."""
        at_place = self.place.money("cost") if self.place else ZERO
        return at_place or (self.item.money("cost") if self.item else ZERO)

    @property
    def stock_code(self) -> str:
        return self.place.text("link_code") if self.place else ""


def find_rows(line: Line, desk: Desk) -> Found:
    """What the books hold of the line's item."""
    if not desk.profile.orders.items:
        return Found(line=line)
    find = desk.books.find
    items = find(TableName.ITEMS, "item", line.item)
    places = (row for row in find(TableName.LOCATIONS, "item", line.item) if _is_at(row, line))
    stores = [row for row in find(TableName.STORES, "item", line.item) if _is_at(row, line)]
    wanted = desk.profile.orders.store
    store = next((row for row in stores if not wanted or row.text("store") == wanted), None)
    return Found(line=line, item=next(items, None), place=next(places, None), store=store)


def stock_objections(key: PostingKey, found: Found, desk: Desk) -> Iterator[Refused | Busy]:
    """The item exists, at the line's location and in a store of it, as a charge's item must too."""
    line, where = found.line, f"item {found.line.item}"
    if found.item is None:
        yield Refused(key=key, why=f"{where} does not exist: create it in Sage Pro or correct the line")
    if not line.location:
        yield Refused(key=key, why=f"{where} has no location: give one, or orders.location in the profile")
    if found.place is None:
        why = f"{where} is not kept at location {line.location}: add it there in Sage Pro"
        yield Refused(key=key, why=why)
    elif found.place.text("lock_state"):
        yield on_screen(key, f"{where} at {line.location}", found.place)
    if desk.has(TableName.STORES) and found.store is None:
        store = f"store {desk.profile.orders.store}" if desk.profile.orders.store else "any store"
        why = f"{where} is not kept in {store} of location {line.location}: add it there in Sage Pro"
        yield Refused(key=key, why=why)


def reserve(lines: Iterable[Found]) -> Iterator[Add]:
    """Raises what is reserved at the location and in its store, each row once."""
    sums: dict[tuple[TableName, int], Decimal] = {}
    for found in lines:
        for row in (found.place, found.store):
            if found.is_stocked and row is not None:
                row_id = (row.table, row.record)
                sums[row_id] = sums.get(row_id, ZERO) + found.line.quantity
    for (table, record), quantity in sums.items():
        yield Add(table=table, record=record, column=_ALLOCATED, delta=quantity)


def _is_at(row: Row, line: Line) -> bool:
    return row.text("location").upper() == line.location.upper()
