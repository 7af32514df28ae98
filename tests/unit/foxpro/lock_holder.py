"""A process of ours beside the tests: holds locks of a table, or appends a row, on command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from counterfoil.foxpro.errors import BusyError, FoxProError
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.files.table_locks import Patience, TableLocks
from counterfoil.foxpro.table import Table

LOCKS = ("record 1", "record 2", "header", "file", "index shared", "index exclusive", "memo")

EXCLUDE = {
    frozenset(pair)
    for pair in (
        ("record 1",),
        ("record 2",),
        ("header",),
        ("file",),
        ("file", "record 1"),
        ("file", "record 2"),
        ("file", "header"),
        ("index shared", "index exclusive"),
        ("index exclusive",),
        ("memo",),
    )
}
"""Pairs of locks that two programs cannot hold at once; a pair of the same lock stands alone."""


def lock(table: Table, name: str) -> AbstractContextManager[None]:
    """One of the locks above; taken when the block is entered, in one try."""
    memo = table.storage.memo
    return lock_of(table.locks, name, index=table.storage.cdx, memo=memo.file if memo else None)


def lock_of(
    locks: TableLocks, name: str, *, index: TableFile | None, memo: TableFile | None
) -> AbstractContextManager[None]:
    """The same of a table's locks and files."""
    deadline = Patience.none().deadline()
    if name.startswith("record "):
        return locks.record(int(name.removeprefix("record ")), deadline)
    if index and name.startswith("index "):
        return locks.index(index, deadline, exclusive=name == "index exclusive")
    if memo and name == "memo":
        return locks.memo(memo, deadline)
    return {"header": locks.header, "file": locks.whole}[name](deadline)


class LockHolder:
    """The tests' end of the pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *words: object) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(*words, sep="\t", file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    @contextmanager
    def holding(self, path: Path, name: str) -> Iterator[None]:
        answer = self.ask("hold", path, name)
        assert answer == "done", answer
        try:
            yield
        finally:
            assert self.ask("release", path, "") == "done"


@contextmanager
def started() -> Iterator[LockHolder]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.foxpro.lock_holder"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield LockHolder(process)
        finally:
            process.terminate()


def main() -> None:
    held = ExitStack()
    for line in sys.stdin:
        command, path, rest = line.rstrip("\n").split("\t")
        try:
            answer = obey(command, Path(path), rest, held)
        except BusyError:
            answer = "busy"
        except FoxProError as error:
            answer = str(error)
        print(answer, flush=True)  # noqa: T201 - the answer goes over the pipe


def obey(command: str, path: Path, rest: str, held: ExitStack) -> str:
    if command == "release":
        held.close()
        return "done"
    if command == "hold":
        table = held.enter_context(Table.open(path, writable=True))
        held.enter_context(lock(table, rest))
        return "done"
    with Table.open(path, writable=True) as table:
        return str(table.append({"a": rest}))


if __name__ == "__main__":
    main()
