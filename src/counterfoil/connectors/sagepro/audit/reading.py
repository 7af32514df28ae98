"""What the audit asks of whoever reads and sorts the tables, and which columns it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from counterfoil.connectors.sagepro.audit.findings import Count, Group, Unreadable
from counterfoil.connectors.sagepro.records import Row, TableName

_DOCUMENT = (
    *("number", "customer", "order", "kind", "status", "twin", "link_code", "exchange_rate"),
    *("invoiced_on", "net_days", "paid_on"),
    *("total", "tax", "discount", "paid", "balance"),
    *("base_total", "base_discount", "base_paid", "base_balance"),
)
_LINE = ("number", "line", "item", "extended_price", "kind", "status", "sales_code", "stock_code", "twin")
_CASH = (
    *("number", "customer", "kind", "account", "applied_to", "reversed", "paid", "discount"),
    *("base_paid", "base_discount", "exchange_rate"),
)
_ORDER = ("number", "customer", "status", "kind", "amount", "tax", "twin")
_ORDER_LINE = (
    *("number", "line", "item", "location", "status", "stocked", "twin"),
    *("open_quantity", "extended_price"),
)

READ_COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: (
        *("number", "balance", "on_order"),
        *("receivable_account", "tax_account", "charge_account", "deposit_account"),
    ),
    TableName.DOCUMENTS: _DOCUMENT,
    TableName.DOCUMENT_HISTORY: _DOCUMENT,
    TableName.LINES: _LINE,
    TableName.LINE_HISTORY: _LINE,
    TableName.CASH: _CASH,
    TableName.CASH_HISTORY: _CASH,
    TableName.DISTRIBUTIONS: (
        *("number", "customer", "reference", "account", "amount", "line_kind", "status"),
        *("base_amount", "exchange_rate"),
    ),
    TableName.LINK_CODES: (
        *("sales_code", "stock_code"),
        *("stock_account", "income_account", "cost_account", "discount_account"),
    ),
    TableName.ORDERS: _ORDER,
    TableName.ORDER_HISTORY: _ORDER,
    TableName.ORDER_LINES: _ORDER_LINE,
    TableName.ORDER_LINE_HISTORY: _ORDER_LINE,
    TableName.ITEMS: ("item", "on_hand"),
    TableName.LOCATIONS: ("item", "location", "on_hand", "allocated", "account"),
    TableName.STORES: ("item", "location", "on_hand", "allocated"),
    TableName.COST_TIERS: ("item", "location", "on_hand"),
    TableName.ACCOUNTS: ("number", "balance"),
}
"""All columns of each table that the audit reads, where the site has them; never more."""


class Source(Protocol):
    """The tables of one company, read and never written."""

    @property
    def columns(self) -> Mapping[TableName, Collection[str]]:
        """Our columns in each table that can be read."""
        ...

    @property
    def absent(self) -> Mapping[TableName, str]:
        """Why each other table cannot be read."""
        ...

    def count(self, table: TableName) -> Count: ...

    def rows(self, table: TableName) -> Iterator[Row | Unreadable]:
        """The live rows, with the columns of READ_COLUMNS that the site has."""
        ...


class Sorter(Protocol):
    """Brings rows with one key together, however many there are."""

    def add(self, key: str, row: Row) -> None: ...

    def groups(self) -> Iterator[Group]: ...


class Sorting(Protocol):
    """Makes a sorter that keeps the named columns alone, or all, and lets go of what it used."""

    def __call__(self, *columns: str) -> AbstractContextManager[Sorter]: ...
