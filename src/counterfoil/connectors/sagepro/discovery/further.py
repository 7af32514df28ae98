"""What of a site keeps orders, customers and delivery addresses from being written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from counterfoil.connectors.sagepro.discover import refusal_of
from counterfoil.connectors.sagepro.kinds import kinds_of_word, reversal_of
from counterfoil.connectors.sagepro.numbering import Numberer
from counterfoil.connectors.sagepro.posting.desk import CUSTOMERS, ORDERS, NoNumberError
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Find
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName
from counterfoil.connectors.sagepro.tables import OpenTables
from counterfoil.foxpro.errors import BusyError, FoxProError
from counterfoil.ports.errors import ConfigurationError

_T = TypeVar("_T")
_Needed = Mapping[TableName, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Further:
    """What was found of the kinds beside receivables, by posting kind; nothing of one that is fit."""

    unsafe: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unused: Mapping[str, str] = field(default_factory=dict)
    """Why postings of a kind are refused here until the profile or the site changes."""


def look_further(tables: OpenTables) -> Further:
    """Looks at what orders, customers and delivery addresses need.

    Raises:
        BusyError: a table is held by another program.
    """
    rules = tables.profile.numbering
    unused: dict[str, str] = {}
    unsafe: dict[str, tuple[str, ...]] = {}
    if rules.orders is None:
        unused["order"] = "the profile does not tell how orders are numbered: give numbering.orders"
    else:
        unsafe["order"] = (*_unfit(tables, _order_needs(tables.profile)), *_unnumbered(tables, ORDERS))
    if rules.customers is not None:
        unsafe["customer"] = tuple(_unnumbered(tables, CUSTOMERS))
    if not tables.has(TableName.SHIP_TOS):
        unused["delivery_address"] = f"the table {TableName.SHIP_TOS.value} was not found"
    else:
        unsafe["delivery_address"] = tuple(_unfit(tables, {TableName.SHIP_TOS: ()}))
    return Further(_by_kind({word: whys for word, whys in unsafe.items() if whys}), _by_kind(unused))


def _by_kind(found: Mapping[str, _T]) -> Mapping[str, _T]:
    """What holds for a kind holds for its reversal."""
    kinds = {kind: found[word] for word in found for kind in kinds_of_word(word)}
    return {**kinds, **{reversal_of(kind): why for kind, why in kinds.items()}}


def _order_needs(profile: Profile) -> _Needed:
    rules = profile.orders
    needed: dict[TableName, tuple[str, ...]] = {
        TableName.ORDERS: ("purchase_order", "amount"),
        TableName.ORDER_LINES: ("open_quantity", "extended_price"),
        TableName.ORDER_ADDRESSES: (),
        TableName.CUSTOMERS: ("on_order",) if rules.on_order else (),
    }
    if rules.items:
        needed[TableName.ITEMS] = ()
        needed[TableName.LOCATIONS] = ("allocated",) if rules.allocates else ()
    return needed


def _unfit(tables: OpenTables, needed: _Needed) -> Iterator[str]:
    for name, columns in needed.items():
        if not tables.has(name):
            yield f"the table {name.value} was not found: name its folder under folders.{name.module}"
            continue
        try:
            reason = refusal_of(tables.table(name), tables.profile, writable=False)
            shapes = tables.bound(name).shapes
        except BusyError:
            raise
        except (FoxProError, ConfigurationError) as error:
            yield str(error)
            continue
        if reason:
            yield f"table {tables.table(name).name} cannot be written: {reason}"
        yield from (
            f"table {name.value} has no column {COLUMNS[name][column].field} ({column})"
            for column in columns
            if column not in shapes
        )


def _unnumbered(tables: OpenTables, kind: str) -> Iterator[str]:
    """Draws a number as a posting would, and notes nothing."""
    numberer = Numberer(tables.profile, _finding(tables), lambda _name: None)
    try:
        numberer.draw(kind)
    except NoNumberError as error:
        yield str(error)


def _finding(tables: OpenTables) -> Find:
    def find(name: TableName, column: str, text: str) -> Iterator[Row]:
        return (row for row, _ in tables.find_with_fields(name, column, text))

    return find
