"""Rows in memory as the audit is given them, and a sorter that is only a dictionary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.connectors.sagepro.audit.auditor import audit
from counterfoil.connectors.sagepro.audit.findings import Count, Group, Unreadable
from counterfoil.connectors.sagepro.audit.reading import READ_COLUMNS, Sorter
from counterfoil.connectors.sagepro.audit.verdicts import Verdict
from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, Row, TableName, Value

_BLANKS: Mapping[Kind, Value] = {
    Kind.TEXT: "",
    Kind.NUMBER: "",
    Kind.MONEY: Decimal(0),
    Kind.QUANTITY: Decimal(0),
    Kind.RATE: Decimal(0),
    Kind.COUNT: 0,
    Kind.DATE: None,
    Kind.FLAG: False,
}


class MemorySorter:
    """Groups in the order of their keys."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[TableName, list[Row]]] = {}

    def add(self, key: str, row: Row) -> None:
        self._rows.setdefault(key, {}).setdefault(row.table, []).append(row)

    def groups(self) -> Iterator[Group]:
        for key, rows in sorted(self._rows.items()):
            yield Group(key, rows)


@contextmanager
def memory_sorter(*_: str) -> Iterator[Sorter]:
    yield MemorySorter()


@dataclass
class MemoryBooks:
    """A company whose rows stand in the test; every table is there unless it is taken away."""

    rows_by_table: dict[TableName, list[Row]] = field(default_factory=dict)
    columns: dict[TableName, Collection[str]] = field(
        default_factory=lambda: {table: frozenset(names) for table, names in READ_COLUMNS.items()}
    )
    absent: dict[TableName, str] = field(default_factory=dict)

    def add(self, table: TableName, **values: Value) -> MemoryBooks:
        """A row with blanks for whatever is not named; texts of amounts become numbers."""
        row: dict[str, Value] = {}
        for name in READ_COLUMNS[table]:
            kind = COLUMNS[table][name].kind
            value = values.pop(name, _BLANKS[kind])
            row[name] = Decimal(value) if isinstance(value, str) and kind is Kind.MONEY else value
        assert not values, values
        rows = self.rows_by_table.setdefault(table, [])
        present = {name: value for name, value in row.items() if name in self.columns.get(table, ())}
        rows.append(Row(table=table, record=len(rows) + 1, values=present))
        return self

    def take_away(self, table: TableName, why: str) -> None:
        self.absent[table] = why
        self.columns.pop(table)

    def drop(self, table: TableName, column: str) -> None:
        self.columns[table] = frozenset(self.columns[table]) - {column}

    def count(self, table: TableName) -> Count:
        number = len(self.rows_by_table.get(table, ()))
        return Count(number, number)

    def rows(self, table: TableName) -> Iterator[Row | Unreadable]:
        yield from self.rows_by_table.get(table, ())

    def verdicts(self, codes: Codes | None = None) -> dict[str, Verdict]:
        return {verdict.check: verdict for verdict in audit(self, memory_sorter, codes or Codes())}

    def broken(self, codes: Codes | None = None) -> dict[str, list[str]]:
        """The keys of what each check found."""
        return {
            name: [finding.key for finding in verdict.findings]
            for name, verdict in self.verdicts(codes).items()
            if verdict.count
        }
