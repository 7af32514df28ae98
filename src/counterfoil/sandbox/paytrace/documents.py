"""One SQLite file, or memory, of JSON documents in named tables, which the books of the sandbox share."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

_Row = TypeVar("_Row")


class Documents:
    """The file with its lock; changes are made inside `changes()` and are all or nothing."""

    def __init__(self, path: Path | None) -> None:
        name = ":memory:" if path is None else str(path)
        if path is not None:
            path.touch(mode=0o600)
        self._guard = threading.RLock()
        self._connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._guard:
            self._connection.close()

    def lay_out(self, schema: str) -> None:
        """Makes the tables of one book; harmless where they are there."""
        with self._guard:
            self._connection.executescript(schema)

    @contextmanager
    def changes(self) -> Iterator[None]:
        """What happens inside is kept as a whole or not at all; inside another one it is a part of that."""
        with self._guard:
            if self._connection.in_transaction:
                yield
                return
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield

    def run(self, statement: str, *values: str | int) -> None:
        with self._guard:
            self._connection.execute(statement, values)

    def number(self, statement: str, *values: str | int) -> int | None:
        """The one number that a statement finds."""
        with self._guard:
            found = self._connection.execute(statement, values).fetchone()
        return None if found is None or found[0] is None else int(found[0])

    def texts(self, statement: str, *values: str | int) -> list[str]:
        """The one column of text that a statement finds."""
        with self._guard:
            return [str(text) for (text,) in self._connection.execute(statement, values)]

    def rows(self, row_type: type[_Row], tail: str, *values: str | int) -> list[_Row]:
        """The documents of a table, by everything that follows FROM."""
        statement = f"SELECT body FROM {tail}"  # noqa: S608 - tails are literals of this package
        with self._guard:
            found = self._connection.execute(statement, values).fetchall()
        return [msgspec.json.decode(body, type=row_type) for (body,) in found]

    def row(self, row_type: type[_Row], tail: str, *values: str | int) -> _Row | None:
        """The first of them, or None."""
        found = self.rows(row_type, tail, *values)
        return found[0] if found else None


def text_of(row: msgspec.Struct) -> str:
    """A row as it is kept."""
    return msgspec.json.encode(row).decode()


def stamp_of(moment: datetime) -> str:
    """The form in which rows carry their times, so that text order is time order."""
    return str(msgspec.to_builtins(moment))
