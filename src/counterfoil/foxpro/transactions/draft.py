"""The rows of a group of postings as they would become, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from counterfoil.foxpro.errors import (
    BusyError,
    FieldValueError,
    FoxProError,
    KeyExistsError,
    StorageError,
)
from counterfoil.foxpro.files.counters import Numbers
from counterfoil.foxpro.files.table_locks import Deadline
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import (
    PageChange,
    RowChange,
    TableChange,
    Tables,
    Tally,
    memo_digest,
    page_digest,
)
from counterfoil.foxpro.transactions.operations import (
    Add,
    Append,
    Busy,
    GuardFailed,
    Operation,
    Outcome,
    Posting,
    Refused,
    Set,
    Written,
)
from counterfoil.foxpro.transactions.tallies import take_tally

ADDABLE = frozenset("NFIY")
DELETED_GUARD = "deleted()"
"""The field that a GuardFailed names when the row was deleted meanwhile."""
COUNT_GUARD = "reccount()"
"""The same where rows were added meanwhile."""

Row = tuple[str, int]
Key = tuple[str, str, bytes]


class _NewRow(NamedTuple):
    """What the next row of a table gets."""

    recno: int
    numbers: Numbers


class Draft:
    """Takes postings one after the other; each sees what those before it did. One net image a row."""

    def __init__(self, tables: Tables, deadline: Deadline) -> None:
        self._tables = tables
        self._deadline = deadline
        self._images: dict[Row, bytes] = {}
        self._postings: dict[Row, list[str]] = {}
        self._keys: dict[Key, int] = {}
        self._names: dict[Row, tuple[str, ...]] = {}
        self._tallies: dict[Row, Tally | None] = {}
        self._counts = {name: table.record_count for name, table in tables.items()}
        self._next = {
            name: _NewRow(self._counts[name] + 1, table.storage.counters.numbers())
            for name, table in tables.items()
        }

    def take(self, posting: Posting) -> Outcome:
        """Add the posting's changes to the draft, or say why none of them can be."""
        trial = _Trial(self._tables, self._images, self._next, self._deadline)
        failed = self._outgrown(posting)
        if failed:
            return failed
        try:
            for operation in posting.operations:
                failed = trial.do(operation)
                if failed:
                    return failed
            self._keys |= self._checked_keys(trial.images)
            self._tallies |= self._new_tallies(trial.adds)
        except BusyError as error:
            return Busy(f"{error.table} {error.what}", error.by)
        except StorageError:
            raise
        except FoxProError as error:
            return Refused(error)
        self._images |= trial.images
        self._next = trial.next
        self._names = trial.names | self._names
        for row in trial.images:
            self._postings.setdefault(row, []).append(posting.id)
        return Written(tuple(trial.appended))

    def _outgrown(self, posting: Posting) -> GuardFailed | None:
        """Whether others added rows to a table that was to be as it was looked at."""
        for one in posting.operations:
            if isinstance(one, Append) and one.rows_before not in {None, self._counts[one.table]}:
                count = self._counts[one.table]
                return GuardFailed(one.table, count, COUNT_GUARD, one.rows_before, count)
        return None

    def changes(self) -> list[TableChange]:
        """The net changes of the tables that change, in the order of writing, with their index pages."""
        changes = []
        for name in sorted(self._tables, key=lambda name: str(self._tables[name].storage.path)):
            rows = tuple(self._rows(name))
            if rows:
                pages = tuple(self._pages(self._tables[name], rows))
                changes.append(TableChange(name, self._counts[name], rows, pages))
        return changes

    def _rows(self, name: str) -> Iterator[RowChange]:
        for place, ((table, recno), after) in enumerate(self._images.items()):
            if table != name:
                continue
            is_append = recno > self._counts[name]
            before = self._behind(name, recno) if is_append else self._on_disk(name, recno)
            if before != after:
                yield RowChange(
                    recno=recno,
                    before=before,
                    after=after,
                    place=place,
                    postings=tuple(self._postings[name, recno]),
                    is_append=is_append,
                    key=self._names.get((name, recno), ()),
                    tally=self._tallies.get((name, recno)),
                    memos=memo_digest(self._tables[name], None if is_append else before, after),
                )

    def _pages(self, table: Table, rows: tuple[RowChange, ...]) -> Iterator[PageChange]:
        index = table.index
        if index is None:
            return
        edits = [edit for row in rows for edit in index.edits(row.recno, row.old_row, row.after)]
        for write in index.plan(edits):
            yield PageChange(page_digest(index.file, write.offset), write)

    def _on_disk(self, name: str, recno: int) -> bytes:
        return self._tables[name].raw(recno) if recno <= self._counts[name] else b""

    def _behind(self, name: str, recno: int) -> bytes:
        """What the file holds where a row is appended: its end mark at most, as a rule."""
        storage = self._tables[name].storage
        return storage.dbf.read_at(storage.header.offset_of(recno), storage.header.record_length)

    def _new_tallies(self, adds: Mapping[Row, Add]) -> dict[Row, Tally | None]:
        """The totals and their parts as they stand before the group."""
        tallies: dict[Row, Tally | None] = {}
        for (name, recno), add in adds.items():
            known = self._tallies.get((name, recno))
            if known is not None:
                tallies[name, recno] = replace(known, added=tuple(dict.fromkeys((*known.added, *add.deltas))))
            elif add.sum is not None and recno <= self._counts[name]:
                total = self._tables[name].codec.value(self._on_disk(name, recno), recno, add.sum.total)
                tallies[name, recno] = take_tally(self._tables[add.sum.table], add, total)
        return tallies

    def _checked_keys(self, images: Mapping[Row, bytes]) -> dict[Key, int]:
        """The candidate keys that rows take; raises where one is taken already or an index is damaged."""
        keys: dict[Key, int] = {}
        for (name, recno), raw in images.items():
            index = self._tables[name].index
            if index is None:
                continue
            edits = index.edits(recno, self._on_disk(name, recno) or None, raw)
            index.refuse_damaged(edits)
            index.refuse_taken(edits)
            for tag, _, _, key in edits:
                if tag.candidate and key is not None:
                    pending = (self._keys | keys).get((name, tag.name, key), recno)
                    if pending != recno:
                        raise KeyExistsError(name, tag.name, pending)
                    keys[name, tag.name, key] = recno
        return keys


