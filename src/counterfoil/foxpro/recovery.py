"""After a crash: decided transactions are rolled forward; what somebody else changed since is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from counterfoil.foxpro.changes import (
    PageChange,
    RowChange,
    TableChange,
    Tables,
    digest,
    enliven,
    page_digest,
    stage,
    verify,
)
from counterfoil.foxpro.errors import IndexDamagedError
from counterfoil.foxpro.journal import Journal
from counterfoil.foxpro.locks import Deadline, Patience
from counterfoil.foxpro.record import DELETED, LIVE
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.table_index import Edit, TableIndex

PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class RolledForward:
    """An interrupted transaction is now on the disk as it was decided."""

    entry: int
    postings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that is neither what it was nor what it should become; a person must decide."""

    table: str
    recno: int
    before: bytes
    after: bytes
    found: bytes
    postings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Rolled forward but for rows that somebody else changed after the crash; those were not touched."""

    entry: int
    rows: tuple[QuarantinedRow, ...]

    @property
    def postings(self) -> tuple[str, ...]:
        """The postings that touch such a row."""
        return tuple(dict.fromkeys(posting for row in self.rows for posting in row.postings))


Recovery = RolledForward | Quarantined


def recover(
    journal: Journal, open_table: Callable[[str], Table], *, patience: Patience = PATIENCE
) -> list[Recovery]:
    """Finish every interrupted transaction, oldest first; before any new work.

    `open_table` opens a table for writing by the name that the operations used. A table that is locked or an
    index that is damaged ends it with an error; what is left stays in the journal for the next time.
    """
    return [_recover_entry(journal, entry, open_table, patience) for entry in journal.unfinished()]


def _recover_entry(
    journal: Journal, entry: int, open_table: Callable[[str], Table], patience: Patience
) -> Recovery:
    with ExitStack() as stack:
        changes = journal.changes(entry)
        tables = {one.table: stack.enter_context(open_table(one.table)) for one in changes}
        changes.sort(key=lambda one: str(tables[one.table].storage.path))
        _lock(tables, changes, stack, patience.deadline())
        strange: list[QuarantinedRow] = []
        staged = journal.is_staged(entry)
        needed = [_needed(tables[one.table], one, strange, staged=staged) for one in changes]
        stage(tables, needed)
        _announce(tables, changes)
        journal.mark_staged(entry)
        enliven(tables, needed)
        verify(tables, needed)
        if strange:
            journal.quarantine(entry, {(row.table, row.recno) for row in strange})
            return Quarantined(entry, tuple(strange))
        journal.finish(entry)
        postings = (posting for change in changes for row in change.rows for posting in row.postings)
        return RolledForward(entry, tuple(dict.fromkeys(postings)))


def _lock(tables: Tables, changes: Sequence[TableChange], stack: ExitStack, deadline: Deadline) -> None:
    for change in changes:
        recnos = [row.recno for row in change.rows]
        stack.enter_context(tables[change.table].locks.records(recnos, deadline))
    for change in changes:
        table = tables[change.table]
        stack.enter_context(table.locks.header(deadline))
        first = table.record_count + 1
        stack.enter_context(table.locks.records(range(first, first + len(change.appends)), deadline))
    for change in changes:
        index = tables[change.table].index
        if index:
            stack.enter_context(index.writing(deadline))


def _announce(tables: Tables, changes: Sequence[TableChange]) -> None:
    """Others may have kept pages since before the crash and counted as far as we did meanwhile."""
    for change in changes:
        index = tables[change.table].index
        if index and change.pages:
            index.announce()


def _needed(table: Table, change: TableChange, strange: list[QuarantinedRow], *, staged: bool) -> TableChange:
    """What must still be written to one table; strange rows are put aside."""
    if _is_untouched(table, change):
        return change
    repair = _Repair(table, change, staged=staged)
    needed = repair.change()
    strange.extend(repair.strange)
    return needed


def _is_untouched(table: Table, change: TableChange) -> bool:
    """Nobody but us wrote here since, so that everything may simply be written again."""
    appends = change.appends
    first = appends[0].recno if appends else table.record_count + 1
    if table.record_count not in {first - 1, first - 1 + len(appends)}:
        return False
    rows_ours = all(_is_ours(table, row) for row in change.rows)
    return rows_ours and _pages_ours(table.index, change.pages)


def _is_ours(table: Table, row: RowChange) -> bool:
    if row.is_append:
        return not _is_row(table, row.recno) or table.raw(row.recno)[1:] == row.after[1:]
    return row.recno <= table.record_count and table.raw(row.recno) in {row.before, row.after}


def _is_row(table: Table, recno: int) -> bool:
    """Whether somebody wrote the row; a power cut may take its bytes and leave the count."""
    storage = table.storage
    raw = storage.dbf.read_at(storage.header.offset_of(recno), storage.header.record_length)
    is_whole = len(raw) == storage.header.record_length and raw[:1] in {LIVE, DELETED}
    return is_whole and recno <= table.record_count


def _pages_ours(index: TableIndex | None, pages: Sequence[PageChange]) -> bool:
    """Each page is old or new, in any mixture that a power cut may leave.

    Whoever else writes changes the counter, on a page that is always among ours. Where that made it equal to
    ours, their pages are others than ours, and both stay.
    """
    return index is None or all(
        page_digest(index.file, page.write.offset) in {page.before, digest(page.write.data)} for page in pages
    )


class _Repair:
    """What one table needs where somebody else wrote since: row by row, key by key."""

    def __init__(self, table: Table, change: TableChange, *, staged: bool) -> None:
        self.strange: list[QuarantinedRow] = []
        self._table = table
        self._change = change
        self._staged = staged
        self._count = table.record_count

    def change(self) -> TableChange:
        self._refuse_damaged_index()
        rows = (*self._updates(), *self._appends())
        index = self._table.index
        if index is None:
            return TableChange(self._change.table, rows, ())
        becomes = {row.recno: row.after for row in rows}
        becomes |= {row.recno: row.found for row in self.strange}
        suspects = [(row.recno, image) for row in self._change.rows for image in (row.before, row.after)]
        edits = dict.fromkeys(self._edits(index, becomes, suspects))
        pages = tuple(PageChange(b"", write) for write in index.plan(edits))
        return TableChange(self._change.table, rows, pages)

    def _refuse_damaged_index(self) -> None:
        for tag in self._table.tags.values():
            findings = tag.check()
            if findings:
                reason = (
                    f"tag {tag.name}: {findings[0]}; reindex the table in FoxPro, then run recovery again"
                )
                raise IndexDamagedError(self._table.name, reason)

    def _found(self, recno: int) -> bytes:
        return self._table.raw(recno) if recno <= self._count else b""

    def _updates(self) -> Iterator[RowChange]:
        for row in self._change.updates:
            found = self._found(row.recno)
            if found in {row.before, row.after} and not self._is_taken(row, row.recno):
                yield row
            else:
                self._quarantine(row)

    def _appends(self) -> Iterator[RowChange]:
        """Each appended row where it is, planned or not; else once more behind the last row.

        Once all were staged, others may have seen and changed them: what is then not found was changed.
        """
        used: set[int] = set()
        following = self._count + 1
        for row in self._change.appends:
            at = self._place_of(row, used)
            if (at is None and self._staged) or self._is_taken(row, at or following):
                self._quarantine(row)
                continue
            if at is None:
                at, found = following, b""
                following += 1
            else:
                found = self._found(at)
            used.add(at)
            yield replace(row, recno=at, before=found)

    def _quarantine(self, row: RowChange) -> None:
        found = self._found(row.recno)
        quarantined = QuarantinedRow(
            self._change.table, row.recno, row.before, row.after, found, row.postings
        )
        self.strange.append(quarantined)

    def _is_taken(self, row: RowChange, at: int) -> bool:
        """Whether a row of somebody else has a candidate key by now that this one should get at its place."""
        return any(
            other != at and (found := self._found(other)) and tag.key_of(other, found) == key
            for tag in self._table.tags.values()
            if tag.candidate and (key := tag.key_of(at, row.after)) is not None
            if not row.before or tag.key_of(at, row.before) != key
            for other in tag.matching(key)
        )

    def _place_of(self, row: RowChange, used: set[int]) -> int | None:
        first = self._change.appends[0].recno
        candidates = [row.recno, *range(first, self._count + 1)]
        return next(
            (at for at in candidates if at not in used and self._found(at)[1:] == row.after[1:]), None
        )

    def _edits(
        self, index: TableIndex, becomes: dict[int, bytes], suspects: list[tuple[int, bytes]]
    ) -> Iterator[Edit]:
        """Keys that rows lack, and keys of our images that are there and that their rows do not have."""
        for tag in index.kept:
            for recno, raw in becomes.items():
                key = tag.key_of(recno, raw) if raw else None
                if key is not None and not tag.contains(key, recno):
                    yield Edit(tag, recno, None, key)
            for recno, image in suspects:
                key = tag.key_of(recno, image) if image else None
                there = becomes.get(recno) or self._found(recno)
                if key is None or (there and tag.key_of(recno, there) == key):
                    continue
                if tag.contains(key, recno):
                    yield Edit(tag, recno, key, None)
