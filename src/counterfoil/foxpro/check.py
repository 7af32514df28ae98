"""Whether a table, its memos and its index tags hold together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from counterfoil.foxpro.cdx import Tag
from counterfoil.foxpro.errors import FoxProError, IndexDamagedError, KeyValueError
from counterfoil.foxpro.findings import Finding
from counterfoil.foxpro.record import DELETED_FLAG
from counterfoil.foxpro.table import Table

FINDINGS_MAX = 1000


def check_table(path: Path) -> list[str]:
    """Everything that is wrong with the table, in words; an empty list where it is sound."""
    return [str(finding) for finding in table_findings(path) if finding.is_fault]


def table_findings(path: Path) -> Iterator[Finding]:
    """Everything about the table that is wrong or worth knowing.

    Rows flagged deleted may be in a tag or not: FoxPro keeps them there, an interrupted append may not.
    """
    try:
        with Table.open(path) as table:
            yield from islice(_findings(table), FINDINGS_MAX)
    except FoxProError as error:
        yield Finding(str(error))


def _findings(table: Table) -> Iterator[Finding]:
    header, size = table.storage.header, table.storage.dbf.size()
    needed = header.offset_of(table.record_count + 1)
    if size < needed:
        missing = f"the file is {needed - size} bytes too short"
        yield Finding(f"the header counts {table.record_count} records, {missing}")
        return
    for recno, raw in table.storage.raws():
        if raw[:1] not in {b" ", b"*"}:
            yield Finding(f"record {recno} begins with {raw[:1]!r} instead of a deletion flag")
        try:
            table.record_of(recno, raw)
        except FoxProError as error:
            yield Finding(f"record {recno}: {error}")
    if table.index:
        with table.index.reading(table.patience.deadline()):
            yield from table.index.check()
            for tag in table.tags.values():
                yield from _tag_findings(table, tag)


def _tag_findings(table: Table, tag: Tag) -> Iterator[Finding]:
    try:
        for fault in _key_faults(table, tag):
            yield Finding(fault, tag=tag.name)
    except IndexDamagedError as error:
        yield Finding(error.reason, tag=tag.name)


def _key_faults(table: Table, tag: Tag) -> Iterator[str]:
    if tag.key is None:
        yield f"not checked: {tag.refusal}"
        return
    if tag.is_bitmap:
        return
    rows = _Rows(table, tag)
    yield from rows.unreadable.values()
    seen: set[int] = set()
    taken: dict[bytes, int] = {}
    for key, recno in tag.scan():
        if recno in seen:
            yield f"record {recno} is in it twice"
        seen.add(recno)
        yield from rows.faults(key, recno)
        if tag.candidate and recno in rows.live and taken.setdefault(key, recno) != recno:
            yield f"records {taken[key]} and {recno} have the same key"
    if tag.unique:  # Of the rows with one key it holds the first, and none where that one left it.
        return
    for recno in sorted(recno for recno in rows.live - seen if rows.keys[recno] is not None):
        yield f"record {recno} is missing"


class _Rows:
    """The key of every row for one tag."""

    def __init__(self, table: Table, tag: Tag) -> None:
        self._comparable = tag.is_in_machine_order
        self.keys: dict[int, bytes | None] = {}
        self.live: set[int] = set()
        self.unreadable: dict[int, str] = {}
        for recno, raw in table.storage.raws():
            try:
                self.keys[recno] = tag.key_of(recno, raw)
            except KeyValueError as error:
                self.unreadable[recno] = f"record {recno}: {error}"
            else:
                if raw[0] != DELETED_FLAG:
                    self.live.add(recno)

    def faults(self, key: bytes, recno: int) -> Iterator[str]:
        """What is wrong with an entry of the tag."""
        if recno in self.unreadable:
            return
        if recno not in self.keys:
            yield f"record {recno} is in it and not in the table"
        elif self.keys[recno] is None or (self._comparable and self.keys[recno] != key):
            deleted = "" if recno in self.live else "deleted "
            yield f"{deleted}record {recno} is in it with a key that is not its own"
