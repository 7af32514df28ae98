"""A plan with what the site adds to it: columns on new rows, and rows of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from counterfoil.connectors.sagepro.additions import MARK, AddedRow, AdditionError, OwnRow, taken, words_of
from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName, Value
from counterfoil.domain.facts.fact import Fact


def with_additions(plan: Plan, fact: Fact, word: str, profile: Profile) -> Plan:
    """The plan of a fact, whose kind has the word, with the site's own columns and rows.

    Raises:
        AdditionError: the mapping does not fit the fact, or its rows would unbalance the distributions.
    """
    words = words_of(fact, plan.document)
    rows = [_row(added, words, profile) for added in profile.added_rows if word in added.facts]
    odd = sum((_debit(row) for row in rows), Decimal(0))
    if odd:
        raise AdditionError(
            f"added_rows: the rows for {TableName.DISTRIBUTIONS.value} sum to {odd}, not zero"
        )
    rows += [_own_row(own, words) for own in profile.own_rows if word in own.facts]
    operations = tuple(_widened(one, word, words, profile) for one in _with_rows(plan.operations, rows))
    return replace(plan, operations=operations)


def _with_rows(operations: tuple[Operation, ...], rows: list[Append]) -> Iterator[Operation]:
    """New rows stand before what changes rows: details first, balances last."""
    yield from rows if operations else ()
    yield from operations


def _widened(one: Operation, word: str, words: Mapping[str, Value], profile: Profile) -> Operation:
    if not isinstance(one, Append):
        return one
    added = {
        MARK + field: taken(column, column.kind, words, f"added_columns.{one.table.value}.{field}")
        for field, column in profile.added_columns.get(one.table, {}).items()
        if not column.facts or word in column.facts
    }
    return replace(one, values={**one.values, **added}) if added else one


def _row(added: AddedRow, words: Mapping[str, Value], profile: Profile) -> Append:
    values = {
        name: taken(
            source, _kind(added.table, name, profile), words, f"added_rows.{added.table.value}.{name}"
        )
        for name, source in added.columns.items()
    }
    return Append(table=added.table, values=values)


def _own_row(own: OwnRow, words: Mapping[str, Value]) -> Append:
    values = {
        MARK + name: taken(column, column.kind, words, f"own_rows.{own.table}.{name}")
        for name, column in own.columns.items()
    }
    return Append(table=TableName.own(own.table), values=values)


def _kind(table: TableName, name: str, profile: Profile) -> Kind:
    if not name.startswith(MARK):
        return COLUMNS[table][name].kind
    column = profile.added_columns.get(table, {}).get(name.removeprefix(MARK))
    if column is None:
        raise AdditionError(
            f"added_rows.{table.value}.{name}: name its kind under added_columns.{table.value}"
        )
    return column.kind


def _debit(row: Append) -> Decimal:
    amount = row.values.get("amount")
    is_distribution = row.table is TableName.DISTRIBUTIONS
    return amount if is_distribution and isinstance(amount, Decimal) else Decimal(0)