class _Trial:
    """One posting on top of a draft."""

    def __init__(
        self, tables: Tables, under: Mapping[Row, bytes], following: Mapping[str, _NewRow], deadline: Deadline
    ) -> None:
        self.images: dict[Row, bytes] = {}
        self.appended: list[int] = []
        self.next = dict(following)
        self.names: dict[Row, tuple[str, ...]] = {}
        self.adds: dict[Row, Add] = {}
        self._tables = tables
        self._under = under
        self._deadline = deadline

    def do(self, operation: Operation) -> GuardFailed | None:
        """Work out one operation; what it finds wrong with its row keeps the posting out."""
        table = self._tables[operation.table]
        if isinstance(operation, Append):
            self._append(table, operation)
            return None
        row = (operation.table, operation.recno)
        raw = self.images.get(row) or self._under.get(row) or table.raw(operation.recno)
        failed = _first_failed(table, operation, raw)
        if failed is None:
            values = operation.values if isinstance(operation, Set) else _sums(table, operation, raw)
            self.images[row] = table.encode(values, base=raw, deadline=self._deadline)
            if operation.key:
                self.names[row] = operation.key
            if isinstance(operation, Add):
                self.adds[row] = operation
        return failed

    def _append(self, table: Table, operation: Append) -> None:
        recno, numbers = self.next[operation.table]
        table.storage.refuse_append(recno)
        raw = table.encode(operation.values, deadline=self._deadline)
        self.images[operation.table, recno], numbers = table.storage.counters.numbered(raw, numbers)
        self.next[operation.table] = _NewRow(recno + 1, numbers)
        if operation.key:
            self.names[operation.table, recno] = operation.key
        self.appended.append(recno)


def _first_failed(table: Table, operation: Set | Add, raw: bytes) -> GuardFailed | None:
    if raw[0] == DELETED_FLAG:
        return GuardFailed(operation.table, operation.recno, DELETED_GUARD, expected=False, found=True)
    for name, expected in operation.guards.items():
        found = table.codec.value(raw, operation.recno, name)
        if not _is_same(expected, found):
            return GuardFailed(operation.table, operation.recno, name, expected, found)
    return None


def _is_same(expected: Value, found: Value) -> bool:
    """Blanks at the end of a text do not count, and a blank text is as good as none."""
    if isinstance(expected, str):
        expected = expected.rstrip(" ")
    return expected == found or (expected in ("", None) and found in ("", None))


def _sums(table: Table, operation: Add, raw: bytes) -> dict[str, Value]:
    sums: dict[str, Value] = {}
    for name, delta in operation.deltas.items():
        field, _ = table.codec.field(name)
        found = table.codec.value(raw, operation.recno, name)
        if field.type not in ADDABLE:
            raise FieldValueError(table.name, field.name, "cannot be added to; only N, F, I and Y fields can")
        if table.codec.is_null(raw, name) or not isinstance(found, int | Decimal | None):
            what = "null" if found is None else str(found)
            reason = f"record {operation.recno} holds {what}, to which nothing can be added; set it first"
            raise FieldValueError(table.name, field.name, reason)
        sums[name] = (found or 0) + delta
    return sums
