"""A company whose clerk keyed a receipt for invoice 800, and what a period close does to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Value
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import BOOKS, TAGS, Rows, Site, invoice

DAY = date(2026, 11, 20)
PAID = invoice("800", "ABC", "0", invamt=Decimal(70), paidamt=Decimal(70), dtepaid=DAY)
KEYED: Mapping[str, Value] = {
    "invno": "800".rjust(10),
    "custno": "ABC",
    "paidamt": Decimal(70),
    "dtepaid": DAY,
    "refno": "CHK 77",
    "userid": "ANNA",
    "adduser": "ANNA",
}
FACT = receipt("ABC", {}, "70")
"""The payment that the clerk keyed already."""
MOVED: Rows = {
    **BOOKS,
    TableName.DOCUMENT_HISTORY: [*BOOKS[TableName.DOCUMENT_HISTORY], PAID],
    TableName.CASH_HISTORY: [KEYED],
}
"""The books after the close."""
TABLES = (*POSTING_TABLES, TableName.CASH_HISTORY, TableName.ORDER_HISTORY)


def with_history(site: Site) -> Site:
    """The site with the history tables of receipts and orders and indexes that lead through them."""
    site.tables = TABLES
    site.tags = {
        **TAGS,
        TableName.DOCUMENT_HISTORY: (TagSpec("invno", "invno"), TagSpec("custno", "custno+invno")),
        TableName.CASH_HISTORY: (TagSpec("invno", "invno"),),
        TableName.ORDER_HISTORY: (TagSpec("sono", "sono"),),
    }
    return site


def move(site: Site, current: TableName, history: TableName, number: str, *, copy: bool = False) -> None:
    """What a close does to the rows with the number: into history, and out of the current table."""
    key = "sono" if current is TableName.ORDERS else "invno"
    for record in [one for one in site.records(current) if str(one[key]).strip() == number]:
        site.append(history, **record.values)
        if not copy:
            site.delete(current, record.recno)
