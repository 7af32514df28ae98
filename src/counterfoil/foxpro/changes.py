"""The net changes of one transaction, table by table, and how they reach the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from counterfoil.foxpro.errors import VerificationError
from counterfoil.foxpro.files import PAGE, PageWrite, TableFile
from counterfoil.foxpro.record import DELETED, LIVE
from counterfoil.foxpro.table import Table

Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; an appended row was nothing before. `place` is its turn in the group."""

    recno: int
    before: bytes
    after: bytes
    place: int
    postings: tuple[str, ...]

    @property
    def is_append(self) -> bool:
        return not self.before


@dataclass(frozen=True, slots=True)
class PageChange:
    """One index page: the digest of what it was and what it becomes."""

    before: bytes
    write: PageWrite


@dataclass(frozen=True, slots=True)
class TableChange:
    """What happens to one table. Appended rows stand one after the other behind the last row of before."""

    table: str
    rows: tuple[RowChange, ...]
    pages: tuple[PageChange, ...]

    @property
    def appends(self) -> list[RowChange]:
        return [row for row in self.rows if row.is_append]

    @property
    def updates(self) -> list[RowChange]:
        return [row for row in self.rows if not row.is_append]


def page_digest(file: TableFile, offset: int) -> bytes:
    """What tells whether a page is still what it was; empty where there is none, or nothing but zeros."""
    data = file.read_at(offset, PAGE)
    return digest(data) if data.strip(b"\0") else b""


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def stage(tables: Tables, changes: Iterable[TableChange]) -> None:
    """Write the changes, appended rows as deleted ones with their keys; doing it again does no harm.

    The caller holds every lock, from here until the rows are enlivened.
    """
    for change in changes:
        table, appends = tables[change.table], change.appends
        if appends:
            raws = [DELETED + row.after[1:] for row in appends]
            table.storage.write_end(appends[0].recno, raws, table.today)
        if table.index:
            table.index.file.apply([page.write for page in change.pages])
        for row in change.updates:
            table.storage.write_raw(row.recno, row.after)


def enliven(tables: Tables, changes: Sequence[TableChange]) -> None:
    """Bring the appended rows to life in the order asked for, and wait until all is on the disk."""
    appended = [(row.place, change.table, row.recno) for change in changes for row in change.appends]
    for _, name, recno in sorted(appended):
        tables[name].storage.write_flag(recno, LIVE)
    for change in changes:
        tables[change.table].sync()


def verify(tables: Tables, changes: Iterable[TableChange]) -> None:
    """Read everything back: each row's bytes, and each of its keys in each tag."""
    for change in changes:
        table = tables[change.table]
        if table.index:
            table.index.reread(page.write.offset for page in change.pages)
        for row in change.rows:
            if table.raw(row.recno) != row.after:
                raise VerificationError(table.name, row.recno, "its bytes")
            if table.index and (tag := table.index.lacking(row.recno, row.after)):
                raise VerificationError(table.name, row.recno, f"its key in tag {tag}")
