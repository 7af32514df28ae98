"""CodeBase, asked over a pipe: it opens, checks, reads and changes a table beside us."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.oracle.setup import PROGRAM, in_use, wine_environment, wine_program

ANSWER_SECONDS = 60
READ_AT_ONCE = 1 << 16


class OracleError(Exception):
    """The witness refused; the text is its own."""


@dataclass(frozen=True)
class TagVerdict:
    """What CodeBase found when it walked a tag: keys, keys unlike their expression, keys out of order."""

    count: int
    wrong: int
    disordered: int


@dataclass(frozen=True)
class Verdict:
    """CodeBase's opinion of a table's index."""

    tags: dict[str, TagVerdict]
    check: int
    error: int

    @property
    def is_good(self) -> bool:
        healthy = all(tag.wrong == 0 and tag.disordered == 0 for tag in self.tags.values())
        return healthy and self.check == 0 and self.error == 0


class Oracle:
    """One process of the witness with at most one table open. Use it as a context manager."""

    def __init__(self, table: Path | None = None) -> None:
        self._table = table
        self._exits = ExitStack()
        self._unread = b""

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            exits.enter_context(in_use())
            command = [str(wine_program("wine64")), str(PROGRAM)]
            self._process = exits.enter_context(
                subprocess.Popen(
                    command,
                    cwd=PROGRAM.parent,
                    env=wine_environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
            exits.callback(self._stop)
            self._answer()
            if self._table:
                self.open(self._table)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    def _stop(self) -> None:
        if self._process.poll() is None:
            self.send("quit")
            try:
                self._process.wait(timeout=ANSWER_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def ask(self, command: str) -> str:
        """Send a command and take its answer; raises OracleError where it is refused."""
        self.send(command)
        return self._answer()

    def send(self, command: str) -> None:
        """Send a command whose answer `answer` takes later."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode("latin-1") + b"\n")
        self._process.stdin.flush()

    def send_all(self, commands: Iterable[str]) -> None:
        for command in commands:
            self.send(command)

    def answer(self) -> str:
        return self._answer()

    def _answer(self) -> str:
        """The next line; those behind it, whose commands were sent ahead, wait for their turn."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                if not selector.select(ANSWER_SECONDS):
                    self._process.kill()
                    raise OracleError(f"no answer within {ANSWER_SECONDS} s")
                if not (more := os.read(descriptor, READ_AT_ONCE)):
                    break
                self._unread += more
        first, _, self._unread = self._unread.partition(b"\n")
        line = first.decode("latin-1").rstrip("\r")
        if not line.startswith("ok"):
            raise OracleError(line or "it ended")
        return line[3:]

    def open(self, table: Path) -> int:
        return int(self.ask(f"open Z:{str(table).replace('/', chr(92))}"))

    def close(self) -> None:
        self.ask("close")

    def count(self) -> int:
        return int(self.ask("count"))

    def append(self, **values: str) -> int:
        return int(self.ask(f"append {assignments(values)}"))

    def update(self, recno: int, **values: str) -> None:
        self.ask(f"update {recno} {assignments(values)}")

    def delete(self, recno: int) -> None:
        self.ask(f"delete {recno}")

    def recall(self, recno: int) -> None:
        self.ask(f"recall {recno}")

    def read(self, recno: int) -> bytes:
        return bytes.fromhex(self.ask(f"read {recno}"))

    def memo(self, recno: int, field: str) -> bytes:
        return bytes.fromhex(self.ask(f"memo {recno} {field}"))

    def evaluate(self, recno: int, expression: str) -> bytes:
        """The key that CodeBase builds for an expression from a row."""
        return bytes.fromhex(self.ask(f"evaluate {recno} {expression}"))

    def seek(self, tag: str, key: bytes) -> int | None:
        return int(self.ask(f"seek {tag} {key.hex()}").split()[0]) or None

    def seek_number(self, tag: str, key: str) -> int | None:
        return int(self.ask(f"seek {tag} #{key}").split()[0]) or None

    def keys(self, tag: str) -> list[tuple[bytes, int]]:
        pairs = (item.split(":") for item in self.ask(f"keys {tag}").split())
        return [(bytes.fromhex(key), int(recno)) for recno, key in pairs]

    def verify(self) -> Verdict:
        *tags, check = self.ask("verify").split()
        found = {}
        for item in tags:
            name, *numbers = item.split(":")
            found[name.lower()] = TagVerdict(*map(int, numbers))
        _, result, error = check.split(":")
        return Verdict(found, int(result), int(error))

    def lock(self, what: str | int) -> bool:
        """Try to lock a record by its number, "append" or "file"."""
        try:
            self.ask(f"lock {what}")
        except OracleError:
            return False
        return True

    def unlock(self) -> None:
        self.ask("unlock")


def assignments(values: dict[str, str]) -> str:
    return " ".join(f"{name}={value.encode('cp1252').hex()}" for name, value in values.items())
