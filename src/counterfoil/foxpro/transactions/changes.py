"""The net changes of one transaction, table by table, and how they reach the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from counterfoil.foxpro.errors import VerificationError
from counterfoil.foxpro.files.table_file import PAGE, PageWrite, TableFile
from counterfoil.foxpro.records.record import DELETED, LIVE
from counterfoil.foxpro.table import Table

Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Tally:
    """A total and its parts as they stood under the locks; `gap` is the total less the sum of the parts.

    The parts are the live rows of the table whose key in the tag begins with the prefix. `added` names the
    fields of the total's row that are added to.
    """

    total: str
    table: str
    tag: str
    prefix: bytes
    part: str
    gap: Decimal
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row before and after; before an appended one lies what the file held behind its last row.

    `place` is its turn in the group, `key` names the fields by which it is known again, `memos` is the digest
    of the memos that it points to and did not before.
    """

    recno: int
    before: bytes
    after: bytes
    place: int
    postings: tuple[str, ...]
    is_append: bool = False
    key: tuple[str, ...] = ()
    tally: Tally | None = None
    memos: bytes = b""

    @property
    def old_row(self) -> bytes | None:
        """The row before; an appended one was none."""
        return None if self.is_append else self.before


@dataclass(frozen=True, slots=True)
class PageChange:
    """One index page: the digest of what it was and what it becomes."""

    before: bytes
    write: PageWrite


@dataclass(frozen=True, slots=True)
class TableChange:
    """What happens to one table, which held `count` records before."""

    table: str
    count: int
    rows: tuple[RowChange, ...]
    pages: tuple[PageChange, ...]

    @property
    def appends(self) -> list[RowChange]:
        """The appended rows in the order of their numbers."""
        return sorted((row for row in self.rows if row.is_append), key=lambda row: row.recno)

    @property
    def updates(self) -> list[RowChange]:
        return [row for row in self.rows if not row.is_append]

    @property
    def in_order(self) -> list[RowChange]:
        """The rows in the order in which they are written."""
        return [*self.appends, *self.updates]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A row that somebody else changed after a crash and that a person must judge; `why` says what was seen.

    `found` stands at its number now, nothing where the table ends before it; `found_at` is the number at
    which the row itself stands now, None where it is nowhere.
    """

    table: str
    recno: int
    before: bytes
    after: bytes
    found: bytes
    found_at: int | None
    why: str
    postings: tuple[str, ...]


def page_digest(file: TableFile, offset: int) -> bytes:
    """What tells whether a page is still what it was; empty where there is none, or nothing but zeros."""
    data = file.read_at(offset, PAGE)
    return digest(data) if data.strip(b"\0") else b""


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def memo_digest(table: Table, before: bytes | None, after: bytes) -> bytes:
    """The digest of the memos that a row points to and did not before; empty where there are none."""
    memos = []
    for field in table.codec.memos:
        block = table.codec.value(after, 0, field.name)
        was = before[field.offset : field.end] if before else b""
        if table.storage.memo and isinstance(block, int) and block and after[field.offset : field.end] != was:
            memos.append(digest(table.storage.memo.read(block)))
    return digest(b"".join(memos)) if memos else b""


def stage(tables: Tables, changes: Iterable[TableChange]) -> None:
    """Write the changes, appended rows as deleted ones with their keys; doing it again does no harm.

    The caller holds every lock, from here until the rows are enlivened.
    """
    for change in changes:
        table = tables[change.table]
        _stage_appends(table, change.appends)
        if table.index:
            table.index.file.apply([page.write for page in change.pages])
        for row in change.updates:
            table.storage.write_raw(row.recno, row.after)


def _stage_appends(table: Table, appends: Sequence[RowChange]) -> None:
    """Rows that are there already, after a crash, keep their flag; the others go behind the last row.

    With those that are there the header is written again: the disk may not have taken the record count.
    """
    count, storage = table.record_count if appends else 0, table.storage
    there = [row for row in appends if row.recno <= count]
    if there:
        storage.rewrite_header()
    storage.counters.raise_to([row.after for row in there])
    for row in there:
        flag = LIVE if storage.dbf.read_at(storage.header.offset_of(row.recno), 1) == LIVE else DELETED
        storage.write_raw(row.recno, flag + row.after[1:])
    following = appends[len(there) :]
    if following:
        raws = [DELETED + row.after[1:] for row in following]
        storage.write_end(following[0].recno, raws, table.today)


def enliven(tables: Tables, changes: Iterable[TableChange]) -> None:
    """Bring the appended rows to life in the order asked for."""
    appended = [(row.place, change.table, row.recno) for change in changes for row in change.appends]
    for _, name, recno in sorted(appended):
        tables[name].storage.write_flag(recno, LIVE)


def verify(tables: Tables, changes: Iterable[TableChange]) -> None:
    """Read everything back: each row's bytes, and each of its keys in each tag."""
    for change in changes:
        table = tables[change.table]
        if table.index:
            table.index.reread(page.write.offset for page in change.pages)
        for row in change.rows:
            if table.raw(row.recno) != row.after:
                raise VerificationError(table.name, row.recno, "its bytes")
            if table.index and (lacking := table.index.lacking(row.recno, row.after)):
                raise VerificationError(table.name, row.recno, f"its key in tag {lacking[0].tag.name}")
