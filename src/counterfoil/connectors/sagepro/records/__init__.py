"""Sage Pro's tables: the one place that knows its short field names, and the records read from them."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records.columns import (
    Certainty,
    Column,
    Kind,
    TableName,
    Value,
)
from counterfoil.connectors.sagepro.records.rows import (
    CustomerRecord,
    DocumentRecord,
    Row,
)
from counterfoil.connectors.sagepro.records.tables import (
    COLUMNS,
    COUNTER_MIRRORS,
    DRIVE_FOLDER,
    FURTHER_TABLES,
    NO_CUSTOMER,
    OUTSIDE_RECEIVABLES,
    POSTING_TABLES,
    SEARCH_PATHS,
    SYSTEM_DRIVE,
    SYSTEM_FLAGS,
    SYSTEM_MODULE,
    SYSTEM_TABLE,
    SearchPath,
    is_looked_through,
    is_read_whole,
)

__all__ = [
    "COLUMNS",
    "COUNTER_MIRRORS",
    "DRIVE_FOLDER",
    "FURTHER_TABLES",
    "NO_CUSTOMER",
    "OUTSIDE_RECEIVABLES",
    "POSTING_TABLES",
    "SEARCH_PATHS",
    "SYSTEM_DRIVE",
    "SYSTEM_FLAGS",
    "SYSTEM_MODULE",
    "SYSTEM_TABLE",
    "Certainty",
    "Column",
    "CustomerRecord",
    "DocumentRecord",
    "Kind",
    "Row",
    "SearchPath",
    "TableName",
    "Value",
    "is_looked_through",
    "is_read_whole",
]
