"""Rules of a table as a whole: every record can be read, and the header counts those that are there."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.audit.findings import (
    ZERO,
    Check,
    Count,
    Finding,
    Rule,
    Terms,
    Unreadable,
)
from counterfoil.connectors.sagepro.records import TableName


def record_counts(counted: tuple[TableName, Count], _: Terms) -> Iterator[Finding]:
    table, count = counted
    if count.header != count.found:
        yield Finding(
            table=table,
            record=0,
            key=table.value,
            column="record count",
            expected=str(count.header),
            found=str(count.found),
            difference=ZERO + count.found - count.header,
        )


def rows_readable(row: Unreadable, _: Terms) -> Iterator[Finding]:
    yield Finding(
        table=row.table,
        record=row.record,
        key=f"record {row.record}",
        column="row",
        expected="values that can be read",
        found=row.why,
    )


RECORD_COUNTS: Check[tuple[TableName, Count]] = Check(
    name="record_counts",
    rules=(Rule("A table's header counts the records that lie in its file.", record_counts),),
)
ROWS_READABLE: Check[Unreadable] = Check(
    name="rows_readable",
    rules=(Rule("Every value of a row that counts can be read.", rows_readable),),
)
