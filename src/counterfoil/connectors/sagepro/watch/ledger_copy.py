"""A second copy of the posting ledger, in another place: it tells that the ledger itself was put back.

It follows the ledger after every group and is never ahead of it, so that whatever it holds and the ledger
does not, the ledger lost. It is written without waiting for the disk: a copy that lost its end in a power
cut is only behind, and catches up.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.recorded import RECORD_COLUMNS, RawRecord
from counterfoil.connectors.sagepro.watch.decisions import Decisions
from counterfoil.connectors.sagepro.watch.kept_file import WAIT_SECONDS, KeptFile

_PAGE = 1000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS posting (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    fact TEXT NOT NULL,
    document TEXT NOT NULL,
    rows TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    entry TEXT NOT NULL
);
"""


class LedgerCopy:
    """One file; for the writer and for commands."""

    def __init__(self, profile: Profile, own_folder: Path) -> None:
        folder = profile.ledger_copy or own_folder.parent
        self._path = folder / f"postings-{profile.company.upper()}-copy.sqlite3"
        self._file = KeptFile(lambda: _connect(self._path))

    def close(self) -> None:
        self._file.close()

    def tells_of_any(self) -> bool:
        """Whether it is there and knows a posting."""
        return self._path.exists() and bool(self._before(None))

    def catch_up(self, ledger: Decisions) -> None:
        """Takes over what the ledger holds behind the last posting that is here."""
        with self._file.use() as connection:
            (last,) = connection.execute("SELECT IFNULL(MAX(number), 0) FROM posting").fetchone()
            while records := ledger.records(last, _PAGE):
                _put(connection, records)
                last = records[-1].number

    def has(self, key: str) -> bool:
        """Whether it was posted at some time."""
        with self._file.use() as connection:
            return connection.execute("SELECT 1 FROM posting WHERE key = ?", (key,)).fetchone() is not None

    def lost(self, ledger: Decisions) -> tuple[RawRecord, ...]:
        """What stands here and neither among the ledger's postings nor among its decisions, oldest first.

        A ledger that was put back lacks an end; the search goes back until a page lacks nothing.
        """
        decided = ledger.keys()
        found: list[RawRecord] = []
        before: int | None = None
        while page := self._before(before):
            lacking = [one for one in page if one.key not in decided and not ledger.has(one.key)]
            found += lacking
            before = page[-1].number
            if not lacking:
                break
        return tuple(reversed(found))

    def forget_after(self, number: int) -> None:
        """What stands here behind that number is taken over anew."""
        with self._file.use() as connection:
            connection.execute("DELETE FROM posting WHERE number > ?", (number,))

    def _before(self, number: int | None) -> tuple[RawRecord, ...]:
        """The newest first; the last posting alone is looked at first, which is all that is ever needed."""
        where, limit = ("1", 1) if number is None else ("number < ?", _PAGE)
        select = f"SELECT number, {RECORD_COLUMNS} FROM posting WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608
        values = (limit,) if number is None else (number, limit)
        with self._file.use() as connection:
            found = connection.execute(select, values).fetchall()
        return tuple(RawRecord(number=at, columns=tuple(columns)) for at, *columns in found)


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(_SCHEMA)
    return connection


def _put(connection: sqlite3.Connection, records: tuple[RawRecord, ...]) -> None:
    marks = ", ".join("?" * (1 + len(records[0].columns)))
    connection.executemany(
        f"INSERT OR REPLACE INTO posting (number, {RECORD_COLUMNS}) VALUES ({marks})",  # noqa: S608
        ((record.number, *record.columns) for record in records),
    )
