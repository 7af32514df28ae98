"""Counts what looks like card numbers in a database's tables; no value ever leaves this file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from counterfoil.connectors.sagepro.sql.catalogue import CatalogueColumn, CatalogueTable
from counterfoil.security.card_guard import clean_object
from counterfoil.security.card_numbers import find_card_numbers

_SHORTEST = 13
"""A card number has 13 digits at least."""
_DIGITS = re.compile(r"\d(?:\D{0,3}\d){12}")
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A text column with how many of the rows that were looked at hold what looks like a card number."""

    table: str
    column: str
    count: int
    looked_at: int
    is_named_so: bool


def filled_columns(
    connection: sa.Connection, table: CatalogueTable, rows_max: int | None
) -> tuple[list[FilledColumn], int]:
    """The columns with such values, and how many rows were looked at; all of them without a bound."""
    texts = [column for column in table.columns if _may_hold(column)]
    if not texts:
        return [], 0
    columns: list[sa.ColumnClause[str]] = [sa.column(column.name) for column in texts]
    asked = sa.select(*columns).select_from(sa.table(table.name, schema=table.schema)).limit(rows_max)
    counts: Counter[str] = Counter()
    looked_at = 0
    for row in connection.execute(asked.execution_options(yield_per=_AT_ONCE)):
        looked_at += 1
        counts.update(
            column.name
            for column, value in zip(texts, tuple(row), strict=True)
            if _holds(column, str(value or "").strip())
        )
    named = _named_so(texts)
    found = [
        FilledColumn(table.name, name, count, looked_at, name in named) for name, count in counts.items()
    ]
    return found, looked_at


def card_columns(connection: sa.Connection, table: CatalogueTable) -> frozenset[str]:
    """The columns that look like card numbers in any row, or are named after them; no memos."""
    found, _ = filled_columns(connection, table, None)
    return frozenset(each.column for each in found) | _named_so(table.columns)


def _named_so(columns: Collection[CatalogueColumn]) -> frozenset[str]:
    return frozenset(each.name for each in columns if each.letter in {"C", "V"} and _is_named_so(each.name))


def _may_hold(column: CatalogueColumn) -> bool:
    return column.letter in {"C", "V"} and (column.shape.width >= _SHORTEST or _is_named_so(column.name))


def _is_named_so(name: str) -> bool:
    return name.lower() not in clean_object({name.lower(): "x"})[0]


def _holds(column: CatalogueColumn, text: str) -> bool:
    if not text:
        return False
    if _is_named_so(column.name):
        return True
    return bool(_DIGITS.search(text)) and any(find_card_numbers(text, everywhere=False))
