"""One open table: rows read, appended, changed and deleted in place under FoxPro's own locks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.foxpro.containers.membership import Membership, join
from counterfoil.foxpro.containers.permission import NOTHING, Accepted, write_refusal
from counterfoil.foxpro.errors import ReadOnlyTableError, TagMissingError
from counterfoil.foxpro.files.memo_fields import MemoFields
from counterfoil.foxpro.files.table_file import PageWrite, WriteGate
from counterfoil.foxpro.files.table_locks import Deadline, Patience, TableLocks
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.index.table_index import TableIndex
from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.record import DELETED, DELETED_FLAG, LIVE, Record, RecordCodec
from counterfoil.foxpro.system.network import read_mount
from counterfoil.foxpro.system.ranges import Scheme

PATIENCE = Patience()
READING = "it was opened for reading"


class Table:
    """Used by one thread at a time. No row is kept, so that other programs' changes are seen at once."""

    def __init__(self, storage: TableStorage, *, read_only_reason: str | None, patience: Patience) -> None:
        self.storage = storage
        self.read_only_reason = read_only_reason
        self.codec = RecordCodec(storage.name, storage.header.fields, storage.code_page)
        self.locks = TableLocks(storage.name, Scheme.of(storage.header), storage.dbf)
        if read_only_reason is None and self.index:
            self.read_only_reason = next(iter(self.index.refusals), None)
        self.patience = patience
        self.today: date | None = None
        self.membership: Membership | None = None
        """The database container that the table belongs to; None for a free table."""
        self._memos = MemoFields(storage, self.codec, self.locks)

    @classmethod
    def open(  # noqa: PLR0913 - all but the path are for special tables and special callers
        cls,
        path: Path | str,
        *,
        writable: bool = False,
        accepted: Accepted = NOTHING,
        code_page: str | None = None,
        patience: Patience = PATIENCE,
        today: date | None = None,
        gate: WriteGate | None = None,
    ) -> Self:
        """Open the table with its index and memo files, in whatever case their names are written.

        Fields have the long names of the table's database container where it is found. `accepted` makes
        tables writable that are read-only by default. `today` is noted in the header by appends; without it
        the header's date stays.
        """
        with ExitStack() as stack:
            storage = TableStorage(Path(path), writable=writable, code_page=code_page, gate=gate)
            stack.callback(storage.close)
            membership = join(storage)
            refusal: str | None = READING
            if writable:
                refusal = write_refusal(storage, membership, read_mount(storage.path), accepted)
            table = cls(storage, read_only_reason=refusal, patience=patience)
            table.today = today
            table.membership = membership
            stack.pop_all()
            return table

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.storage.close()

    @cached_property
    def index(self) -> TableIndex | None:
        """Read when it is first needed, so that rows can be read beside an index that is damaged."""
        return TableIndex(self.storage, self.storage.cdx, self.locks) if self.storage.cdx else None

    @property
    def name(self) -> str:
        return self.storage.name

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.codec.fields

    @property
    def tags(self) -> Mapping[str, Tag]:
        """The index tags by lower-case name."""
        return self.index.tags if self.index else {}

    @property
    def record_count(self) -> int:
        """How many records the table holds now, deleted ones included."""
        return self.storage.count()

    def read(self, recno: int) -> Record:
        return self.record_of(recno, self.storage.raw(recno))

    def raw(self, recno: int) -> bytes:
        """The record's own bytes, its flag first."""
        return self.storage.raw(recno)

    def records(self, *, deleted: bool = False) -> Iterator[Record]:
        """The rows in the order of the file; those flagged deleted only when asked for."""
        for recno, raw in self.storage.raws():
            if deleted or raw[0] != DELETED_FLAG:
                yield self.record_of(recno, raw)

    def seek(self, tag: str, *key_parts: Value) -> int | None:
        """The number of the first row whose key begins with the parts, deleted or not."""
        if self.index is None:
            raise TagMissingError(self.name, tag)
        return self.index.first(tag, key_parts, self.patience.deadline())

    def scan(self, tag: str, *key_parts: Value) -> Iterator[int]:
        """The numbers of the rows whose key begins with the parts, in the tag's order, deleted or not."""
        if self.index is None:
            raise TagMissingError(self.name, tag)
        yield from self.index.matching(tag, key_parts, self.patience.deadline())

    def find(self, tag: str, *key_parts: Value) -> Iterator[Record]:
        """The live rows whose key begins with the parts, in the tag's order.

        Rows are read after the index is let go: one that another program changes in between comes as it is by
        then. Look again under the record's lock before anything is decided on it.
        """
        for recno in self.scan(tag, *key_parts):
            raw = self.storage.raw(recno)
            if raw[0] != DELETED_FLAG:
                yield self.record_of(recno, raw)

    def record_of(self, recno: int, raw: bytes) -> Record:
        values = self.codec.decode(raw, recno)
        return Record(recno, raw[0] == DELETED_FLAG, self._memos.resolved(values))

    def lock_records(self, recnos: Iterable[int], deadline: Deadline) -> AbstractContextManager[None]:
        """Hold several records; what is done to them inside does not lock them again."""
        return self.locks.records(recnos, deadline)

    def append(self, values: Mapping[str, Value]) -> int:
        """Add a row and tell its number; fields that are not named are blank."""
        deadline = self._begin_write()
        raw = self.encode(values, deadline=deadline)
        with ExitStack() as stack:
            stack.enter_context(self.locks.header(deadline))
            recno = self.storage.count() + 1
            self.storage.refuse_append(recno)
            raw, _ = self.storage.counters.numbered(raw, self.storage.counters.numbers())
            stack.enter_context(self.locks.record(recno, deadline))
            pages = self._planned(recno, None, raw, deadline, stack)
            self.storage.write_end(recno, [DELETED + raw[1:]], self.today)
            self._apply(pages)
            self.storage.write_flag(recno, LIVE)
        return recno

    def update(self, recno: int, values: Mapping[str, Value]) -> None:
        """Change the named fields of a row and no other byte."""
        deadline = self._begin_write()
        with self.locks.record(recno, deadline):
            raw = self.storage.raw(recno)
            self._change(recno, raw, self.encode(values, base=raw, deadline=deadline), deadline)

    def delete(self, recno: int) -> None:
        """Flag a row deleted; FoxPro's PACK removes it."""
        self._flag(recno, DELETED)

    def recall(self, recno: int) -> None:
        """Take the deletion flag away; keys that an interrupted append left out are put in."""
        self._flag(recno, LIVE)

    def encode(self, values: Mapping[str, Value], *, deadline: Deadline, base: bytes | None = None) -> bytes:
        """The record with the values put in; memo texts are written to the memo file."""
        return self.codec.encode(self._memos.stored(values, base, deadline), base)

    def sync(self) -> None:
        """Wait until everything written is on the disk."""
        self.storage.sync()

    def sync_memos(self) -> None:
        """Wait until the memos written are on the disk."""
        if self.storage.memo:
            self.storage.memo.file.sync()

    def _flag(self, recno: int, flag: bytes) -> None:
        deadline = self._begin_write()
        with self.locks.record(recno, deadline):
            raw = self.storage.raw(recno)
            self._change(recno, raw, flag + raw[1:], deadline)

    def _change(self, recno: int, before: bytes, after: bytes, deadline: Deadline) -> None:
        if before == after:
            return
        with ExitStack() as stack:
            pages = self._planned(recno, before, after, deadline, stack)
            self._apply(pages)
            self.storage.write_raw(recno, after)

    def _planned(
        self, recno: int, before: bytes | None, after: bytes, deadline: Deadline, stack: ExitStack
    ) -> list[PageWrite]:
        """The index pages that the change of a row asks for; the index stays locked until the stack ends."""
        edits = self.index.edits(recno, before, after) if self.index else []
        is_revived = before is not None and before[0] == DELETED_FLAG != after[0]
        if self.index is None or not (edits or is_revived):
            return []
        stack.enter_context(self.index.writing(deadline))
        if is_revived:
            edits = self.index.completed(edits, recno, after)
        self.index.refuse_taken(edits)
        return self.index.plan(edits)

    def _apply(self, pages: list[PageWrite]) -> None:
        if self.index and pages:
            self.index.file.apply(pages)

    def _begin_write(self) -> Deadline:
        if self.read_only_reason:
            raise ReadOnlyTableError(self.name, self.read_only_reason)
        return self.patience.deadline()
