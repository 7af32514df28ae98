"""Another program beside the tests: locks and probes bytes of files on command, one command a line."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FLOCK = "hhqqi4x"


class OtherProgram:
    """The tests' end of the pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def lock(self, path: Path, offset: int, length: int = 1) -> bool:
        return self._ask("lock", path, offset, length) == "done"

    def unlock(self, path: Path, offset: int, length: int = 1) -> None:
        self._ask("unlock", path, offset, length)

    def is_locked(self, path: Path, offset: int, length: int = 1) -> bool:
        """Whether somebody else keeps this program from writing there."""
        return self._ask("probe", path, offset, length) == "held"

    def _ask(self, *words: object) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(*words, sep="\t", file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()


@contextmanager
def started() -> Iterator[OtherProgram]:
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield OtherProgram(process)
        finally:
            process.terminate()


def main() -> None:
    files: dict[str, int] = {}
    for line in sys.stdin:
        command, path, offset, length = line.rstrip("\n").split("\t")
        if path not in files:
            files[path] = os.open(path, os.O_RDWR)
        kind = fcntl.F_UNLCK if command == "unlock" else fcntl.F_WRLCK
        request = struct.pack(FLOCK, kind, 0, int(offset), int(length), 0)
        sys.stdout.write(answer(command, files[path], request) + "\n")
        sys.stdout.flush()


def answer(command: str, descriptor: int, request: bytes) -> str:
    if command == "probe":
        found = struct.unpack(FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, request))[0]
        return "free" if found == fcntl.F_UNLCK else "held"
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLK, request)
    except OSError:
        return "refused"
    return "done"


if __name__ == "__main__":
    main()
