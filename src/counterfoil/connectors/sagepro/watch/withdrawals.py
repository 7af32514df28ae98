"""What a person decided about postings that a restore took away, in the posting ledger itself.

A posting moves from the ledger's postings to the withdrawn ones, or back, in one transaction; nothing is
deleted. Any process may work here while the agent runs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.ledger import FILE, NEXT_NUMBER
from counterfoil.connectors.sagepro.recorded import RECORD_COLUMNS, RawRecord
from counterfoil.connectors.sagepro.watch.decisions import Decisions, Verdict
from counterfoil.connectors.sagepro.watch.kept_file import WAIT_SECONDS, KeptFile
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.encoding import FACT
from counterfoil.ports.errors import ConfigurationError


class Withdrawals(Decisions):
    """Over the ledger's file in the company's own folder, which must be there."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / FILE).absolute().as_uri()}?mode=rw"
        self._file = KeptFile(lambda: _connect(uri))

    @override
    def close(self) -> None:
        self._file.close()

    @override
    def keys(self) -> frozenset[str]:
        """All that was ever decided about and does not stand among the postings."""
        with self._file.use() as connection:
            found = connection.execute(
                "SELECT DISTINCT key FROM withdrawn WHERE key NOT IN (SELECT key FROM posting)"
            )
            return frozenset(key for (key,) in found)

    @override
    def waiting(self) -> tuple[Fact, ...]:
        """What is to be posted again and was not yet, in its first order."""
        select = """
            SELECT fact FROM withdrawn AS one
            WHERE verdict = 'repost' AND key NOT IN (SELECT key FROM posting)
            AND number = (SELECT MAX(number) FROM withdrawn WHERE key = one.key) ORDER BY number
        """
        with self._file.use() as connection:
            return tuple(FACT.decode(json.loads(fact)) for (fact,) in connection.execute(select).fetchall())

    @override
    def gone(self) -> Mapping[str, tuple[str, str]]:
        """The keys of postings that are not in the books any more, with who accepted it, and when."""
        select = """
            SELECT key, person, judged_at FROM withdrawn AS one
            WHERE verdict = 'gone' AND key NOT IN (SELECT key FROM posting)
            AND number = (SELECT MAX(number) FROM withdrawn WHERE key = one.key)
        """
        with self._file.use() as connection:
            return {key: (person, at) for key, person, at in connection.execute(select)}

    @override
    def withdraw(self, records: Sequence[RawRecord], verdict: Verdict, person: str, at: datetime) -> None:
        """Takes postings out of the ledger, or notes those that only its copy knows.

        Raises:
            ConfigurationError: nobody is named.
        """
        insert = f"INSERT INTO withdrawn (number, {RECORD_COLUMNS}, verdict, person, judged_at) VALUES"
        with self._writing(person) as connection:
            for record in records:
                values = (*record.columns, verdict.value, person.strip(), at.isoformat())
                connection.execute(f"{insert} ({NEXT_NUMBER}, {', '.join('?' * len(values))})", values)
                connection.execute("DELETE FROM posting WHERE key = ?", (record.key,))
                connection.execute("DELETE FROM citation WHERE key = ?", (record.key,))

    @override
    def put_back(self, records: Sequence[RawRecord], person: str) -> None:
        """Notes postings again whose rows stand in the books.

        Raises:
            ConfigurationError: nobody is named.
        """
        insert = f"INSERT INTO posting (rowid, {RECORD_COLUMNS}) VALUES ({NEXT_NUMBER}, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        with self._writing(person) as connection:
            for record in records:
                connection.execute(insert, record.columns)
                fact = FACT.decode(json.loads(record.columns[2]))
                cited = [(str(key), record.key) for key in fact.cites]
                connection.executemany("INSERT OR IGNORE INTO citation VALUES (?, ?)", cited)

    @override
    def records(self, after: int, limit: int) -> tuple[RawRecord, ...]:
        """The postings behind that number, in order, as they stand in the file."""
        select = f"SELECT rowid, {RECORD_COLUMNS} FROM posting WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
        with self._file.use() as connection:
            found = connection.execute(select, (after, limit)).fetchall()
        return tuple(RawRecord(number=number, columns=tuple(columns)) for number, *columns in found)

    @property
    @override
    def last_number(self) -> int:
        """The highest number that a posting bears or bore."""
        with self._file.use() as connection:
            return int(connection.execute(f"SELECT {NEXT_NUMBER} - 1").fetchone()[0])

    @override
    def has(self, key: str) -> bool:
        """Whether the posting stands in the ledger."""
        with self._file.use() as connection:
            return connection.execute("SELECT 1 FROM posting WHERE key = ?", (key,)).fetchone() is not None

    @contextmanager
    def _writing(self, person: str) -> Iterator[sqlite3.Connection]:
        if not person.strip():
            raise ConfigurationError("say who decides: --person NAME")
        with self._file.use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    return connection
