"""Plans as a person reads them, and the site's own fields as they stand after one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.operations import Add, Append, Plan, RowId, Set, apply_operations
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.ports.erp import FieldChange, RowChange

Fields = Mapping[str, object]
"""The site's own fields of a row, by its names, as they were read."""


class Binder(Protocol):
    """Tells how a table's columns are called and sized at the site."""

    def __call__(self, name: TableName) -> BoundTable: ...


def fields_after(
    plan: Plan, rows: Mapping[RowId, Row], fields: Mapping[RowId, Fields], bound: Binder
) -> dict[RowId, Fields]:
    """The site's own fields of the touched rows as they stand after the plan."""
    after = apply_operations(rows, plan.operations)
    return {
        row_id: {
            **fields[row_id],
            **bound(row_id[0]).render(
                {name: after[row_id].values[name] for name in changed_columns(plan, row_id)}
            ),
        }
        for row_id in touched(plan)
    }


def describe(
    plan: Plan, rows: Mapping[RowId, Row], bound: Binder, recnos: tuple[int, ...] = ()
) -> tuple[RowChange, ...]:
    """The rows that the plan writes, by Sage Pro's own names; new rows of a preview have no number."""
    numbers = iter(recnos)
    added = [
        RowChange(
            table=bound(operation.table).file,
            record=next(numbers, 0),
            added=True,
            fields=tuple(_new_fields(bound(operation.table), operation)),
        )
        for operation in plan.operations
        if isinstance(operation, Append)
    ]
    after = apply_operations(rows, plan.operations)
    changed = [
        RowChange(
            table=bound(row_id[0]).file,
            record=row_id[1],
            added=False,
            fields=tuple(
                FieldChange(
                    field=bound(row_id[0]).shapes[column].name,
                    before=text_of(rows[row_id].values[column]),
                    after=text_of(after[row_id].values[column]),
                )
                for column in changed_columns(plan, row_id)
            ),
        )
        for row_id in touched(plan)
    ]
    return (*added, *changed, *(row for journal in plan.journals for row in _journal_rows(journal)))


def _journal_rows(journal: JournalEntry) -> Iterator[RowChange]:
    """A journal entry's lines, which no table of the site holds."""
    for line in journal.lines:
        values = {"account": line.account, "amount": text_of(line.amount), "description": line.text}
        fields = tuple(FieldChange(field=name, before="", after=text) for name, text in values.items())
        yield RowChange(table=f"journal {journal.name}", record=0, added=True, fields=fields)


def touched(plan: Plan) -> tuple[RowId, ...]:
    """The existing rows that the plan changes, in its order."""
    found = (
        (operation.table, operation.record)
        for operation in plan.operations
        if not isinstance(operation, Append)
    )
    return tuple(dict.fromkeys(found))


def of_row(plan: Plan, row_id: RowId) -> Iterator[Set | Add]:
    for operation in plan.operations:
        if not isinstance(operation, Append) and (operation.table, operation.record) == row_id:
            yield operation


def changed_columns(plan: Plan, row_id: RowId) -> tuple[str, ...]:
    return tuple(operation.column for operation in of_row(plan, row_id))


def _new_fields(bound: BoundTable, operation: Append) -> Iterator[FieldChange]:
    for field, value in bound.render(operation.values).items():
        text = text_of(value)
        if text:
            yield FieldChange(field=field, before="", after=text)


def text_of(value: Value) -> str:
    """A value as a person reads it: money with at least two places, dates as ISO writes them."""
    match value:
        case None:
            return ""
        case Decimal():
            places = max(2, -int(value.normalize().as_tuple().exponent))
            return f"{value:.{places}f}"
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
