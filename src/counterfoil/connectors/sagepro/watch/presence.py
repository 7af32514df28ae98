"""Whether what the ledger says was posted stands in the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.entries import ROW_KEYS, ChangedRow, NewRow
from counterfoil.connectors.sagepro.recorded import Recorded
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.watch.gaps import gap_of
from counterfoil.connectors.sagepro.watch.sites import WatchedBooks

_ALSO_IN = {TableName.CASH: TableName.CASH_HISTORY, TableName.DOCUMENTS: TableName.DOCUMENT_HISTORY}
"""Where a period close puts rows."""


class Presence:
    """Asked about postings from the newest to the oldest."""

    def __init__(self, tables: WatchedBooks) -> None:
        self._tables = tables
        self._as_posted: set[tuple[Value, ...]] = set()
        """Documents that stand as our last posting on them left them."""

    def is_in(self, recorded: Recorded) -> bool | None:
        """One of its rows stands, or it was moved away and left a document as it, or a later one, made it.

        None of a posting without rows, or of which no row can be looked for: nothing tells.
        """
        checkable = [row for row in recorded.entry.new if self._lead(row, row.table)]
        as_posted = [self._holds_after(*pair) for pair in self._documents(recorded)]
        if any(as_posted) or any(self._stands(row) for row in checkable):
            return True
        return False if checkable else None

    def _stands(self, row: NewRow) -> bool:
        names = [name for name in ROW_KEYS[row.table] if name in row.values]
        wanted = {name: row.values[name] for name in (*names, *_amounts(row))}
        tables = (row.table, *(table for table in (_ALSO_IN.get(row.table),) if table is not None))
        leads = ((table, self._lead(row, table)) for table in tables)
        return any(self._has(table, lead, wanted) for table, lead in leads if lead)

    def _lead(self, row: NewRow, table: TableName) -> str:
        """By what the row can be looked for in a table; empty where nothing leads to it.

        Money of no customer's account has no document number.
        """
        names = (name for name in ROW_KEYS.get(row.table, ("number",)) if row.values.get(name))
        return next((name for name in names if self._tables.is_findable(table, name)), "")

    def _has(self, table: TableName, first: str, wanted: Mapping[str, Value]) -> bool:
        return next(self._rows(table, first, wanted), None) is not None

    def _rows(self, table: TableName, first: str, wanted: Mapping[str, Value]) -> Iterator[Row]:
        for row in self._tables.find(table, first, str(wanted[first])):
            if all(row.values.get(name) == value for name, value in wanted.items() if name in row.values):
                yield row

    def _documents(self, recorded: Recorded) -> Iterator[tuple[ChangedRow, Mapping[str, str]]]:
        """The changed documents, each with what the posting left in it by the site's names."""
        described = [row for row in recorded.posted.rows if not row.added]
        for row, told in zip(recorded.entry.changed, described, strict=False):
            if row.table is TableName.DOCUMENTS:
                yield row, {field.field: field.after for field in told.fields}

    def _holds_after(self, row: ChangedRow, after: Mapping[str, str]) -> bool:
        place = tuple(row.key.values())
        if place in self._as_posted:
            return True
        field = self._tables.bound(TableName.DOCUMENTS).shapes["balance"].name
        if field not in after or not row.added.get("balance"):
            return False
        wanted = {**row.key, "balance": Decimal(after[field])}
        tables = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
        seen = [table for table in tables if self._tables.is_findable(table, "number")]
        rows = (row for table in seen for row in self._rows(table, "number", wanted))
        if any(self._has_unseen_receipts(row) for row in rows):
            self._as_posted.add(place)
            return True
        return False

    def _has_unseen_receipts(self, row: Row) -> bool:
        """More was taken off the document than the receipts that are seen: a period close moved the rest."""
        gap = gap_of(self._tables, row, {})
        return gap is None or gap < 0


def _amounts(row: NewRow) -> tuple[str, ...]:
    return ("paid",) if row.table is TableName.CASH else ()
