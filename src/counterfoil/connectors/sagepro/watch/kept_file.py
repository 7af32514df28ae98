"""An SQLite file that stays open between questions, for any thread, until it is closed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from counterfoil.connectors.sagepro.translation import translated

WAIT_SECONDS = 5


class KeptFile:
    """Opened when it is first needed, and again after it was closed; one question at a time."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """What is done within counts all or not at all.

        Raises:
            TransientError: another program works with the file, or its disk is full.
        """
        with translated(), self._turn:
            if self._connection is None:
                self._connection = self._connect()
            with self._connection:
                yield self._connection

    def close(self) -> None:
        with self._turn:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
