"""Counter rows: what takes back a row that stands for ever."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.additions import MARK
from counterfoil.connectors.sagepro.entries import NewRow
from counterfoil.connectors.sagepro.operations import Append
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName, Value

COUNTERED = frozenset({TableName.CASH, TableName.DISTRIBUTIONS})
"""Rows that are never changed or marked."""
_DAYS = ("paid_on", "posted_on")


def countered(row: NewRow, desk: Desk, day: date, marker: str) -> Append:
    """The same row with its amounts negated, on another day."""
    terms = desk.terms
    values: dict[str, Value] = {
        name: -value if isinstance(value, Decimal) and _is_money(row.table, name, terms.profile) else value
        for name, value in row.values.items()
    }
    values |= {name: day for name in _DAYS if name in values}
    values |= {"reference": marker} if "reference" in values else {}
    if not row.table.is_own:
        values |= {"added_on": terms.now.date(), "added_at": f"{terms.now:%H:%M:%S}"}
    return Append(table=row.table, values=values)


def _is_money(table: TableName, name: str, profile: Profile) -> bool:
    if not name.startswith(MARK):
        return COLUMNS[table][name].kind is Kind.MONEY
    column = profile.own_columns(table).get(name.removeprefix(MARK))
    return column is None or column.kind is Kind.MONEY
