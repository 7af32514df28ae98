"""The locks of one open table, with bounded waits.

A lock belongs to one opened file, so that two tables opened by two threads of one process exclude each other
as two programs do. One opened table is used by one thread at a time. Held locks may be taken again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from typing_extensions import override

from counterfoil.foxpro.errors import BusyError, RecordBusyError, TableBusyError, TableFormatError
from counterfoil.foxpro.files.table_file import TableFile, storage_error
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import INDEX, MEMO, RECORDS_MAX, ByteLocks, Range, Scheme

PAUSE_FIRST_MS, PAUSE_LAST_MS = 1, 20


class Waiter(Protocol):
    """Tells how time passes and lets it pass."""

    def monotonic_ns(self) -> int: ...

    def pause(self, milliseconds: int) -> None: ...


class SystemWaiter(Waiter):
    """The machine's own monotonic clock."""

    @override
    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    @override
    def pause(self, milliseconds: int) -> None:
        threading.Event().wait(milliseconds / 1000)


class Deadline:
    """The end of a bounded wait; the pauses between tries grow from 1 to 20 milliseconds."""

    def __init__(self, wait: timedelta, waiter: Waiter) -> None:
        self._waiter = waiter
        self._end_ns = self._waiter.monotonic_ns() + wait // timedelta(microseconds=1) * 1000
        self._pause_ms = PAUSE_FIRST_MS

    def is_over(self) -> bool:
        return self._waiter.monotonic_ns() >= self._end_ns

    def pause(self) -> None:
        self._waiter.pause(self._pause_ms)
        self._pause_ms = min(self._pause_ms * 2, PAUSE_LAST_MS)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a lock that somebody else holds."""

    wait: timedelta = timedelta(seconds=2)
    waiter: Waiter = field(default_factory=SystemWaiter)

    @classmethod
    def none(cls) -> Patience:
        """Try once."""
        return cls(timedelta(0))

    def deadline(self) -> Deadline:
        return Deadline(self.wait, self.waiter)


@dataclass(slots=True)
class _Held:
    file: TableFile
    ranges: tuple[Range, ...]
    exclusive: bool
    times: int = 0


class TableLocks:
    """Takes and counts the locks of one table; what is not free by the deadline is a BusyError."""

    def __init__(self, table: str, scheme: Scheme, dbf: TableFile, locks: ByteLocks = PLATFORM_LOCKS) -> None:
        self.table = table
        self.scheme = scheme
        self._dbf = dbf
        self._locks = locks
        self._held: dict[str, _Held] = {}

    @contextmanager
    def record(self, recno: int, deadline: Deadline, *, exclusive: bool = True) -> Iterator[None]:
        """The right to change a record; shared, only that nobody else does."""
        if recno > RECORDS_MAX:
            raise TableFormatError(self.table, f"no table has a record {recno}; check or repair it in FoxPro")
        ranges = self.scheme.record(recno)
        with self._hold(f"record {recno}", self._dbf, ranges, deadline, exclusive=exclusive):
            yield

    @contextmanager
    def records(self, recnos: Iterable[int], deadline: Deadline) -> Iterator[None]:
        """Several records in the one order that everybody uses; all or none."""
        with ExitStack() as stack:
            for recno in sorted(set(recnos)):
                stack.enter_context(self.record(recno, deadline))
            yield

    @contextmanager
    def header(self, deadline: Deadline) -> Iterator[None]:
        """The right to append."""
        with self._hold("header", self._dbf, self.scheme.header, deadline):
            yield

    @contextmanager
    def whole(self, deadline: Deadline) -> Iterator[None]:
        """Every record and the header at once; before any of them, because giving it back frees them too."""
        if "header" in self._held or any(what.startswith("record ") for what in self._held):
            raise RuntimeError(f"{self.table}: lock the file before its header and records")
        with self._hold("file", self._dbf, self.scheme.whole, deadline):
            yield

    @contextmanager
    def index(self, file: TableFile, deadline: Deadline, *, exclusive: bool) -> Iterator[None]:
        """Shared to read, exclusive to write."""
        with self._hold("index", file, INDEX, deadline, exclusive=exclusive):
            yield

    @contextmanager
    def memo(self, file: TableFile, deadline: Deadline) -> Iterator[None]:
        with self._hold("memo", file, MEMO, deadline):
            yield

    @contextmanager
    def _hold(
        self,
        what: str,
        file: TableFile,
        ranges: tuple[Range, ...],
        deadline: Deadline,
        *,
        exclusive: bool = True,
    ) -> Iterator[None]:
        if file is self._dbf and what != "file" and "file" in self._held:
            yield
            return
        held = self._held.get(what)
        if held is None:
            self._take(what, file, ranges, deadline, exclusive=exclusive)
            held = self._held[what] = _Held(file, ranges, exclusive)
        if exclusive and not held.exclusive:
            raise RuntimeError(f"{what} of {self.table} is held shared and cannot become exclusive")
        held.times += 1
        try:
            yield
        finally:
            held.times -= 1
            if not held.times:
                del self._held[what]
                self._release(file, ranges)

    def _take(
        self, what: str, file: TableFile, ranges: tuple[Range, ...], deadline: Deadline, *, exclusive: bool
    ) -> None:
        while (taken := self._try(file, ranges, exclusive=exclusive)) is not None:
            if deadline.is_over():
                raise self._busy(what, self._locks.holder(file.fileno(), taken))
            deadline.pause()

    def _try(self, file: TableFile, ranges: tuple[Range, ...], *, exclusive: bool) -> Range | None:
        """The first range that somebody else holds, with nothing left locked; None when all are ours."""
        taken = 0
        try:
            for part in ranges:
                if not self._locks.take(file.fileno(), part, exclusive=exclusive):
                    return part
                taken += 1
        except OSError as error:
            raise storage_error(file.path, error) from error
        finally:
            if taken < len(ranges):
                self._release(file, ranges[:taken])
        return None

    def _release(self, file: TableFile, ranges: tuple[Range, ...]) -> None:
        """Give back; the locks of a file that was closed meanwhile went with it."""
        if file.is_closed:
            return
        for part in reversed(ranges):
            self._locks.release(file.fileno(), part)

    def _busy(self, what: str, by: str) -> BusyError:
        if what.startswith("record "):
            return RecordBusyError(self.table, int(what.removeprefix("record ")), by)
        return TableBusyError(self.table, what, by)
