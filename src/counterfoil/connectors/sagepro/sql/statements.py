"""What a plan does to rows, as statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.describing import Fields, changed_columns, of_row
from counterfoil.connectors.sagepro.operations import Add, Append, Plan, RowId, apply_operations
from counterfoil.connectors.sagepro.records import Row
from counterfoil.connectors.sagepro.sql.catalogue import CatalogueTable
from counterfoil.connectors.sagepro.sql.tables import EMPTY_DATE, Bindings, stored

_GUARDED = ("number", "customer", "kind", "status", "twin", "lock_state")
"""What a plan assumed of a row beside the columns that it changes."""
_BLANKS: Mapping[str, object] = {
    "C": "",
    "V": "",
    "M": "",
    "Y": Decimal(0),
    "N": Decimal(0),
    "I": 0,
    "B": Decimal(0),
    "D": EMPTY_DATE,
    "L": False,
}


def insert_of(bindings: Bindings, operation: Append) -> sa.Insert:
    """The new row; a column that must not be NULL and has no default is written blank.

    That all others may be left out is inferred from a program that does so at one site.
    """
    table = bindings.table(operation.table)
    rendered = bindings.bound(operation.table).render(operation.values)
    values = {name: stored(value, table.c[name]) for name, value in rendered.items()}
    return table.insert().values({**_demanded(bindings.catalogue(operation.table), values), **values})


def _demanded(table: CatalogueTable, given: Mapping[str, object]) -> dict[str, object]:
    return {
        column.name: _BLANKS.get(column.letter, "")
        for column in table.columns
        if column.name not in given
        and column.name != table.identity
        and not column.is_nullable
        and not column.has_default
    }


def update_of(bindings: Bindings, plan: Plan, row_id: RowId, row: Row, fields: Fields) -> sa.Update:
    """Sums and new values of one row, where it still is what was read of it."""
    name, record = row_id
    table, bound = bindings.table(name), bindings.bound(name)
    operations = tuple(of_row(plan, row_id))
    changed = changed_columns(plan, row_id)
    after = apply_operations({row_id: row}, operations)[row_id]
    rendered = bound.render({column: after.values[column] for column in changed})
    sums = {
        bound.shapes[one.column].name: _summed(table.c[bound.shapes[one.column].name], one.delta)
        for one in operations
        if isinstance(one, Add)
    }
    values = {field: stored(value, table.c[field]) for field, value in rendered.items() if field not in sums}
    guarded = dict.fromkeys((*_GUARDED, *changed))
    names = [bound.shapes[column].name for column in guarded if column in bound.shapes]
    guards = (_is(table.c[field], fields[field]) for field in names)
    return table.update().where(bindings.identity(name) == record, *guards).values({**values, **sums})


def _summed(column: sa.Column[Any], delta: Decimal) -> sa.ColumnElement[Any]:
    """NULL counts as nothing."""
    return sa.func.coalesce(column, 0) + sa.bindparam(None, delta, column.type)


def _is(column: sa.Column[Any], value: object) -> sa.ColumnElement[bool]:
    """The column holds the value; NULL, blank, zero and the empty date are one and the same."""
    blank = _blank_of(column)
    held = sa.func.coalesce(column, sa.bindparam(None, blank, column.type))
    expected = blank if value is None else stored(value, column)
    return held == sa.bindparam(None, expected, column.type)


def _blank_of(column: sa.Column[Any]) -> object:
    match column.type:
        case sa.DateTime():
            return EMPTY_DATE
        case sa.Date():
            return datetime.date(EMPTY_DATE)
        case sa.Boolean():
            return False
        case sa.String():
            return ""
        case _:
            return 0
