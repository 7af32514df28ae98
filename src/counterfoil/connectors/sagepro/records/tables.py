"""All tables with their columns, which of them a posting needs, and by what rows are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.connectors.sagepro.records import general_ledger, orders, receivables, stock, system
from counterfoil.connectors.sagepro.records.columns import Column, TableName

POSTING_TABLES = (
    TableName.CUSTOMERS,
    TableName.DOCUMENTS,
    TableName.DOCUMENT_HISTORY,
    TableName.LINES,
    TableName.LINE_HISTORY,
    TableName.CASH,
    TableName.DISTRIBUTIONS,
    TableName.ORDERS,
)
"""The tables without which nothing is posted at all."""

COUNTER_MIRRORS = (
    TableName.RECEIVABLES_COUNTERS,
    TableName.ORDER_COUNTERS,
    TableName.STOCK_COUNTERS,
)
FURTHER_TABLES = (
    TableName.CASH_HISTORY,
    TableName.SHIP_TOS,
    TableName.ORDER_LINES,
    TableName.ORDER_ADDRESSES,
    TableName.ORDER_HISTORY,
    TableName.ORDER_LINE_HISTORY,
    TableName.ITEMS,
    TableName.LOCATIONS,
    TableName.STORES,
    TableName.SYSTEM,
    *COUNTER_MIRRORS,
)
"""Tables that some postings need, where a site has them."""
_SCANNED = frozenset(
    (TableName.ITEMS, TableName.LOCATIONS, TableName.STORES, TableName.SYSTEM, *COUNTER_MIRRORS)
)
"""Tables of which rows are found even where no index leads to them: then the whole table is read."""


def is_looked_through(table: TableName, column: str) -> bool:
    """Whether a look goes through a whole table where no index leads to the rows."""
    return table in _SCANNED or (table in {TableName.CASH, TableName.CASH_HISTORY} and column == "reference")


def is_read_whole(table: TableName, column: str) -> bool:
    """Whether a posting looks through a whole table rather than miss a row that no index leads to."""
    return table in FURTHER_TABLES or (table, column) == (TableName.ORDERS, "purchase_order")


COLUMNS: Mapping[TableName, Mapping[str, Column]] = {
    TableName.CUSTOMERS: receivables.CUSTOMER,
    TableName.SHIP_TOS: receivables.SHIP_TO,
    TableName.DOCUMENTS: receivables.DOCUMENT,
    TableName.DOCUMENT_HISTORY: receivables.DOCUMENT,
    TableName.LINES: receivables.LINE,
    TableName.LINE_HISTORY: receivables.LINE,
    TableName.CASH: receivables.CASH,
    TableName.CASH_HISTORY: receivables.CASH,
    TableName.DISTRIBUTIONS: receivables.DISTRIBUTION,
    TableName.LINK_CODES: receivables.LINK_CODE,
    TableName.ORDERS: orders.ORDER,
    TableName.ORDER_LINES: orders.ORDER_LINE,
    TableName.ORDER_ADDRESSES: orders.ORDER_ADDRESS,
    TableName.ORDER_HISTORY: orders.ORDER,
    TableName.ORDER_LINE_HISTORY: orders.ORDER_LINE,
    TableName.ITEMS: stock.ITEM,
    TableName.LOCATIONS: stock.LOCATION,
    TableName.STORES: stock.STORE,
    TableName.COST_TIERS: stock.COST_TIER,
    TableName.ACCOUNTS: general_ledger.ACCOUNT,
    TableName.SYSTEM: system.SYSTEM,
    **dict.fromkeys(COUNTER_MIRRORS, system.MIRROR),
}

OUTSIDE_RECEIVABLES = "N"
"""Kind of a receipt that no customer's account took (verified in an older series)."""
NO_CUSTOMER = "NON_AR"
"""Stands in the customer column of such a receipt (verified in an older series)."""
SYSTEM_TABLE = "sysdata"
SYSTEM_MODULE, SYSTEM_FLAGS, SYSTEM_DRIVE = "sysid", "pass2", "drive"
"""Columns of the system table: module and company, flags (D first: deleted), and where the folder stands."""
DRIVE_FOLDER = slice(60, 90)
"""Positions 61 to 90 name the module's data folder; what stands before them is not known."""


@dataclass(frozen=True, slots=True)
class SearchPath:
    """Rows of a table must be findable by these columns through an index tag."""

    table: TableName
    column: str
    required: bool


SEARCH_PATHS = (
    SearchPath(TableName.CUSTOMERS, "number", required=True),
    SearchPath(TableName.DOCUMENTS, "number", required=True),
    SearchPath(TableName.DOCUMENTS, "customer", required=True),
    SearchPath(TableName.DOCUMENTS, "order", required=False),
    SearchPath(TableName.DOCUMENTS, "purchase_order", required=False),
    SearchPath(TableName.DOCUMENT_HISTORY, "number", required=True),
    SearchPath(TableName.DOCUMENT_HISTORY, "order", required=False),
    SearchPath(TableName.CASH, "number", required=True),
    SearchPath(TableName.LINES, "order", required=False),
    SearchPath(TableName.LINE_HISTORY, "order", required=False),
    SearchPath(TableName.ORDERS, "number", required=True),
    SearchPath(TableName.ORDERS, "purchase_order", required=False),
)
