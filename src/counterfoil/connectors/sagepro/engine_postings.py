"""Plans turned into what the table engine does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.describing import Binder, Fields, changed_columns, of_row, touched
from counterfoil.connectors.sagepro.entries import ROW_KEYS
from counterfoil.connectors.sagepro.operations import Add, Append, Plan, RowId, apply_operations
from counterfoil.connectors.sagepro.records import COUNTER_MIRRORS, Row, TableName
from counterfoil.foxpro.records.fields import Value as FieldValue
from counterfoil.foxpro.transactions import operations as engine

_ORDER = ("number", "customer", "status", "amount", "shipped_amount", "lock_state")
_ORDER_LINE = ("number", "item", "status", "open_quantity", "lock_state")
_GUARDED: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("number", "lock_state"),
    TableName.DOCUMENTS: ("number", "customer", "kind", "status", "balance", "twin", "lock_state"),
    TableName.DOCUMENT_HISTORY: ("number", "customer", "balance", "lock_state"),
    **dict.fromkeys((TableName.ORDERS, TableName.ORDER_HISTORY), _ORDER),
    **dict.fromkeys((TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY), _ORDER_LINE),
    TableName.SHIP_TOS: ("customer", "ship_to", "lock_state"),
    TableName.LOCATIONS: ("item", "location", "lock_state"),
    TableName.STORES: ("item", "location", "store"),
    **dict.fromkeys((TableName.SYSTEM, *COUNTER_MIRRORS), ("number", "flags")),
}
"""What a plan assumed of a row beside the columns that it changes."""

_MEMO = "M"
"""A row holds of a memo only where it stands, so that what it says is no guard."""


def to_posting(
    plan: Plan,
    rows: Mapping[RowId, Row],
    fields: Mapping[RowId, Fields],
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
    for row_id in touched(plan):
        add, *others = _row_operations(plan, row_id, rows, fields[row_id], bound)
        operations += [replace(add, sum=sums.get(row_id)) if isinstance(add, engine.Add) else add, *others]
    return engine.Posting(str(plan.key), tuple(operations))


def with_counts(posting: engine.Posting, counts: Mapping[TableName, int]) -> engine.Posting:
    """The posting, which adds no row to these tables once they hold more rows than told."""
    names = {name.value: count for name, count in counts.items()}
    operations = tuple(
        replace(one, rows_before=names.get(one.table)) if isinstance(one, engine.Append) else one
        for one in posting.operations
    )
    return replace(posting, operations=operations)


def _row_operations(
    plan: Plan,
    row_id: RowId,
    rows: Mapping[RowId, Row],
    fields: Fields,
    bound: Binder,
) -> Iterator[engine.Operation]:
    """Sums and new values of one row, under one set of guards. The sums are checked against the widths."""
    table, record = row_id
    shapes = bound(table).shapes
    after = apply_operations({row_id: rows[row_id]}, tuple(of_row(plan, row_id)))[row_id]
    changed = changed_columns(plan, row_id)
    rendered = bound(table).render({name: after.values[name] for name in changed})
    guarded = (shapes[name] for name in (*_GUARDED.get(table, ()), *changed) if name in shapes)
    names = [shape.name for shape in guarded if shape.type != _MEMO]
    guards = {name: cast("FieldValue", fields[name]) for name in names}
    deltas = {shapes[one.column].name: one.delta for one in of_row(plan, row_id) if isinstance(one, Add)}
    key = _key_fields(bound(table))
    yield engine.Add(table.value, record, deltas, guards, key)
    values = {name: value for name, value in rendered.items() if name not in deltas}
    if values:
        yield engine.Set(table.value, record, values, key=key)


def _key_fields(bound: BoundTable) -> tuple[str, ...]:
    """By which the row is known again after a crash; in a table of the site's own, all that we put there."""
    if bound.name.is_own:
        return tuple(shape.name for shape in bound.shapes.values() if shape.type != _MEMO)
    return tuple(bound.shapes[name].name for name in ROW_KEYS[bound.name] if name in bound.shapes)
