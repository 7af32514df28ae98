"""What the watch remembers between two looks: short rows in blocks, and the notices made of differences.

One SQLite file in the company's own folder. Losing it loses the notices that nobody fetched, and nothing
else: its identity stands in every cursor, so that a reader of a lost file is told to start over.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.changes import LostUpdate, Notice
from counterfoil.ports.encoding import NOTICE, decode, encode
from counterfoil.ports.errors import ConfigurationError

FILE = "watch.sqlite3"
VERSION = 1
NOTICES_KEPT = 500_000
WAIT_SECONDS = 5

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS feed (identity TEXT NOT NULL, full_at TEXT);
-- A table as it was last looked at: how its rows are cut, and what tells that its files moved.
CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, layout TEXT NOT NULL, stamp TEXT);
CREATE TABLE IF NOT EXISTS block (
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest BLOB NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (name, number)
);
CREATE TABLE IF NOT EXISTS notice (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
-- Rows of ours that somebody put back, until they hold what they should.
CREATE TABLE IF NOT EXISTS lost (place TEXT PRIMARY KEY, notice TEXT NOT NULL);
-- Up to which posting of the ledger the rows were looked at.
CREATE TABLE IF NOT EXISTS looked (posting INTEGER NOT NULL);
-- The rows that our postings of the last day changed.
CREATE TABLE IF NOT EXISTS touched (
    place TEXT NOT NULL,
    posting INTEGER NOT NULL,
    posted_at TEXT NOT NULL,
    PRIMARY KEY (place, posting)
) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
_STAGED = """
CREATE TEMP TABLE IF NOT EXISTS staged (key BLOB, state INTEGER, name TEXT, recno INTEGER, row BLOB);
DELETE FROM staged;
"""


class State(IntEnum):
    """What a row that was put aside tells."""

    WAS = 0
    IS = 1
    STANDS = 2
    """It is in the table now, new or as before; of some keys, all such rows are put aside too."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A short row that stands elsewhere or differs, as it was or as it is."""

    key: bytes
    state: State
    name: TableName
    recno: int
    row: bytes


