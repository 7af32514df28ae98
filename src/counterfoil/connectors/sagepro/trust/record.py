"""The moves of one company, in its own folder next to the posting ledger: added, never changed.

Each row bears a digest over itself and the row before, so that a move that somebody took out or wrote over
afterwards is noticed. Whoever may write the whole file could make it anew: the folder's rights keep them out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.trust.rungs import Mode, Move, Standing, standing_of
from counterfoil.ports.encoding import decode, encode
from counterfoil.ports.errors import ConfigurationError, EncodingError

FILE = "trust.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS move (
    number INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    chain TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON move
    BEGIN SELECT RAISE(ABORT, 'moves are never changed'); END;
CREATE TRIGGER IF NOT EXISTS never_removed BEFORE DELETE ON move
    BEGIN SELECT RAISE(ABORT, 'moves are never removed'); END;
"""


class TrustRecord:
    """Any thread and any process may read and add."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._guard = threading.Lock()

    def standing(self, mode: Mode) -> Standing:
        """Where the company stands now; read anew each time, because people move it while the agent runs.

        Raises:
            ConfigurationError: a move was changed or taken out.
        """
        return standing_of(self.moves(), mode)

    def moves(self) -> tuple[Move, ...]:
        """All moves, oldest first.

        Raises:
            ConfigurationError: a move was changed or taken out.
        """
        if not self._path.exists():
            return ()
        with translated(), self._guard, closing(self._connect()) as connection:
            rows = connection.execute("SELECT number, body, chain FROM move ORDER BY number").fetchall()
        return self._checked(rows)

    def add(self, move: Move) -> None:
        """Adds a move, on the disk when this returns.

        Raises:
            ConfigurationError: the folder cannot be written, or a move was changed or taken out.
        """
        body = json.dumps(encode(move), ensure_ascii=False, sort_keys=True)
        with translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._guard, closing(self._connect()) as connection, connection:
                connection.executescript(_SCHEMA)
                connection.execute("BEGIN IMMEDIATE")
                rows = connection.execute("SELECT number, body, chain FROM move ORDER BY number").fetchall()
                self._checked(rows)
                before = str(rows[-1][2]) if rows else ""
                values = (len(rows) + 1, body, _chained(before, body))
                connection.execute("INSERT INTO move VALUES (?, ?, ?)", values)

    def _checked(self, rows: list[tuple[Any, ...]]) -> tuple[Move, ...]:
        chain = ""
        for place, (number, body, noted) in enumerate(rows, start=1):
            chain = _chained(chain, body)
            if number != place or chain != noted:
                raise ConfigurationError(
                    f"move {place} in {self._path} was changed or taken out: nothing is posted. Put the file"
                    " back from a backup, or move it away and raise the company again"
                )
        try:
            return tuple(decode(Move, json.loads(body)) for _, body, _ in rows)
        except EncodingError as error:
            raise ConfigurationError(
                f"{self._path} is of a later version of this program ({error}): install that one"
            ) from error

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5, isolation_level=None)


def _chained(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
