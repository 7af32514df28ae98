"""REINDEX: every tag of a table built anew from its rows, in place, while nobody else works in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from counterfoil.foxpro.containers.membership import join
from counterfoil.foxpro.containers.permission import NOTHING, Accepted, write_refusal
from counterfoil.foxpro.errors import FoxProError, IndexDamagedError, ReadOnlyTableError, TableFormatError
from counterfoil.foxpro.files.table_file import TableFile, WriteGate, storage_error
from counterfoil.foxpro.files.table_locks import Patience, TableLocks
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.index.page_store import following_counter
from counterfoil.foxpro.index.reindex_copy import Builder, Progress, silent
from counterfoil.foxpro.index.reindex_plan import IndexPlan, read_plan
from counterfoil.foxpro.index.reindex_swap import counter_of, make_room, overwrite
from counterfoil.foxpro.system.network import read_mount
from counterfoil.foxpro.system.platforms import open_alone
from counterfoil.foxpro.system.ranges import Scheme

PATIENCE = Patience()
BUILDING, REBUILT = ".building", ".rebuilt"
"""What is added to the name of the index file while its successor is written, and once that is whole."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How many rows were read, and how many keys each tag holds now."""

    rows: int
    keys: Mapping[str, int]


def reindex(
    path: Path | str,
    *,
    code_page: str | None = None,
    patience: Patience = PATIENCE,
    accepted: Accepted = NOTHING,
    progress: Progress = silent,
    gate: WriteGate | None = None,
) -> Reindexed:
    """Build the structural index anew; raises BusyError where anybody has a lock in the table.

    No row is changed, so a database container's rules do not matter; everything else that keeps rows from
    being written does.

    The new index is built and read back in a file beside the old one, and only then written over its bytes:
    programs that have the old one open keep it open. Until that is done every root leads nowhere, so that
    after a crash readers get an error and no wrong rows; reindexing again finds the tags in the file beside.
    On Windows the files are also opened for us alone. Programs that have the table open on Linux and hold no
    lock go on: headers and roots stay where they remember them, and the change counter rises.
    """
    with TableStorage(
        Path(path), writable=True, code_page=code_page, gate=gate, opener=open_alone
    ) as storage:
        join(storage)
        reason = write_refusal(storage, None, read_mount(storage.path), accepted)
        if reason:
            raise ReadOnlyTableError(storage.name, reason)
        if storage.cdx is None:
            raise TableFormatError(storage.name, "it has no structural index, so there is nothing to rebuild")
        locks = TableLocks(storage.name, Scheme.of(storage.header), storage.dbf)
        deadline = patience.deadline()
        with locks.whole(deadline), locks.index(storage.cdx, deadline, exclusive=True):
            return _Rebuild(storage, storage.cdx, progress, gate).run()


class _Rebuild:
    """The caller holds every lock of the table."""

    def __init__(
        self, storage: TableStorage, cdx: TableFile, progress: Progress, gate: WriteGate | None
    ) -> None:
        self._storage = storage
        self._cdx = cdx
        self._progress = progress
        self._gate = gate
        self._building = cdx.path.with_name(cdx.path.name + BUILDING)
        self._rebuilt = cdx.path.with_name(cdx.path.name + REBUILT)

    def run(self) -> Reindexed:
        plan = self._plan()
        counts = self._build(plan)
        _rename(self._building, self._rebuilt)
        with closing(TableFile(self._rebuilt)) as copy:
            overwrite(self._cdx, copy, plan)
        self._rebuilt.unlink()
        return Reindexed(self._storage.count(), counts)

    def _plan(self) -> IndexPlan:
        """From the index file, or from the copy that was being written over it when something crashed."""
        try:
            return read_plan(self._cdx, self._storage)
        except IndexDamagedError:
            if not self._rebuilt.exists():
                raise
        with closing(TableFile(self._rebuilt)) as copy:
            return read_plan(copy, self._storage)

    def _build(self, plan: IndexPlan) -> dict[str, int]:
        """Write the copy, and make room for it in the index file while nothing is lost yet."""
        builder = Builder(self._storage, plan, self._progress)
        try:
            self._building.write_bytes(b"")
        except OSError as error:
            raise storage_error(self._building, error) from error
        try:
            with closing(TableFile(self._building, writable=True, gate=self._gate)) as copy:
                copy.forgive()  # It may have got the place of a file for which a wait failed.
                counts = builder.build(copy, _last_counter(self._cdx))
                builder.refuse_unsound(copy, counts)
                copy.sync()
                make_room(self._cdx, copy.size())
        except FoxProError:
            self._building.unlink()
            raise
        return counts


def _last_counter(cdx: TableFile) -> int:
    """It rises twice: when the roots begin to lead nowhere, and when they lead to the new pages."""
    return following_counter(following_counter(counter_of(cdx)))


def _rename(old: Path, new: Path) -> None:
    """The new name is on the disk before anything that relies on it is written."""
    try:
        old.replace(new)
        if hasattr(os, "O_DIRECTORY"):
            folder = os.open(new.parent, os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise storage_error(new, error) from error
