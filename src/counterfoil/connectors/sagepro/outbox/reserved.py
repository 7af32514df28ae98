"""The books as they will stand once what was handed over is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.connectors.sagepro.entries import ROW_KEYS, ChangedRow, Entry
from counterfoil.connectors.sagepro.outbox.entry_file import FREE_SUMS
from counterfoil.connectors.sagepro.outbox.handed import Handed, State
from counterfoil.connectors.sagepro.planning import Ledger, Tables
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.keys import PostingKey

_Known = tuple[TableName, frozenset[tuple[str, Value]]]


class UncertainRowError(Exception):
    """A row of which nobody knows whether an entry's changes are in it."""


class ReservedTables:
    """Tables in which the entries' changes to existing rows are made already, in their order.

    So an invoice has no more open than is not on its way, and each entry assumes those before it. Rows that
    the entries add are not there yet: nothing can be applied to them before they have a record.
    """

    def __init__(self, tables: Tables, entries: Sequence[Entry], uncertain: Sequence[Handed] = ()) -> None:
        """Rows that an uncertain entry changes are refused when a plan would rest on them."""
        self._tables = tables
        self._uncertain = {
            known(changed): one
            for one in uncertain
            for changed in one.entry.changed
            if changed.table not in FREE_SUMS
        }
        self._changes: dict[_Known, list[ChangedRow]] = defaultdict(list)
        for entry in entries:
            for changed in entry.changed:
                self._changes[known(changed)].append(changed)

    @property
    def profile(self) -> Profile:
        return self._tables.profile

    def bound(self, name: TableName) -> BoundTable:
        return self._tables.bound(name)

    def has(self, name: TableName) -> bool:
        return self._tables.has(name)

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        for row, fields in self._tables.find_with_fields(name, column, text):
            yield self._after(row, fields)[0]

    def find_with_fields(self, name: TableName, column: str, text: str) -> Iterator[tuple[Row, Fields]]:
        for row, fields in self._tables.find_with_fields(name, column, text):
            uncertain = self._uncertain.get(_known(name, row.values))
            if uncertain is not None:
                raise UncertainRowError(_explained(uncertain))
            yield self._after(row, fields)

    def moved_receipts(self, customer: str, since: date) -> Iterable[Row]:
        return self._tables.moved_receipts(customer, since)

    def _after(self, row: Row, fields: Fields) -> tuple[Row, Fields]:
        changes = self._changes.get(_known(row.table, row.values), ())
        if not changes:
            return row, fields
        values = dict(row.values)
        for change in changes:
            for column, delta in change.added.items():
                values[column] = Row(table=row.table, record=row.record, values=values).money(column) + delta
            values |= {column: after for column, (_, after) in change.replaced.items()}
        moved = {column: value for column, value in values.items() if value != row.values.get(column)}
        rendered = self._tables.bound(row.table).render(moved)
        return Row(table=row.table, record=row.record, values=values), {**fields, **rendered}


class ReservedLedger:
    """The posting ledger, where what is on its way counts among what builds on a posting."""

    def __init__(self, ledger: Ledger, entries: Sequence[Entry]) -> None:
        self._ledger = ledger
        self._entries = entries

    def last_number(self, name: str) -> int | None:
        return self._ledger.last_number(name)

    def entry(self, key: PostingKey) -> Entry | None:
        return self._ledger.entry(key)

    def citing(self, key: PostingKey) -> tuple[Entry, ...]:
        return (*self._ledger.citing(key), *(one for one in self._entries if key in one.fact.cites))


def known(changed: ChangedRow) -> _Known:
    """The row as it is known again, whatever its record number."""
    return changed.table, frozenset(changed.key.items())


def _known(name: TableName, values: Mapping[str, Value]) -> _Known:
    return name, frozenset((column, values[column]) for column in ROW_KEYS.get(name, ()) if column in values)


def _explained(one: Handed) -> str:
    if one.state is State.DOUBT:
        return f"entry {one.number} of the outbox is in doubt: compare its rows, then judge it"
    return (
        f"entry {one.number} of the outbox is being imported, or was interrupted: wait, or start the import"
    )
