"""The locks of one scratch table, taken by name as a program takes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.selftest.work import ON_A_SHARE
from counterfoil.foxpro.system.ranges import INDEX, MEMO, ByteLocks, Range, Scheme
from counterfoil.foxpro.table import Table


@dataclass(frozen=True, slots=True)
class Claim:
    """A lock by the name of what it guards."""

    what: str
    exclusive: bool = True

    @override
    def __str__(self) -> str:
        return f"the lock of {self.what}" if self.exclusive else f"a shared lock of {self.what}"


class LockStand:
    """Takes and releases locks of an open table without waiting."""

    def __init__(self, table: Table, locks: ByteLocks) -> None:
        storage = table.storage
        if storage.cdx is None or storage.memo is None:
            raise RuntimeError("the scratch table has an index and memos")
        self._locks = locks
        self._scheme = Scheme.of(storage.header)
        self._dbf, self._cdx, self._fpt = storage.dbf, storage.cdx, storage.memo.file

    def take(self, claim: Claim) -> bool:
        file, parts = self._place(claim.what)
        for number, part in enumerate(parts):
            if not self._locks.take(file.fileno(), part, exclusive=claim.exclusive):
                self._release(file, parts[:number])
                return False
        return True

    def release(self, what: str) -> None:
        self._release(*self._place(what))

    def _release(self, file: TableFile, parts: tuple[Range, ...]) -> None:
        for part in parts:
            self._locks.release(file.fileno(), part)

    def _place(self, what: str) -> tuple[TableFile, tuple[Range, ...]]:
        if what.startswith("record "):
            return self._dbf, self._scheme.record(int(what.removeprefix("record ")))
        places = {
            "header": (self._dbf, self._scheme.header),
            "file": (self._dbf, self._scheme.whole),
            "index": (self._cdx, INDEX),
            "memo": (self._fpt, MEMO),
        }
        return places[what]


@contextmanager
def opened_stand(path: Path, locks: ByteLocks) -> Iterator[LockStand]:
    with Table.open(path, writable=True, accepted=ON_A_SHARE) as table:
        yield LockStand(table, locks)
