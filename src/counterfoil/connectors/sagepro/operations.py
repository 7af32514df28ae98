"""What a posting does to rows, in our column names and without a word about files or SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.keys import PostingKey

RowId = tuple[TableName, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """A new row."""

    table: TableName
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A column of an existing row gets a value; what it held is the guard."""

    table: TableName
    record: int
    column: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A column of an existing row rises by an amount, whatever it holds when it is written."""

    table: TableName
    record: int
    column: str
    delta: Decimal


Operation = Append | Set | Add


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The operations that make one fact true, in the order of writing: details first, balances last."""

    key: PostingKey
    document: str
    operations: tuple[Operation, ...]
    journals: tuple[JournalEntry, ...] = ()
    """What the general ledger must be told beside: it leaves as files."""


def apply_operations(rows: Mapping[RowId, Row], operations: Sequence[Operation]) -> dict[RowId, Row]:
    """The held rows as they stand after the operations; appended rows are not held by anyone yet."""
    after = dict(rows)
    for operation in operations:
        if isinstance(operation, Append):
            continue
        row = after[operation.table, operation.record]
        if isinstance(operation, Set):
            value = operation.after
        else:
            value = row.money(operation.column) + operation.delta
        values = {**row.values, operation.column: value}
        after[operation.table, operation.record] = Row(table=row.table, record=row.record, values=values)
    return after
