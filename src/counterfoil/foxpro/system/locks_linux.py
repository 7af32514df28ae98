"""Byte-range locks on Linux: open-file-description locks, which POSIX and share locks respect."""

from __future__ import annotations

import errno
import fcntl
import struct

from typing_extensions import override

from counterfoil.foxpro.system.lock_holders import Holders, named
from counterfoil.foxpro.system.ranges import ByteLocks, Range

FLOCK = "hhqqi4x"
TAKEN = frozenset({errno.EAGAIN, errno.EACCES})


class LinuxLocks(ByteLocks):
    """F_OFD_SETLK: never waits, belongs to one open file, gone when that is closed or its process ends."""

    def __init__(self) -> None:
        self._holders = Holders()

    @override
    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
        try:
            self._control(descriptor, fcntl.F_OFD_SETLK, fcntl.F_WRLCK if exclusive else fcntl.F_RDLCK, part)
        except OSError as error:
            if error.errno in TAKEN:
                return False
            raise
        return True

    @override
    def release(self, descriptor: int, part: Range) -> None:
        self._control(descriptor, fcntl.F_OFD_SETLK, fcntl.F_UNLCK, part)

    @override
    def holder(self, descriptor: int, part: Range) -> str:
        answer = self._control(descriptor, fcntl.F_OFD_GETLK, fcntl.F_WRLCK, part)
        process: int = struct.unpack(FLOCK, answer)[4]
        return named(process) if process > 0 else self._holders.find(descriptor, part)

    @staticmethod
    def _control(descriptor: int, command: int, kind: int, part: Range) -> bytes:
        return fcntl.fcntl(descriptor, command, struct.pack(FLOCK, kind, 0, part.offset, part.length, 0))
