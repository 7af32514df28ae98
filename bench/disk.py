"""The limits that the disk sets: waits for it, and bare commits of SQLite."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

TIMES = 200
BLOCK = bytes(4096)


def fsyncs(path: Path) -> float:
    """Blocks a second that are written at the end of a file and waited for."""
    with path.open("wb", buffering=0) as file:
        started = time.perf_counter()
        for _ in range(TIMES):
            file.write(BLOCK)
            os.fsync(file.fileno())
        return TIMES / (time.perf_counter() - started)


def commits(path: Path) -> float:
    """Rows a second, each in a transaction that is on the disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY)")
        started = time.perf_counter()
        for _ in range(TIMES):
            connection.execute("INSERT INTO entry DEFAULT VALUES")
        return TIMES / (time.perf_counter() - started)