class WatchStore:
    """One opening of the file; everything between `open_store` and its end is one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def identity(self) -> str:
        return str(self._connection.execute("SELECT identity FROM feed").fetchone()[0])

    @property
    def last(self) -> int:
        """The number of the newest notice that ever was."""
        found = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'notice'").fetchone()
        return int(found[0]) if found else 0

    @property
    def first(self) -> int:
        """From which number on all notices are kept."""
        (found,) = self._connection.execute("SELECT MIN(number) FROM notice").fetchone()
        return int(found) if found is not None else self.last + 1

    @property
    def full_at(self) -> str:
        """When all tables were last read, whatever their files said."""
        return str(self._connection.execute("SELECT full_at FROM feed").fetchone()[0] or "")

    def note_full(self, at: str) -> None:
        self._connection.execute("UPDATE feed SET full_at = ?", (at,))

    def start_over(self, identity: str) -> None:
        """Forgets everything; cursors of before are told so."""
        for name in ("feed", "seen", "block", "notice", "lost", "looked", "touched"):
            self._connection.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names
        self._connection.execute("INSERT INTO feed VALUES (?, NULL)", (identity,))

    def layout(self, name: TableName) -> str | None:
        """How the table's short rows are cut; None where it was never looked at."""
        found = self._connection.execute("SELECT layout FROM seen WHERE name = ?", (name.value,)).fetchone()
        return None if found is None else str(found[0])

    def stamp(self, name: TableName) -> str | None:
        found = self._connection.execute("SELECT stamp FROM seen WHERE name = ?", (name.value,)).fetchone()
        return None if found is None else found[0]

    def note_seen(self, name: TableName, layout: str, stamp: str | None) -> None:
        self._connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (name.value, layout, stamp))

    def digest(self, name: TableName, number: int) -> bytes | None:
        select = "SELECT digest FROM block WHERE name = ? AND number = ?"
        found = self._connection.execute(select, (name.value, number)).fetchone()
        return None if found is None else bytes(found[0])

    def rows(self, name: TableName, number: int) -> bytes:
        """The short rows of a block; none where it is not kept."""
        select = "SELECT rows FROM block WHERE name = ? AND number = ?"
        found = self._connection.execute(select, (name.value, number)).fetchone()
        return b"" if found is None else zlib.decompress(found[0])

    def put(self, name: TableName, number: int, digest: bytes, rows: bytes) -> None:
        values = (name.value, number, digest, zlib.compress(rows, 1))
        self._connection.execute("INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?)", values)

    def numbers(self, name: TableName) -> list[int]:
        """The numbers of the kept blocks."""
        select = "SELECT number FROM block WHERE name = ?"
        return [int(found) for (found,) in self._connection.execute(select, (name.value,))]

    def drop(self, name: TableName, number: int) -> None:
        self._connection.execute("DELETE FROM block WHERE name = ? AND number = ?", (name.value, number))

    def blocks(self, name: TableName) -> Iterator[tuple[int, bytes]]:
        """The kept blocks of a table with their short rows."""
        select = "SELECT number, rows FROM block WHERE name = ? ORDER BY number"
        for number, rows in self._connection.execute(select, (name.value,)):
            yield int(number), zlib.decompress(rows)

    def stage(self, rows: Iterator[Staged]) -> None:
        """Puts differing rows aside on the disk, for `staged` to sort."""
        self._connection.executemany(
            "INSERT INTO staged VALUES (?, ?, ?, ?, ?)",
            ((one.key, one.state, one.name.value, one.recno, one.row) for one in rows),
        )

    def staged(self) -> Iterator[Staged]:
        """What was put aside, key by key, rows as they were before rows as they are."""
        select = "SELECT key, state, name, recno, row FROM staged ORDER BY key, state, name, recno"
        for key, state, name, recno, row in self._connection.execute(select):
            yield Staged(key, State(state), TableName(name), recno, row)

    def clear_staged(self) -> None:
        self._connection.execute("DELETE FROM staged")

    def tell(self, notice: Notice) -> None:
        """Adds a notice for the readers of the feed."""
        self._connection.execute("INSERT INTO notice (body) VALUES (?)", (_text(notice),))

    def trim(self) -> None:
        """Forgets the oldest notices beyond what is kept."""
        self._connection.execute("DELETE FROM notice WHERE number <= ?", (self.last - NOTICES_KEPT,))

    def notices(self, after: int, limit: int) -> list[tuple[int, Notice]]:
        select = "SELECT number, body FROM notice WHERE number > ? ORDER BY number LIMIT ?"
        found = self._connection.execute(select, (after, limit))
        return [(number, NOTICE.decode(json.loads(body))) for number, body in found]

    @property
    def looked(self) -> int | None:
        """The number of the last posting whose rows were looked at; None in a new file."""
        found = self._connection.execute("SELECT posting FROM looked").fetchone()
        return int(found[0]) if found else None

    def note_looked(self, posting: int) -> None:
        self._connection.execute("DELETE FROM looked")
        self._connection.execute("INSERT INTO looked VALUES (?)", (posting,))

    def note_touched(self, place: str, posting: int, posted_at: str) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", (place, posting, posted_at)
        )

    def forget_touched(self, before: str) -> None:
        """Rows of postings before that time; those that somebody put back are kept until they are mended."""
        self._connection.execute(
            "DELETE FROM touched WHERE posted_at < ? AND place NOT IN (SELECT place FROM lost)", (before,)
        )

    def postings_at(self, place: str) -> list[int]:
        """The numbers of the postings that touched the row, in order."""
        select = "SELECT posting FROM touched WHERE place = ? ORDER BY posting"
        return [int(number) for (number,) in self._connection.execute(select, (place,))]

    def lost(self) -> dict[str, LostUpdate]:
        """Rows that somebody put back and nobody mended yet, by where they stand."""
        found = self._connection.execute("SELECT place, notice FROM lost ORDER BY place")
        return {place: decode(LostUpdate, json.loads(body)) for place, body in found}

    def note_lost(self, place: str, notice: LostUpdate) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO lost VALUES (?, ?)", (place, json.dumps(encode(notice)))
        )

    def forget_lost(self, place: str) -> None:
        self._connection.execute("DELETE FROM lost WHERE place = ?", (place,))


@contextmanager
def open_store(folder: Path, new_identity: Callable[[], str]) -> Iterator[WatchStore]:
    """The file, made where it is missing; what is done with it counts all or not at all.

    Raises:
        ConfigurationError: a later program made it.
        sqlite3.Error: another program works with it, or its disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise ConfigurationError(f"{folder / FILE} is of a later version: install that program")
        if version < VERSION:
            connection.executescript(_SCHEMA)
        connection.executescript(_STAGED)
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        store = WatchStore(connection)
        if connection.execute("SELECT COUNT(*) FROM feed").fetchone()[0] == 0:
            store.start_over(new_identity())
        yield store
        connection.execute("COMMIT")


def _text(notice: Notice) -> str:
    return json.dumps(NOTICE.encode(notice), ensure_ascii=False)
