"""Our Windows code against wine's kernel32: its locks exclude those of Linux, its refusals have our words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.errors import BusyError, TableBusyError
from counterfoil.foxpro.files.table_file import TableFile, opening_error
from counterfoil.foxpro.files.table_locks import Patience, TableLocks
from counterfoil.foxpro.system.locks_linux import LinuxLocks
from counterfoil.foxpro.system.locks_windows import WindowsLocks
from counterfoil.foxpro.system.opening_windows import ALONE, READ, SHARED, WindowsOpener
from counterfoil.foxpro.system.ranges import FOX2_BASE, FOX2_FILE, INDEX, MEMO, VFP_FILE, VFP_HEADER, Range
from tests.oracle import wine_kernel
from tests.oracle.client import Oracle, OracleError
from tests.oracle.wine_kernel import WineKernel
from tests.unit.foxpro.lock_holder import EXCLUDE, LOCKS, lock, lock_of

RANGES = {
    "header": Range(VFP_HEADER),
    "record 1": Range(VFP_HEADER - 1),
    "file": VFP_FILE,
    "old header": Range(FOX2_BASE),
    "old file": FOX2_FILE,
    "index": INDEX[0],
    "memo": MEMO[0],
    "past 4 GiB": Range((1 << 33) + 5, 1 << 32),
}
LINUX = LinuxLocks()


@pytest.fixture(scope="module")
def wine() -> Iterator[WineKernel]:
    with wine_kernel.started() as kernel:
        yield kernel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("a", "C", 3), Field("m", "M")], [TagSpec("a", "a")], rows=[{"a": "x"}] * 3)
    return path


def in_windows(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


@contextmanager
def opened(wine: WineKernel, path: Path, share: int = SHARED) -> Iterator[int]:
    handle = WindowsOpener(wine.kernel(), share)(in_windows(path), os.O_RDWR)
    try:
        yield handle
    finally:
        wine.call("CloseHandle", handle)


@contextmanager
def descriptor(path: Path) -> Iterator[int]:
    number = os.open(path, os.O_RDWR)
    try:
        yield number
    finally:
        os.close(number)


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize(("theirs", "ours"), [(True, True), (True, False), (False, True), (False, False)])
def test_locks_of_windows_and_of_linux_exclude_each_other(
    wine: WineKernel, path: Path, name: str, theirs: bool, ours: bool
) -> None:
    windows, part = WindowsLocks(wine.kernel()), RANGES[name]
    free = not theirs and not ours
    with opened(wine, path) as handle, descriptor(path) as number:
        assert windows.take(handle, part, exclusive=theirs)
        assert LINUX.take(number, part, exclusive=ours) is free
        windows.release(handle, part)
        assert LINUX.take(number, part, exclusive=ours)
        assert windows.take(handle, part, exclusive=theirs) is free
        if free:
            windows.release(handle, part)
        LINUX.release(number, part)
        assert windows.take(handle, part, exclusive=theirs)


@pytest.mark.parametrize("name", RANGES)
def test_two_handles_of_windows_exclude_each_other_unless_both_share(
    wine: WineKernel, path: Path, name: str
) -> None:
    windows, part = WindowsLocks(wine.kernel()), RANGES[name]
    with opened(wine, path) as one, opened(wine, path) as two:
        assert windows.take(one, part, exclusive=False)
        assert windows.take(two, part, exclusive=False)
        windows.release(two, part)
        assert not windows.take(two, part, exclusive=True)
        windows.release(one, part)
        assert windows.take(two, part, exclusive=True)
        assert windows.holder(one, part) == "another program"
        windows.release(two, part)
        with pytest.raises(OSError, match="UnlockFileEx failed"):
            windows.release(two, part)


def test_a_lock_ends_with_its_handle(wine: WineKernel, path: Path) -> None:
    with descriptor(path) as number:
        with opened(wine, path) as handle:
            assert WindowsLocks(wine.kernel()).take(handle, Range(VFP_HEADER), exclusive=True)
        assert LINUX.take(number, Range(VFP_HEADER), exclusive=True)


class HeldByWine(TableFile):
    """A file of ours that wine has open as well; locks are taken through wine's handle."""

    def __init__(self, wine: WineKernel, path: Path, stack: ExitStack) -> None:
        super().__init__(path)
        stack.callback(self.close)
        self._handle = stack.enter_context(opened(wine, path))

    @override
    def fileno(self) -> int:
        return self._handle


