"""Whether the memos of a table lie in blocks of their own, inside the part of the memo file that is used."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping

from counterfoil.foxpro.errors import FieldError, MemoError
from counterfoil.foxpro.files.memo_file import HEADER_LENGTH, MemoFile
from counterfoil.foxpro.index.findings import Finding, Severity
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table

_START_SHIFT = 32
_COUNT_MASK = (1 << _START_SHIFT) - 1
Extent = tuple[int, int]
"""The first block of a memo, and the first one behind it."""


class MemoCheck:
    """Takes the rows one after the other and keeps eight bytes of each memo."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._extents = array("Q")

    def take(self, values: Mapping[str, Value]) -> None:
        """Note where a row's memos lie; raises MemoError for one that lies nowhere."""
        memo = self._table.storage.memo
        if memo is None:
            return
        for field in self._table.codec.memos:
            block = values[field.name]
            if isinstance(block, int) and block:
                self._extents.append(block << _START_SHIFT | memo.blocks_of(block))

    def findings(self) -> Iterator[Finding]:
        memo = self._table.storage.memo
        if memo is None:
            return
        used, end, clashes = self._measured()
        yield from self._shared(clashes, memo)
        following = memo.next_block
        if end > following:
            text = f"memos reach to block {end}, the memo file says that {following} is the next free one"
            yield Finding(text)
        lost = following * memo.block_size - HEADER_LENGTH - used * memo.block_size
        if lost > 0:
            text = f"{lost} bytes of the memo file belong to no row; FoxPro's PACK MEMO gives them back"
            yield Finding(text, Severity.NOTE)

    def _measured(self) -> tuple[int, int, set[int]]:
        """The blocks in use, the end of the last memo, and the first blocks of memos that overlap."""
        used, end, start, clashes = 0, 0, 0, set[int]()
        for extent in sorted(self._extents):
            first, count = extent >> _START_SHIFT, extent & _COUNT_MASK
            if first < end:
                clashes |= {start, first}
            used += max(0, first + count - max(first, end))
            if first + count > end:
                start, end = first, first + count
        return used, end, clashes

    def _shared(self, clashes: set[int], memo: MemoFile) -> Iterator[Finding]:
        """Memos that lie in each other's blocks."""
        users = self._users(clashes, memo) if clashes else {}
        last: Extent = (0, 0)
        for extent in sorted(users):
            if len(users[extent]) > 1:
                yield Finding(f"memo block {extent[0]} is shared by {' and '.join(users[extent])}")
            if extent[0] < last[1]:
                inside = f"{users[last][0]} reaches into block {extent[0]}"
                yield Finding(f"the memo {inside}, where that of {users[extent][0]} begins")
            last = max(last, extent, key=lambda one: one[1])

    def _users(self, clashes: set[int], memo: MemoFile) -> dict[Extent, list[str]]:
        """Who uses the blocks now; the rows are read again, for others may have written."""
        users: dict[Extent, list[str]] = defaultdict(list)
        for recno, raw in self._table.storage.raws():
            for name, extent in self._of(raw, recno, memo):
                if extent[0] in clashes:
                    users[extent].append(f"{name} of record {recno}")
        return users

    def _of(self, raw: bytes, recno: int, memo: MemoFile) -> Iterator[tuple[str, Extent]]:
        for field in self._table.codec.memos:
            try:
                block = self._table.codec.value(raw, recno, field.name)
                if isinstance(block, int) and block:
                    yield field.name, (block, block + memo.blocks_of(block))
            except (FieldError, MemoError):
                continue
