"""The Windows calls against a kernel32 that models locked ranges; tests/oracle asks wine's as well."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field

import pytest

from counterfoil.foxpro.system.locks_windows import IO_PENDING, LOCK_VIOLATION, WindowsLocks
from counterfoil.foxpro.system.opening_windows import ALONE, WindowsOpener
from counterfoil.foxpro.system.ranges import VFP_FILE, VFP_HEADER, Range
from counterfoil.foxpro.system.windows import INVALID_HANDLE, Kernel, Overlapped

HEADER = Range(VFP_HEADER)
NOT_LOCKED = 158
HANDLES = 1000
"""What the handle of a descriptor is more than the descriptor."""


@dataclass
class FakeWindows:
    """One file. Locks belong to handles and overlap as on Windows: even those of one handle."""

    locks: list[tuple[int, int, int, bool]] = field(default_factory=list)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    error: int = 0
    fails_with: int = 0

    def lock(self, handle: int, flags: int, reserved: int, low: int, high: int, at: Overlapped) -> int:
        start, length, exclusive = at.Offset | at.OffsetHigh << 32, low | high << 32, bool(flags & 2)
        assert (flags & 1, reserved, at.hEvent) == (1, 0, None)
        self.error = self.fails_with
        for _, other, other_length, other_exclusive in self.locks:
            if start < other + other_length and other < start + length and (exclusive or other_exclusive):
                self.error = self.error or LOCK_VIOLATION
        if self.error:
            return 0
        self.locks.append((handle, start, length, exclusive))
        return 1

    def unlock(self, handle: int, reserved: int, low: int, high: int, at: Overlapped) -> int:
        start, length = at.Offset | at.OffsetHigh << 32, low | high << 32
        held = next((one for one in self.locks if one[:3] == (handle, start, length)), None)
        if held is None:
            self.error = NOT_LOCKED
            return 0
        self.locks.remove(held)
        return 1

    def create(self, *arguments: object) -> int:
        self.calls.append(arguments)
        self.error = self.fails_with
        return INVALID_HANDLE if self.error else 77

    def kernel(self, drive_type: int = 3) -> Kernel:
        return Kernel(
            lock_file_ex=self.lock,
            unlock_file_ex=self.unlock,
            create_file=self.create,
            get_drive_type=lambda _path: drive_type,
            last_error=lambda: self.error,
            handle_of=lambda descriptor: descriptor + HANDLES,
            descriptor_of=lambda handle, flags: handle * 10 + bool(flags & os.O_RDWR),
        )


@pytest.mark.parametrize(
    ("first", "second", "free"),
    [(True, True, False), (True, False, False), (False, True, False), (False, False, True)],
)
def test_shared_locks_alone_go_together(first: bool, second: bool, free: bool) -> None:
    locks = WindowsLocks(FakeWindows().kernel())
    assert locks.take(3, HEADER, exclusive=first)
    assert locks.take(4, HEADER, exclusive=second) is free


def test_ranges_exclude_each_other_where_they_overlap_and_nowhere_else() -> None:
    locks = WindowsLocks(FakeWindows().kernel())
    assert locks.take(3, VFP_FILE, exclusive=True)
    assert not locks.take(4, HEADER, exclusive=True)
    assert not locks.take(4, Range(VFP_FILE.offset), exclusive=True)
    assert locks.take(4, Range(VFP_FILE.offset - 1), exclusive=True)
    locks.release(3, VFP_FILE)
    assert locks.take(4, HEADER, exclusive=True)


def test_offsets_and_lengths_past_four_gigabytes_are_passed_in_halves() -> None:
    windows = FakeWindows()
    locks = WindowsLocks(windows.kernel())
    far = Range((5 << 32) + 7, (1 << 32) + 9)
    assert locks.take(3, far, exclusive=False)
    assert windows.locks == [(3 + HANDLES, far.offset, far.length, False)]
    locks.release(3, far)
    assert windows.locks == []


@pytest.mark.parametrize("error", [LOCK_VIOLATION, IO_PENDING])
def test_a_range_that_windows_does_not_grant_is_taken(error: int) -> None:
    assert not WindowsLocks(FakeWindows(fails_with=error).kernel()).take(3, HEADER, exclusive=True)


def test_any_other_refusal_is_an_error() -> None:
    locks = WindowsLocks(FakeWindows(fails_with=6).kernel())
    with pytest.raises(OSError, match="LockFileEx failed with Windows error 6"):
        locks.take(3, HEADER, exclusive=True)
    with pytest.raises(OSError, match="UnlockFileEx failed with Windows error 158"):
        locks.release(3, HEADER)


def test_nobody_can_be_named() -> None:
    assert WindowsLocks(FakeWindows().kernel()).holder(3, HEADER) == "another program"


@pytest.mark.parametrize(
    ("flags", "access"), [(os.O_RDONLY, 0x80000000), (os.O_RDWR, 0xC0000000)], ids=["read", "write"]
)
def test_a_file_is_opened_so_that_others_may_read_and_write_it(flags: int, access: int) -> None:
    windows = FakeWindows()
    assert WindowsOpener(windows.kernel())("t.dbf", flags) == 770 + bool(flags)
    assert windows.calls == [("t.dbf", access, 3, None, 3, 0x80, None)]


def test_a_file_can_be_opened_so_that_nobody_else_may_open_it() -> None:
    windows = FakeWindows()
    WindowsOpener(windows.kernel(), ALONE)("t.dbf", os.O_RDWR)
    assert windows.calls == [("t.dbf", 0xC0000000, 0, None, 3, 0x80, None)]


@pytest.mark.parametrize(
    ("refused_with", "number"),
    [
        (2, errno.ENOENT),
        (3, errno.ENOENT),
        (5, errno.EACCES),
        (19, errno.EROFS),
        (32, errno.EBUSY),
        (1450, errno.EIO),
    ],
)
def test_a_refusal_to_open_keeps_its_reason(refused_with: int, number: int) -> None:
    windows = FakeWindows(fails_with=refused_with)
    with pytest.raises(OSError, match=f"Windows error {refused_with}") as caught:
        WindowsOpener(windows.kernel())("t.dbf", os.O_RDONLY)
    assert caught.value.errno == number