def is_free(taking: AbstractContextManager[None]) -> bool:
    try:
        with taking:
            return True
    except BusyError:
        return False


@pytest.mark.parametrize("theirs", LOCKS)
@pytest.mark.parametrize("ours", LOCKS)
def test_the_locks_of_a_table_exclude_each_other_between_windows_and_linux(
    wine: WineKernel, path: Path, theirs: str, ours: str
) -> None:
    with ExitStack() as stack:
        table = stack.enter_context(Table.open(path, writable=True))
        dbf, index, memo = (
            HeldByWine(wine, path.with_suffix(suffix), stack) for suffix in (".dbf", ".cdx", ".fpt")
        )
        locks = TableLocks("t", table.locks.scheme, dbf, WindowsLocks(wine.kernel()))
        free = frozenset({theirs, ours}) not in EXCLUDE
        with lock_of(locks, theirs, index=index, memo=memo):
            assert is_free(lock(table, ours)) is free
        with lock(table, ours):
            assert is_free(lock_of(locks, theirs, index=index, memo=memo)) is free
        assert is_free(lock_of(locks, theirs, index=index, memo=memo))


def test_a_table_is_busy_for_us_while_windows_holds_its_bytes(wine: WineKernel, path: Path) -> None:
    windows = WindowsLocks(wine.kernel())
    with opened(wine, path) as handle, Table.open(path, writable=True, patience=Patience.none()) as table:
        assert windows.take(handle, Range(VFP_HEADER - 2), exclusive=True)
        table.update(1, {"a": "y"})
        with pytest.raises(BusyError, match="record 2 is locked by process"):
            table.update(2, {"a": "y"})
        windows.release(handle, Range(VFP_HEADER - 2))
        with table.lock_records([2], table.patience.deadline()):
            assert not windows.take(handle, Range(VFP_HEADER - 2), exclusive=True)
            assert not windows.take(handle, VFP_FILE, exclusive=True)
        assert windows.take(handle, VFP_FILE, exclusive=True)
        with pytest.raises(TableBusyError, match="header"):
            table.append({"a": "z"})


def test_a_handle_that_is_none_is_an_error_and_no_answer(wine: WineKernel) -> None:
    windows = WindowsLocks(wine.kernel())
    with pytest.raises(OSError, match="LockFileEx failed with Windows error 6"):
        windows.take(0x7777, Range(VFP_HEADER), exclusive=True)
    with pytest.raises(OSError, match="UnlockFileEx failed with Windows error 6"):
        windows.release(0x7777, Range(VFP_HEADER))


def test_a_file_opened_by_us_stays_open_to_others(wine: WineKernel, path: Path) -> None:
    with opened(wine, path), opened(wine, path):
        pass


def test_a_file_in_exclusive_use_is_busy(wine: WineKernel, path: Path) -> None:
    """FoxPro opens a table so for PACK and REINDEX; a second opening is a sharing violation."""
    alone = wine.call("CreateFileW", READ, 0, 3, 0x80, in_windows(path))
    try:
        with pytest.raises(OSError, match="Windows error 32") as caught, opened(wine, path):
            pass
        assert caught.value.errno == errno.EBUSY
        error = opening_error(path, caught.value, writable=True)
        assert isinstance(error, TableBusyError)
        assert "in exclusive use by another program" in str(error)
    finally:
        wine.call("CloseHandle", alone)


def test_a_file_that_we_open_alone_is_open_to_nobody_else(wine: WineKernel, path: Path) -> None:
    """As a reindex opens the files of its table."""
    with (
        opened(wine, path),
        pytest.raises(OSError, match="Windows error 32"),
        opened(wine, path, ALONE),
    ):
        pass
    with opened(wine, path, ALONE):
        for share in (SHARED, ALONE):
            with pytest.raises(OSError, match="Windows error 32"), opened(wine, path, share):
                pass
        with Oracle() as oracle, pytest.raises(OracleError, match="open"):
            oracle.open(path)


def test_a_file_that_is_not_there_is_missing(wine: WineKernel, path: Path) -> None:
    for missing in (path.with_name("nothere.dbf"), path.parent / "nothere" / "t.dbf"):
        with pytest.raises(OSError, match="CreateFile failed") as caught, opened(wine, missing):
            pass
        assert caught.value.errno == errno.ENOENT


def test_a_fixed_disk_is_told_from_a_remote_one(wine: WineKernel) -> None:
    assert wine.kernel().get_drive_type("Z:\\") != 4
