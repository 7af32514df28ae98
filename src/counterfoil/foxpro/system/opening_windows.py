"""Files opened on Windows so that others may read and write them, with its own reason where it refuses."""

from __future__ import annotations

import errno
import os

from counterfoil.foxpro.system.windows import INVALID_HANDLE, Kernel

READ, WRITE = 0x80000000, 0x40000000
ALONE = 0
SHARED = 0x01 | 0x02
"""Others may read and write."""
OPEN_EXISTING = 3
NORMAL = 0x80

ERRORS = {
    2: errno.ENOENT,
    3: errno.ENOENT,
    5: errno.EACCES,
    19: errno.EROFS,
    32: errno.EBUSY,
}
"""Windows' numbers: no such file, no such folder, access denied, write-protected, sharing violation."""


class WindowsOpener:
    """The opener of a FileIO. The C library would turn a sharing violation into a missing permission."""

    def __init__(self, kernel: Kernel, share: int = SHARED) -> None:
        self._kernel = kernel
        self._share = share

    def __call__(self, path: str, flags: int) -> int:
        access = READ | WRITE if flags & os.O_RDWR else READ
        handle = self._kernel.create_file(path, access, self._share, None, OPEN_EXISTING, NORMAL, None)
        if handle in (None, INVALID_HANDLE):
            error = self._kernel.last_error()
            raise OSError(ERRORS.get(error, errno.EIO), f"CreateFile failed with Windows error {error}")
        return self._kernel.descriptor_of(handle, flags)
