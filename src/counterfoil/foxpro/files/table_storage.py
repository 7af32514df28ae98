"""The bytes of one table on disk: its header, its records by number, its companions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.foxpro.errors import (
    ReadOnlyTableError,
    RecordMissingError,
    TableFormatError,
    TableMissingError,
)
from counterfoil.foxpro.files.counters import Counters
from counterfoil.foxpro.files.memo_file import MemoFile
from counterfoil.foxpro.files.table_file import TableFile, WriteGate, find_file
from counterfoil.foxpro.records.code_pages import chosen_code_page, code_page_of
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.records.header import (
    COUNT_OFFSET,
    IS_CONTAINER,
    count_bytes,
    parse_count,
    parse_header,
)
from counterfoil.foxpro.records.null_flags import has_room
from counterfoil.foxpro.system.platforms import Opener, open_shared

END_OF_FILE = b"\x1a"
TABLE_FILE_MAX = 1 << 30
CHUNK_LENGTH = 1 << 17
HEADER_LENGTH_MAX = 1 << 16
INDEX_SUFFIXES = {".dbc": ".dcx"}
MEMO_SUFFIXES = {".dbc": ".dct"}


class TableStorage:
    """Opens the files of a table and reads and writes whole records; knows no locks and no index keys."""

    def __init__(
        self,
        path: Path,
        *,
        writable: bool,
        code_page: str | None = None,
        gate: WriteGate | None = None,
        opener: Opener = open_shared,
    ) -> None:
        self.path = find_file(path)
        self.name = self.path.stem.lower()
        self._open_file = partial(TableFile, writable=writable, gate=gate, opener=opener)
        with ExitStack() as stack:
            self._stack = stack
            self.dbf = self._open(self.path)
            self.header = parse_header(self.dbf.read_at(0, HEADER_LENGTH_MAX), self.name)
            self.counters = Counters(self.name, self.dbf, self.header.fields)
            self.code_page = (
                chosen_code_page(code_page, self.name)
                if code_page
                else code_page_of(self.header.code_page_mark, self.name)
            )
            self.cdx = self._open_index(writable=writable)
            self.memo = self._open_memo()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    def sync(self) -> None:
        """Wait until everything written is on the disk."""
        for file in self._files:
            file.sync()

    def forgive(self) -> None:
        """Forget that a wait for the disk failed; whoever calls this writes everything again."""
        for file in self._files:
            file.forgive()

    @property
    def _files(self) -> tuple[TableFile, ...]:
        found = (self.memo.file if self.memo else None, self.cdx, self.dbf)
        return tuple(file for file in found if file is not None)

    def rename_fields(self, fields: tuple[Field, ...]) -> None:
        """Take the same fields under other names, those of a database container."""
        self.header = replace(self.header, fields=fields)
        self.counters = Counters(self.name, self.dbf, fields)

    def unwritable_reason(self) -> str | None:
        """Why this kind of table must not be written; None when it may."""
        odd = [field.name for field in self.header.fields if field.is_autoincrement and field.type != "I"]
        reasons = {
            "it is a database container, which FoxPro alone writes": bool(self.header.flags & IS_CONTAINER),
            "its hidden field _NullFlags is missing or too small for its nullable and variable fields": (
                not has_room(self.header.fields)
            ),
            f"it numbers fields that are no integers ({', '.join(odd)}), which FoxPro does not": bool(odd),
            "it is larger than 1 GiB": self.dbf.size() > TABLE_FILE_MAX,
            "its index file is larger than 1 GiB; reindex it": (
                self.cdx is not None and self.cdx.size() > TABLE_FILE_MAX
            ),
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def refuse_append(self, recno: int) -> None:
        """Raise where no record of this number can be put behind the last one."""
        count = self.count()
        if self.dbf.size() < self.header.offset_of(count + 1):
            raise self._short(count)
        if self.header.offset_of(recno + 1) > TABLE_FILE_MAX:
            raise ReadOnlyTableError(self.name, "another record would make it larger than 1 GiB; pack it")

    def count(self) -> int:
        """How many records the table holds now."""
        return parse_count(self.dbf.read_at(0, 8))

    def raw(self, recno: int) -> bytes:
        """The bytes of one record, its flag first."""
        length = self.header.record_length
        if recno < 1 or recno > self.count():
            raise RecordMissingError(self.name, recno, self.count())
        data = self.dbf.read_at(self.header.offset_of(recno), length)
        if len(data) < length:
            raise self._short(recno)
        return data

    def raws(self, first: int = 1) -> Iterator[tuple[int, bytes]]:
        """All records from the first on, in the order of the file, with what is appended meanwhile."""
        length = self.header.record_length
        step = max(1, CHUNK_LENGTH // length)
        recno = first
        while (many := min(step, self.count() - recno + 1)) > 0:
            data = self.dbf.read_at(self.header.offset_of(recno), many * length)
            for at in range(0, len(data) - length + 1, length):
                yield recno, data[at : at + length]
                recno += 1
            if len(data) < many * length:
                raise self._short(recno)

    def write_raw(self, recno: int, raw: bytes) -> None:
        self.dbf.write_at(self.header.offset_of(recno), raw)

    def write_flag(self, recno: int, flag: bytes) -> None:
        self.dbf.write_at(self.header.offset_of(recno), flag)

    def write_end(self, recno: int, raws: Sequence[bytes], today: date | None) -> None:
        """Put records behind the last one, then raise the count; the caller holds the header lock.

        The numbers of autoincrement fields go up first: a crash may leave a gap and never gives one twice.
        """
        if self.dbf.size() < self.header.offset_of(recno):
            raise self._short(recno - 1)
        self.counters.raise_to(raws)
        self.dbf.write_at(self.header.offset_of(recno), b"".join(raws) + END_OF_FILE)
        count = recno - 1 + len(raws)
        self.dbf.write_at(COUNT_OFFSET, count_bytes(count, today, self.dbf.read_at(0, 4)))

    def rewrite_header(self) -> None:
        """Give the disk the header once more as it is, should it have lost it; the caller holds its lock."""
        self.dbf.write_at(0, self.dbf.read_at(0, self.header.length))

    def _short(self, recno: int) -> TableFormatError:
        there = max(0, self.dbf.size() - self.header.length) // self.header.record_length
        missing = min(recno, there + 1)
        reason = f"the header counts {self.count()} records, but the file ends before record {missing}"
        return TableFormatError(self.name, f"{reason}; restore or repair it")

    def _open(self, path: Path) -> TableFile:
        file = self._open_file(path)
        self._stack.callback(file.close)
        return file

    def _open_index(self, *, writable: bool) -> TableFile | None:
        """A table that is only read can do without an index that is gone; one that is written cannot."""
        if not self.header.has_cdx:
            return None
        try:
            path = find_file(self._companion(INDEX_SUFFIXES, ".cdx"), "index file")
        except TableMissingError:
            if writable:
                raise
            return None
        return self._open(path)

    def _open_memo(self) -> MemoFile | None:
        if not self.header.has_memo:
            return None
        path = find_file(self._companion(MEMO_SUFFIXES, ".fpt"), "memo file")
        return MemoFile(self.name, self._open(path))

    def _companion(self, suffixes: dict[str, str], usual: str) -> Path:
        return self.path.with_suffix(suffixes.get(self.path.suffix.lower(), usual))
