"""What of a site keeps orders, customers and delivery addresses from being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.connectors.sagepro.kinds import kinds_of_word, reversal_of
from counterfoil.connectors.sagepro.numbering import Numberer
from counterfoil.connectors.sagepro.posting.desk import CUSTOMERS, ORDERS, NoNumberError
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Find
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.ports.errors import ConfigurationError

_T = TypeVar("_T")
_Needed = Mapping[TableName, tuple[str, ...]]


class SiteTables(Protocol):
    """A company's tables, as far as this looks at them."""

    @property
    def profile(self) -> Profile: ...

    def has(self, name: TableName) -> bool: ...

    def bound(self, name: TableName) -> BoundTable: ...

    def find_with_fields(self, name: TableName, column: str, text: str) -> Iterator[tuple[Row, Fields]]: ...


Refusal = Callable[[TableName], str | None]
"""Tells why rows of a table could not be written."""


@dataclass(frozen=True, slots=True)
class Further:
    """What was found of the kinds beside receivables, by posting kind; nothing of one that is fit."""

    unsafe: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unused: Mapping[str, str] = field(default_factory=dict)
    """Why postings of a kind are refused here until the profile or the site changes."""


def look_further(tables: SiteTables, refusal: Refusal = lambda _name: None) -> Further:
    """Looks at what orders, customers and delivery addresses need.

    Raises:
        TransientError: a table is held by another program.
    """
    rules = tables.profile.numbering
    unused: dict[str, str] = {}
    unsafe: dict[str, tuple[str, ...]] = {}
    if rules.orders is None:
        unused["order"] = "the profile does not tell how orders are numbered: give numbering.orders"
    else:
        unsafe["order"] = (
            *_unfit(tables, refusal, _order_needs(tables.profile)),
            *_unnumbered(tables, ORDERS),
        )
    if rules.customers is not None:
        unsafe["customer"] = tuple(_unnumbered(tables, CUSTOMERS))
    if not tables.has(TableName.SHIP_TOS):
        unused["delivery_address"] = f"the table {TableName.SHIP_TOS.value} was not found"
    else:
        unsafe["delivery_address"] = tuple(_unfit(tables, refusal, {TableName.SHIP_TOS: ()}))
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


def _unfit(tables: SiteTables, refusal: Refusal, needed: _Needed) -> Iterator[str]:
    for name, columns in needed.items():
        if not tables.has(name):
            advice = "name its folder under folders." + name.module
            if tables.profile.database is not None:
                advice = "check company_db in the profile"
            yield f"the table {name.value} was not found: {advice}"
            continue
        try:
            with translated():
                reason, bound = refusal(name), tables.bound(name)
        except ConfigurationError as error:
            yield str(error)
            continue
        if reason:
            yield f"table {bound.file} cannot be written: {reason}"
        yield from (
            f"table {name.value} has no column {COLUMNS[name][column].field} ({column})"
            for column in columns
            if column not in bound.shapes
        )


def _unnumbered(tables: SiteTables, kind: str) -> Iterator[str]:
    """Draws a number as a posting would, and notes nothing."""
    numberer = Numberer(tables.profile, _finding(tables), lambda _name: None)
    try:
        numberer.draw(kind)
    except NoNumberError as error:
        yield str(error)


def _finding(tables: SiteTables) -> Find:
    def find(name: TableName, column: str, text: str) -> Iterator[Row]:
        return (row for row, _ in tables.find_with_fields(name, column, text))

    return find
