"""Whether the entries of a tag are those of the table's rows, both ways, in nine bytes of memory a row."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice

from counterfoil.foxpro.errors import BusyError, IndexDamagedError, KeyValueError
from counterfoil.foxpro.index.findings import Advance, Finding, Severity
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.index.page import entry_of
from counterfoil.foxpro.index.table_index import TableIndex
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table

LIVE, EXPECTED, SEEN, UNREADABLE = 1, 2, 4, 8
ENTRIES_AT_ONCE = 10_000
PAUSE_MS = 5
"""For others to get at the index between two holds of its lock."""
ROWS_PER_STEP = 4096
Raw = bytes | None
"""The bytes of a record; None where there is no such record."""


class KeyCheck:
    """Compares one tag with the first `count` rows; of each key only a digest is kept."""

    def __init__(self, table: Table, index: TableIndex, tag: Tag, count: int, advance: Advance) -> None:
        self._table = table
        self._index = index
        self._tag = tag
        self._count = count
        self._advance = advance
        self._marks = bytearray(count + 1)
        self._digests = array("q", bytes(8 * (count + 1)))

    def findings(self) -> Iterator[Finding]:
        if self._tag.is_bitmap:
            return
        if not is_comparable(self._tag):
            reason = (
                self._tag.refusal or f"they are in the order {self._tag.collation}, which is not built here"
            )
            yield self._note(f"its keys are not compared: {reason}")
            return
        for recno in self._expect():
            yield from self._unreadable(recno)
        yield from self._entries_unlike_rows()
        if (
            not self._tag.unique
        ):  # Of the rows with one key it holds the first, and none where that one left it.
            yield from self._rows_without_entry()

    def _expect(self) -> Iterator[int]:
        """Note what each row's key should be; yields rows that have none."""
        tag, marks, digests = self._tag, self._marks, self._digests
        self._step(0)
        for recno, raw in self._table.storage.raws():
            if recno > self._count:
                return
            if recno % ROWS_PER_STEP == 0:
                self._step(recno)
            try:
                key = tag.key_of(recno, raw)
            except KeyValueError:
                marks[recno] = UNREADABLE
                yield recno
                continue
            if key is not None:
                digests[recno] = hash(key)
                marks[recno] = EXPECTED | (raw[0] != DELETED_FLAG)

    def _entries_unlike_rows(self) -> Iterator[Finding]:
        twins = _Twins()
        for number, (key, recno) in enumerate(self._entries()):
            if number % ROWS_PER_STEP == 0:
                self._step(self._count + number)
            if not self._is_expected(key, recno):
                yield from self._wrong(recno, key)
                continue
            if self._tag.candidate and (twin := twins.of(key, recno, self._marks[recno] & LIVE)):
                yield from self._double(twin, recno)

    def _is_expected(self, key: bytes, recno: int) -> bool:
        if not 0 < recno <= self._count:
            return False
        mark = self._marks[recno]
        if mark & UNREADABLE:
            return True
        if mark & SEEN or not mark & EXPECTED or self._digests[recno] != hash(key):
            return False
        self._marks[recno] = mark | SEEN
        return True

    def _rows_without_entry(self) -> Iterator[Finding]:
        for recno, mark in enumerate(self._marks):
            if mark & (LIVE | EXPECTED | SEEN) == LIVE | EXPECTED:
                yield from self._missing(recno)

    def _entries(self) -> Iterator[tuple[bytes, int]]:
        """The tag's entries, some at a time, so that the lock is never held for long."""
        start = b""
        while True:
            with self._index.reading(self._table.patience.deadline()):
                many = list(islice(self._tag.scan(start), ENTRIES_AT_ONCE))
                self._index.forget()
            yield from many
            if len(many) < ENTRIES_AT_ONCE:
                return
            last, start = start, entry_of(*many[-1]) + b"\0"
            if start <= last:  # Going on from there would never end.
                raise IndexDamagedError(self._table.name, "its entries are out of order; reindex the table")
            self._table.patience.waiter.pause(PAUSE_MS)

    def _settled(self, fault: Callable[[list[Raw]], str | Finding], *recnos: int) -> list[Finding]:
        """What is still wrong with rows when nobody can change them or the index."""
        table, deadline = self._table, self._table.patience.deadline()
        there = [recno for recno in sorted(recnos) if 0 < recno <= table.record_count]
        try:
            with ExitStack() as stack:
                for recno in there:
                    stack.enter_context(table.locks.record(recno, deadline, exclusive=False))
                stack.enter_context(self._index.reading(deadline))
                found = fault([table.raw(recno) if recno in there else None for recno in recnos])
                self._index.forget()
        except BusyError as error:
            words = f"record {recnos[-1]} differs, but {error.what} is locked by {error.by}: look again"
            return [self._note(words)]
        if isinstance(found, str):
            return [Finding(found, tag=self._tag.name)] if found else []
        return [found]

    def _unreadable(self, recno: int) -> list[Finding]:
        def fault(raws: list[Raw]) -> str:
            try:
                self._key(recno, raws[0])
            except KeyValueError as error:
                return f"record {recno}: {error}"
            return ""

        return self._settled(fault, recno)

    def _wrong(self, recno: int, key: bytes) -> list[Finding]:
        def fault(raws: list[Raw]) -> str:
            raw = raws[0]
            own = self._key(recno, raw)
            if own == key or not self._tag.contains(key, recno):
                return ""
            if raw is None:
                return f"record {recno} is in it and not in the table"
            if own is not None and self._tag.contains(own, recno):
                return f"record {recno} is in it twice"
            deleted = "" if is_live(raw) else "deleted "
            return f"{deleted}record {recno} is in it with a key that is not its own"

        return self._settled(fault, recno)

    def _missing(self, recno: int) -> list[Finding]:
        def fault(raws: list[Raw]) -> str:
            own = self._key(recno, raws[0]) if is_live(raws[0]) else None
            if own is None or self._tag.contains(own, recno):
                return ""
            return f"record {recno} is missing"

        return self._settled(fault, recno)

    def _double(self, first: int, second: int) -> list[Finding]:
        def fault(raws: list[Raw]) -> str | Finding:
            keys = [self._key(recno, raw) for recno, raw in zip((first, second), raws, strict=True)]
            if keys[0] is None or keys[0] != keys[1]:
                return ""
            text = f"records {first} and {second} have the same key"
            if all(map(is_live, raws)):
                return text
            return self._note(f"{text}, one of them deleted; FoxPro and a reindex count both")

        return self._settled(fault, first, second)

    def _key(self, recno: int, raw: Raw) -> bytes | None:
        return None if raw is None else self._tag.key_of(recno, raw)

    def _step(self, done: int) -> None:
        self._advance(f"tag {self._tag.name}", done, 2 * self._count)

    def _note(self, text: str) -> Finding:
        return Finding(text, Severity.NOTE, self._tag.name)


class _Twins:
    """Remembers which rows had the last key."""

    def __init__(self) -> None:
        self._key = b""
        self._last = self._last_live = 0

    def of(self, key: bytes, recno: int, is_live: int) -> int:
        """A row with the same key, a live one for a live one where there is one; 0 where there is none."""
        if key != self._key:
            self._key, self._last, self._last_live = key, 0, 0
        found = self._last_live if is_live and self._last_live else self._last
        self._last = recno
        self._last_live = recno if is_live else self._last_live
        return found


def is_live(raw: Raw) -> bool:
    return raw is not None and raw[0] != DELETED_FLAG


def is_comparable(tag: Tag) -> bool:
    """Whether the keys in the file must be those that the expression gives."""
    is_known = tag.key is not None and tag.key.length == tag.header.key_length
    return is_known and not tag.refusal and tag.is_in_machine_order
