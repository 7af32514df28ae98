"""A snapshot of a company: every row of its tables as bytes, with a digest each, in one file of ours.

Columns that look like card numbers are blanked before a row is kept, and memos are left out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from counterfoil.foxpro.records.fields import SYSTEM, Field
from counterfoil.foxpro.records.record import RecordCodec
from counterfoil.ports.errors import ConfigurationError

FORMAT = 1
BLOCK_ROWS = 512
DIGEST_LENGTH = 8

_SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, company TEXT NOT NULL, taken_at TEXT NOT NULL);
CREATE TABLE source (name TEXT PRIMARY KEY, file TEXT NOT NULL, code_page TEXT NOT NULL,
    record_length INTEGER NOT NULL, fields TEXT NOT NULL, unread TEXT NOT NULL);
-- The rows from number `first` on: their digests one after the other, and their bytes, compressed.
CREATE TABLE block (name TEXT NOT NULL, first INTEGER NOT NULL, digests BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (name, first));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table as it was when its rows were read."""

    name: str
    """Without the company's code, such as ``arcash``."""
    file: str
    code_page: str
    record_length: int
    fields: tuple[Field, ...]
    unread: tuple[str, ...] = ()
    """Columns that were not read, because they look like card numbers."""

    @property
    def structure(self) -> str:
        """Changes where a column is added, removed, renamed or given another type or width."""
        return structure_digest(self.fields)

    def codec(self) -> RecordCodec:
        """Reads what was kept: no memo and no column that was not read."""
        hidden = {field.name for field in self.fields if field.is_memo} | set(self.unread)
        fields = tuple(
            replace(field, flags=field.flags | SYSTEM) if field.name in hidden else field
            for field in self.fields
        )
        return RecordCodec(self.file, fields, self.code_page)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows in the order of the file, the first of this number."""

    first: int
    digests: bytes
    packed: bytes

    def rows(self, length: int) -> list[bytes]:
        body = zlib.decompress(self.packed)
        return [body[at : at + length] for at in range(0, len(body), length)]

    def digest(self, place: int) -> bytes:
        return self.digests[place * DIGEST_LENGTH : (place + 1) * DIGEST_LENGTH]


def structure_digest(fields: Iterable[Field]) -> str:
    words = ",".join(f"{each.name}:{each.type}:{each.width}:{each.decimals}" for each in fields)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


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

    def add(self, source: Source, rows: Iterable[bytes]) -> int:
        """Adds a table; tells how many rows it has."""
        fields = json.dumps([[f.name, f.type, f.width, f.decimals, f.offset, f.flags] for f in source.fields])
        values = (source.name, source.file, source.code_page, source.record_length)
        unread = json.dumps(source.unread)
        self._connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?)", (*values, fields, unread))
        count = 0
        held: list[bytes] = []
        for row in rows:
            held.append(row)
            if len(held) == BLOCK_ROWS:
                count = self._flush(source.name, count, held)
        return self._flush(source.name, count, held)

    def _flush(self, name: str, count: int, held: list[bytes]) -> int:
        digests = b"".join(hashlib.blake2b(row, digest_size=DIGEST_LENGTH).digest() for row in held)
        if held:
            body = zlib.compress(b"".join(held), 1)
            self._connection.execute(
                "INSERT INTO block VALUES (?, ?, ?, ?)", (name, count + 1, digests, body)
            )
        count += len(held)
        held.clear()
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
            sources = [_source(*row) for row in self._connection.execute("SELECT * FROM source")]
        except (sqlite3.Error, TypeError) as error:
            raise ConfigurationError(f"{path} is no whole snapshot ({error}): take one anew") from error
        if form > FORMAT:
            raise ConfigurationError(f"{path} is of a later version of this program: install that one")
        self.taken_at = datetime.fromisoformat(taken_at)
        self.sources: Mapping[str, Source] = {source.name: source for source in sources}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def blocks(self, name: str) -> Iterator[Block]:
        with closing(self._connection.cursor()) as cursor:
            query = "SELECT first, digests, body FROM block WHERE name = ? ORDER BY first"
            yield from (Block(*row) for row in cursor.execute(query, (name,)))

    def rows(self, name: str) -> Iterator[tuple[int, bytes]]:
        """All rows with their numbers, deleted ones among them."""
        length = self.sources[name].record_length
        for block in self.blocks(name):
            yield from enumerate(block.rows(length), start=block.first)


def _source(name: str, file: str, code_page: str, length: int, fields: str, unread: str) -> Source:
    return Source(
        name=name,
        file=file,
        code_page=code_page,
        record_length=length,
        fields=tuple(Field(*words) for words in json.loads(fields)),
        unread=tuple(json.loads(unread)),
    )
