"""Byte-range locks on Windows: LockFileEx, tested under wine; it never ran on Windows itself."""

from __future__ import annotations

import errno

from typing_extensions import override

from counterfoil.foxpro.system.ranges import SOMEBODY, ByteLocks, Range
from counterfoil.foxpro.system.windows import Kernel, Overlapped

FAIL_IMMEDIATELY, EXCLUSIVE = 0x01, 0x02
LOCK_VIOLATION, IO_PENDING = 33, 997
TAKEN = frozenset({LOCK_VIOLATION, IO_PENDING})
"""Files are opened for waiting calls, for which a lock cannot be pending; the number is read as a no."""
HALF = 32
LOW = (1 << HALF) - 1


class WindowsLocks(ByteLocks):
    """Never waits, belongs to one open file, gone when that is closed or its process ends.

    Windows keeps others from reading and writing locked bytes, so only bytes beyond the data are locked, and
    the first byte of a memo file for a moment. An open file must not lock bytes twice; its locks are counted.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    @override
    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
        flags = FAIL_IMMEDIATELY | (EXCLUSIVE if exclusive else 0)
        handle = self._kernel.handle_of(descriptor)
        if self._kernel.lock_file_ex(handle, flags, 0, *_halves(part.length), _place(part)):
            return True
        error = self._kernel.last_error()
        if error in TAKEN:
            return False
        raise _refusal("LockFileEx", error)

    @override
    def release(self, descriptor: int, part: Range) -> None:
        handle = self._kernel.handle_of(descriptor)
        if not self._kernel.unlock_file_ex(handle, 0, *_halves(part.length), _place(part)):
            raise _refusal("UnlockFileEx", self._kernel.last_error())

    @override
    def holder(self, descriptor: int, part: Range) -> str:
        """Windows does not tell."""
        return SOMEBODY


def _halves(number: int) -> tuple[int, int]:
    """The low and the high 32 bits."""
    return number & LOW, number >> HALF


def _place(part: Range) -> Overlapped:
    low, high = _halves(part.offset)
    return Overlapped(Offset=low, OffsetHigh=high)


def _refusal(call: str, error: int) -> OSError:
    return OSError(errno.EIO, f"{call} failed with Windows error {error}")
