"""Plans turned into what the table engine does, and into what a person reads about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.operations import Add, Append, Plan, RowId, Set, apply_operations
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.foxpro.records.fields import Value as FieldValue
from counterfoil.foxpro.transactions import operations as engine
from counterfoil.ports.erp import FieldChange, RowChange

_GUARDED: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("number", "lock_state"),
    TableName.DOCUMENTS: ("number", "customer", "kind", "status", "balance", "twin", "lock_state"),
    TableName.DOCUMENT_HISTORY: ("number", "customer", "balance", "lock_state"),
}
"""What a plan assumed of a row beside the columns that it changes."""

_KEYS: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("number",),
    TableName.DOCUMENTS: ("number", "customer"),
    TableName.DOCUMENT_HISTORY: ("number", "customer"),
    TableName.LINES: ("number", "customer", "item"),
    TableName.CASH: ("number", "customer", "reference"),
    TableName.DISTRIBUTIONS: ("number", "customer", "reference", "account", "line_kind"),
}
"""By which columns a row is known again after a crash, wherever PACK or a period close has put it."""


class Binder(Protocol):
    """Tells how a table's columns are called and sized at the site."""

    def __call__(self, name: TableName) -> BoundTable: ...


def to_posting(
    plan: Plan,
    rows: Mapping[RowId, Row],
    fields: Mapping[RowId, Mapping[str, FieldValue]],
    bound: Binder,
    sums: Mapping[RowId, engine.Sum],
) -> engine.Posting:
    """The plan for the table engine; each row is guarded by what was read of it.

    `sums` says of which rows a field is the sum of other rows, so that a crash can be told from others' work.

    Raises:
        UnfitValueError: a value does not fit its field.
    """
    operations: list[engine.Operation] = []
    for operation in plan.operations:
        if isinstance(operation, Append):
            values = bound(operation.table).render(operation.values)
            key = _key_fields(bound(operation.table))
            operations.append(engine.Append(operation.table.value, values, key))
    for row_id in _touched(plan):
        add, *others = _row_operations(plan, row_id, rows, fields[row_id], bound)
        operations += [replace(add, sum=sums.get(row_id)) if isinstance(add, engine.Add) else add, *others]
    return engine.Posting(str(plan.key), tuple(operations))


def fields_after(
    plan: Plan, rows: Mapping[RowId, Row], fields: Mapping[RowId, Mapping[str, FieldValue]], bound: Binder
) -> dict[RowId, Mapping[str, FieldValue]]:
    """The site's own fields of the touched rows as they stand after the plan."""
    after = apply_operations(rows, plan.operations)
    return {
        row_id: {
            **fields[row_id],
            **bound(row_id[0]).render(
                {name: after[row_id].values[name] for name in _changed_columns(plan, row_id)}
            ),
        }
        for row_id in _touched(plan)
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
                    before=_text(rows[row_id].values[column]),
                    after=_text(after[row_id].values[column]),
                )
                for column in _changed_columns(plan, row_id)
            ),
        )
        for row_id in _touched(plan)
    ]
    return (*added, *changed)


def _touched(plan: Plan) -> tuple[RowId, ...]:
    """The existing rows that the plan changes, in its order."""
    found = (
        (operation.table, operation.record)
        for operation in plan.operations
        if not isinstance(operation, Append)
    )
    return tuple(dict.fromkeys(found))


def _of_row(plan: Plan, row_id: RowId) -> Iterator[Set | Add]:
    for operation in plan.operations:
        if not isinstance(operation, Append) and (operation.table, operation.record) == row_id:
            yield operation


def _changed_columns(plan: Plan, row_id: RowId) -> tuple[str, ...]:
    return tuple(operation.column for operation in _of_row(plan, row_id))


def _row_operations(
    plan: Plan,
    row_id: RowId,
    rows: Mapping[RowId, Row],
    fields: Mapping[str, FieldValue],
    bound: Binder,
) -> Iterator[engine.Operation]:
    """Sums and new values of one row, under one set of guards. The sums are checked against the widths."""
    table, record = row_id
    shapes = bound(table).shapes
    after = apply_operations({row_id: rows[row_id]}, tuple(_of_row(plan, row_id)))[row_id]
    changed = _changed_columns(plan, row_id)
    rendered = bound(table).render({name: after.values[name] for name in changed})
    names = [shapes[name].name for name in (*_GUARDED[table], *changed) if name in shapes]
    guards = {name: fields[name] for name in names}
    deltas = {shapes[one.column].name: one.delta for one in _of_row(plan, row_id) if isinstance(one, Add)}
    key = _key_fields(bound(table))
    yield engine.Add(table.value, record, deltas, guards, key)
    values = {name: value for name, value in rendered.items() if name not in deltas}
    if values:
        yield engine.Set(table.value, record, values, key=key)


def _key_fields(bound: BoundTable) -> tuple[str, ...]:
    return tuple(bound.shapes[name].name for name in _KEYS[bound.name] if name in bound.shapes)


def _new_fields(bound: BoundTable, operation: Append) -> Iterator[FieldChange]:
    for field, value in bound.render(operation.values).items():
        text = _text(value)
        if text:
            yield FieldChange(field=field, before="", after=text)


def _text(value: Value) -> str:
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
