"""Whether a table, its memos and its index tags hold together, while others may work in it.

What is found while others write may be out of date by the time it is compared. So every difference is looked
at once more, under the locks of its record and of the index, before it is told. No lock is held for longer
than it takes to read a few hundred pages, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from counterfoil.foxpro.checking.keys import KeyCheck
from counterfoil.foxpro.checking.rows import RowCheck
from counterfoil.foxpro.errors import CodePageError, FoxProError, IndexDamagedError, TableFormatError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.files.table_storage import END_OF_FILE
from counterfoil.foxpro.index.findings import Advance, Finding, Severity, no_progress
from counterfoil.foxpro.index.table_index import TableIndex
from counterfoil.foxpro.table import PATIENCE, Table

FINDINGS_MAX = 1000
STILL_LOOKS_MAX = 3


def check_table(path: Path | str) -> list[str]:
    """Everything that is wrong with the table, in words; an empty list where it is sound."""
    try:
        return [str(finding) for finding in table_findings(path) if finding.is_fault]
    except FoxProError as error:
        return [str(error)]


def table_findings(
    path: Path | str,
    *,
    code_page: str | None = None,
    patience: Patience = PATIENCE,
    advance: Advance = no_progress,
) -> Iterator[Finding]:
    """What is wrong or worth knowing, at most FINDINGS_MAX of it; raises where the table cannot be looked at.

    Rows flagged deleted may be in a tag or not: FoxPro keeps them there, an interrupted append may not.
    """
    try:
        with Table.open(path, code_page=code_page, patience=patience) as table:
            yield from islice(_findings(table, advance), FINDINGS_MAX)
    except CodePageError:
        raise
    except TableFormatError as error:
        yield Finding(str(error))


def _findings(table: Table, advance: Advance) -> Iterator[Finding]:
    count = table.record_count
    size, needed = table.storage.dbf.size(), table.storage.header.offset_of(count + 1)
    if size < needed:
        yield Finding(f"the header counts {count} records, the file is {needed - size} bytes too short")
        return
    yield from _end(table, size - needed)
    yield from RowCheck(table, count, advance).findings()
    yield from _index_findings(table, count, advance)


def _end(table: Table, extra: int) -> Iterator[Finding]:
    """A file may end with its last record or with one 0x1A."""
    behind = table.storage.dbf.read_at(table.storage.dbf.size() - extra, 1) if extra else END_OF_FILE
    if extra > 1 or behind != END_OF_FILE:
        text = f"{extra} bytes lie behind the last record; the next append overwrites them"
        yield Finding(text, Severity.NOTE)


def _index_findings(table: Table, count: int, advance: Advance) -> Iterator[Finding]:
    if table.index is None:
        if table.storage.header.has_cdx:
            yield Finding("its index file is missing; restore it, or reindex the table in FoxPro")
        return
    advance("pages", 0, 1)
    yield from _page_findings(table, table.index)
    for tag in table.tags.values():
        try:
            yield from KeyCheck(table, table.index, tag, count, advance).findings()
        except IndexDamagedError as error:
            yield Finding(error.reason, tag=tag.name)


def _page_findings(table: Table, index: TableIndex) -> list[Finding]:
    """What the index file's pages say by themselves.

    They are looked at without a lock: where nobody wrote meanwhile, what was found holds. Else faults are
    looked for again, in the end under the lock, which then is held for as long as that takes.
    """
    for _ in range(STILL_LOOKS_MAX):
        with index.reading(table.patience.deadline()):
            before = index.counter
        found = _pages_looked_at(index)
        with index.reading(table.patience.deadline()):
            is_still = index.counter == before
        if is_still or not any(finding.is_fault for finding in found):
            return found
    with index.reading(table.patience.deadline()):
        return _pages_looked_at(index)


def _pages_looked_at(index: TableIndex) -> list[Finding]:
    try:
        return list(islice(index.check(), FINDINGS_MAX))
    except IndexDamagedError as error:
        return [Finding(error.reason)]
