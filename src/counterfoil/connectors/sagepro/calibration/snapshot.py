"""A snapshot of a company: every row of its tables as bytes, a digest of each block, in one file of ours.

Columns that look like card numbers are taken out before a row is kept, and memos are left out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Self

from counterfoil.connectors.sagepro.calibration.row_formats import FORMATS, RecordFormat, ValueFormat
from counterfoil.ports.errors import ConfigurationError

FORMAT = 2
BLOCK_ROWS = 512
_HEAD = struct.Struct("<qI")
"""Before each row of a block: its number and its length."""

_SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, company TEXT NOT NULL, taken_at TEXT NOT NULL);
CREATE TABLE source (name TEXT PRIMARY KEY, file TEXT NOT NULL, kind TEXT NOT NULL, columns TEXT NOT NULL,
    unread TEXT NOT NULL);
-- The rows whose numbers lie in one span of BLOCK_ROWS, one after the other, compressed.
CREATE TABLE block (name TEXT NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (name, number));
"""

Numbered = tuple[int, bytes]
"""A row with its number, by which it is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table as it was when its rows were read."""

    name: str
    """Without the company's code, such as ``arcash``."""
    file: str
    format: RecordFormat | ValueFormat
    unread: tuple[str, ...] = ()
    """Columns that were not read, because they look like card numbers."""


class SnapshotWriter:
    """Fills a new file; it is complete once this was closed without an error."""

    def __init__(self, path: Path, company: str, taken_at: datetime) -> None:
        """Makes the file, readable by its owner alone.

        Raises:
            ConfigurationError: the file exists, or cannot be made there.
        """
        try:
            path.touch(mode=0o600, exist_ok=False)
            self._connection = sqlite3.connect(path, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"cannot make {path} ({error}): name a new file") from error
        self._connection.executescript(_SCHEMA)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("BEGIN")
        values = (FORMAT, company, taken_at.isoformat())
        self._connection.execute("INSERT INTO head VALUES (?, ?, ?)", values)

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()

    def add(self, source: Source, rows: Iterable[Numbered]) -> int:
        """Adds a table, its rows in the order of their numbers; tells how many there are."""
        described = json.dumps(source.format.described())
        values = (source.name, source.file, source.format.kind, described, json.dumps(source.unread))
        self._connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", values)
        count = 0
        for number, group in groupby(rows, key=lambda row: row[0] // BLOCK_ROWS):
            held = list(group)
            count += len(held)
            body = b"".join(_HEAD.pack(at, len(raw)) + raw for at, raw in held)
            digest = hashlib.blake2b(body, digest_size=16).digest()
            block = (source.name, number, digest, zlib.compress(body, 1))
            self._connection.execute("INSERT INTO block VALUES (?, ?, ?, ?)", block)
        return count


class Snapshot:
    """A snapshot's file, read; one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            ConfigurationError: it is no snapshot, an unfinished one, or one of a later version.
        """
        self.path = path
        try:
            self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            form, self.company, taken_at = self._connection.execute("SELECT * FROM head").fetchone()
            if form != FORMAT:
                raise ConfigurationError(f"{path} is of another version of this program: take one anew")
            sources = [_source(*row) for row in self._connection.execute("SELECT * FROM source")]
        except (sqlite3.Error, TypeError) as error:
            raise ConfigurationError(f"{path} is no whole snapshot ({error}): take one anew") from error
        self.taken_at = datetime.fromisoformat(taken_at)
        self.sources: Mapping[str, Source] = {source.name: source for source in sources}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def digests(self, name: str) -> Mapping[int, bytes]:
        """The digest of each block of a table, by the block's number."""
        query = "SELECT number, digest FROM block WHERE name = ?"
        return dict(self._connection.execute(query, (name,)))

    def block(self, name: str, number: int) -> Mapping[int, bytes]:
        """The rows of one block by their numbers; none where it is not there."""
        query = "SELECT body FROM block WHERE name = ? AND number = ?"
        found = self._connection.execute(query, (name, number)).fetchone()
        return {} if found is None else dict(_rows(found[0]))

    def rows(self, name: str) -> Iterator[Numbered]:
        """All rows with their numbers."""
        with closing(self._connection.cursor()) as cursor:
            query = "SELECT body FROM block WHERE name = ? ORDER BY number"
            for (body,) in cursor.execute(query, (name,)):
                yield from _rows(body)


def _rows(packed: bytes) -> Iterator[Numbered]:
    body, at = zlib.decompress(packed), 0
    while at < len(body):
        number, length = _HEAD.unpack_from(body, at)
        at += _HEAD.size
        yield number, body[at : at + length]
        at += length


def _source(name: str, file: str, kind: str, described: str, unread: str) -> Source:
    return Source(
        name=name,
        file=file,
        format=FORMATS[kind].of(json.loads(described)),
        unread=tuple(json.loads(unread)),
    )
