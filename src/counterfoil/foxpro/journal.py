"""The journal of decided transactions, in the caller's own SQLite database.

An entry is written in the same SQLite transaction as the caller's own rows: from then on it will happen,
whatever crashes. Entries of one company are written by one program at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from counterfoil.foxpro.changes import PageChange, RowChange, TableChange
from counterfoil.foxpro.errors import DiskFullError, UnfinishedError
from counterfoil.foxpro.files import PageWrite

OnCommit = Callable[[sqlite3.Connection], None]

COMMITTING, STAGED, QUARANTINED = "committing", "staged", "quarantined"

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal_entry (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('committing', 'staged', 'quarantined'))
);
CREATE TABLE IF NOT EXISTS journal_row (
    entry INTEGER NOT NULL REFERENCES journal_entry (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    recno INTEGER NOT NULL,
    before BLOB NOT NULL,
    after BLOB NOT NULL,
    postings TEXT NOT NULL,
    PRIMARY KEY (entry, place)
);
CREATE TABLE IF NOT EXISTS journal_page (
    entry INTEGER NOT NULL REFERENCES journal_entry (id),
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    before BLOB NOT NULL,
    after BLOB NOT NULL,
    PRIMARY KEY (entry, name, place)
);
"""


def quarantined_postings(connection: sqlite3.Connection) -> frozenset[str]:
    """The postings that touch rows which wait for a person."""
    select = "SELECT postings FROM journal_row JOIN journal_entry ON entry = id WHERE state = ?"
    rows = connection.execute(select, (QUARANTINED,))
    return frozenset(posting for (postings,) in rows for posting in json.loads(postings))


class Journal:
    """Entries are committing, then staged (all written, appended rows not live yet), then done and gone.

    The strange rows of a quarantined entry stay for whoever decides. Until an entry is committing nothing of
    it is in any table, so that there is nothing to keep.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)

    def commit(self, changes: Sequence[TableChange], on_commit: OnCommit) -> int:
        """Decide a transaction, together with what the caller writes through the same connection."""
        with self._transaction() as connection:
            entry = connection.execute(
                "INSERT INTO journal_entry (state) VALUES (?)", (COMMITTING,)
            ).lastrowid
            rows = [(entry, *row) for change in changes for row in _row_columns(change)]
            connection.executemany("INSERT INTO journal_row VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            pages = [(entry, *page) for change in changes for page in _page_columns(change)]
            connection.executemany("INSERT INTO journal_page VALUES (?, ?, ?, ?, ?, ?)", pages)
            on_commit(connection)
        return entry or 0

    def mark_staged(self, entry: int) -> None:
        """From now on other programs may see, and change, the appended rows.

        It does not wait for the disk: where a power cut takes the mark away, only a program that changed an
        appended row before recovery could be misjudged.
        """
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._transaction() as connection:
                connection.execute("UPDATE journal_entry SET state = ? WHERE id = ?", (STAGED, entry))
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def is_staged(self, entry: int) -> bool:
        select = "SELECT state FROM journal_entry WHERE id = ?"
        (state,) = self._connection.execute(select, (entry,)).fetchone()
        return bool(state == STAGED)

    def finish(self, entry: int) -> None:
        """The tables hold the transaction, and it was read back."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM journal_row WHERE entry = ?", (entry,))
            connection.execute("DELETE FROM journal_page WHERE entry = ?", (entry,))
            connection.execute("DELETE FROM journal_entry WHERE id = ?", (entry,))

    def quarantine(self, entry: int, recnos: Iterable[tuple[str, int]]) -> None:
        """Rows of the transaction were changed by somebody else; their images stay, the rest is done."""
        kept = set(recnos)
        with self._transaction() as connection:
            connection.execute("UPDATE journal_entry SET state = ? WHERE id = ?", (QUARANTINED, entry))
            connection.execute("DELETE FROM journal_page WHERE entry = ?", (entry,))
            select = "SELECT place, name, recno FROM journal_row WHERE entry = ?"
            done = [
                (entry, place)
                for place, name, recno in connection.execute(select, (entry,)).fetchall()
                if (name, recno) not in kept
            ]
            connection.executemany("DELETE FROM journal_row WHERE entry = ? AND place = ?", done)

    def unfinished(self) -> tuple[int, ...]:
        select = "SELECT id FROM journal_entry WHERE state IN (?, ?) ORDER BY id"
        return tuple(entry for (entry,) in self._connection.execute(select, (COMMITTING, STAGED)))

    def refuse_unfinished(self) -> None:
        entries = self.unfinished()
        if entries:
            raise UnfinishedError(entries)

    def changes(self, entry: int) -> list[TableChange]:
        """What an entry says must happen."""
        rows: dict[str, list[RowChange]] = {}
        pages: dict[str, list[PageChange]] = {}
        columns = "name, recno, before, after, place, postings"
        select = f"SELECT {columns} FROM journal_row WHERE entry = ? ORDER BY place"  # noqa: S608 - constants
        for name, recno, before, after, place, postings in self._connection.execute(select, (entry,)):
            row = RowChange(recno, before, after, place, tuple(json.loads(postings)))
            rows.setdefault(name, []).append(row)
        select = "SELECT name, before, offset, after FROM journal_page WHERE entry = ? ORDER BY name, place"
        for name, before, offset, after in self._connection.execute(select, (entry,)):
            pages.setdefault(name, []).append(PageChange(before, PageWrite(offset, after)))
        return [TableChange(name, tuple(rows[name]), tuple(pages.get(name, ()))) for name in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        committed = False
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
            committed = True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise DiskFullError("the posting journal") from error
            raise
        finally:
            if not committed and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _row_columns(change: TableChange) -> Iterator[tuple[object, ...]]:
    for row in change.rows:
        yield row.place, change.table, row.recno, row.before, row.after, json.dumps(row.postings)


def _page_columns(change: TableChange) -> Iterator[tuple[object, ...]]:
    for place, page in enumerate(change.pages):
        yield change.table, place, page.write.offset, page.before, page.write.data
