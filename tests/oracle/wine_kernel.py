"""Wine's kernel32 behind our Windows code: every call goes over a pipe with the very same arguments."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.foxpro.system.windows import Kernel, Overlapped
from tests.oracle.setup import WINDOWS_PROGRAM, in_use, wine_environment, wine_program


class WineKernel:
    """One process of wine. Its handles stand for descriptors, so nothing else can be done with them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._error = 0

    def call(self, name: str, *arguments: object) -> int:
        assert self._process.stdin
        assert self._process.stdout
        print(name, *arguments, file=self._process.stdin, flush=True)
        result, error = self._process.stdout.readline().split()
        self._error = int(error)
        return int(result)

    def kernel(self) -> Kernel:
        return Kernel(
            lock_file_ex=lambda *given: self.call("LockFileEx", *given[:-1], *_place(given[-1])),
            unlock_file_ex=lambda *given: self.call("UnlockFileEx", *given[:-1], *_place(given[-1])),
            create_file=lambda path, access, share, _security, how, flags, _template: self.call(
                "CreateFileW", access, share, how, flags, path
            ),
            get_drive_type=lambda path: self.call("GetDriveTypeW", path),
            last_error=lambda: self._error,
            handle_of=lambda descriptor: descriptor,
            descriptor_of=lambda handle, _flags: handle,
        )


def _place(overlapped: Overlapped) -> tuple[int, int]:
    return overlapped.Offset, overlapped.OffsetHigh


@contextmanager
def started() -> Iterator[WineKernel]:
    command = [str(wine_program("wine64")), str(WINDOWS_PROGRAM)]
    with (
        in_use(),
        subprocess.Popen(
            command,
            env=wine_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process,
    ):
        try:
            yield WineKernel(process)
        finally:
            process.terminate()
