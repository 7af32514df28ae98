"""The journal of decided transactions, in the caller's own SQLite database.

An entry is written in the same SQLite transaction as the caller's own rows: from then on it will happen,
whatever crashes. Entries of one company are written by one program at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from counterfoil.foxpro.errors import DiskFullError, StorageError, TableBusyError, UnfinishedError
from counterfoil.foxpro.system.boots import UNKNOWN, read_boot_id
from counterfoil.foxpro.transactions.changes import QuarantinedRow, TableChange
from counterfoil.foxpro.transactions.journal_rows import (
    SCHEMA,
    Strange,
    delete_changes,
    drop_empty_older,
    insert_changes,
    put_aside,
    select_changes,
    select_quarantined,
)

OnCommit = Callable[[sqlite3.Connection], None]

QUARANTINED = "quarantined"
_NAME = "the posting journal"
_PRIMARY_CODE = 0xFF
"""SQLite's codes say in their lowest byte what happened, and above it where."""


class Mark(Enum):
    """How far an entry is known to have come."""

    COMMITTING = "committing"
    """It is decided; anything of it may be written."""
    STAGED = "staged"
    """Everything is written, with the appended rows flagged deleted."""
    LIVE = "live"
    """The appended rows are live as well."""


def quarantined_postings(connection: sqlite3.Connection) -> frozenset[str]:
    """The postings that touch rows which wait for a person."""
    return _postings(connection, "SELECT postings FROM journal_row WHERE why <> ''")


def pending_postings(connection: sqlite3.Connection) -> frozenset[str]:
    """The postings with rows that are decided and not finished."""
    return _postings(connection, "SELECT postings FROM journal_row WHERE why = ''")


def _postings(connection: sqlite3.Connection, select: str) -> frozenset[str]:
    return frozenset(
        posting for (postings,) in connection.execute(select) for posting in json.loads(postings)
    )


class Journal:
    """Entries are committing, staged, live, then done and gone; rows in quarantine stay for whoever decides.

    Until an entry is committing nothing of it is in any table, so that there is nothing to keep.
    """

    def __init__(self, connection: sqlite3.Connection, *, boot: str | None = None) -> None:
        """`boot` names this run of the machine; by default the machine is asked."""
        self._connection = connection
        self._boot = read_boot_id() if boot is None else boot
        with _failures_named():
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            drop_empty_older(connection)
            connection.executescript(SCHEMA)

    def commit(self, changes: Sequence[TableChange], on_commit: OnCommit) -> int:
        """Decide a transaction, together with what the caller writes through the same connection."""
        with self._transaction() as connection:
            insert = "INSERT INTO journal_entry (state, boot) VALUES (?, ?)"
            entry = connection.execute(insert, (Mark.COMMITTING.value, self._boot)).lastrowid or 0
            insert_changes(connection, entry, changes)
            on_commit(connection)
        return entry

    def mark(self, entry: int, mark: Mark) -> None:
        """Note how far the entry has come in this run of the machine.

        It does not wait for the disk: a power cut that takes the mark away takes its meaning as well.
        """
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._transaction() as connection:
                update = "UPDATE journal_entry SET state = ?, boot = ? WHERE id = ?"
                connection.execute(update, (mark.value, self._boot, entry))
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def mark_of(self, entry: int) -> tuple[Mark, bool]:
        """How far an entry has come, and whether that was in this run of the machine."""
        select = "SELECT state, boot FROM journal_entry WHERE id = ?"
        state, boot = self._connection.execute(select, (entry,)).fetchone()
        return Mark(state), boot == self._boot != UNKNOWN

    def replan(self, entry: int, changes: Sequence[TableChange], strange: Iterable[Strange]) -> None:
        """Put rows aside for a person, and decide anew what must happen to the others."""
        with self._transaction() as connection:
            put_aside(connection, entry, strange)
            delete_changes(connection, entry)
            insert_changes(connection, entry, changes)

    def finish(self, entry: int) -> None:
        """The tables hold the transaction, and it was read back; rows in quarantine stay."""
        with self._transaction() as connection:
            delete_changes(connection, entry)
            select = "SELECT 1 FROM journal_row WHERE entry = ?"
            if connection.execute(select, (entry,)).fetchone():
                update = "UPDATE journal_entry SET state = ? WHERE id = ?"
                connection.execute(update, (QUARANTINED, entry))
            else:
                connection.execute("DELETE FROM journal_entry WHERE id = ?", (entry,))

    def unfinished(self) -> tuple[int, ...]:
        select = "SELECT id FROM journal_entry WHERE state <> ? ORDER BY id"
        return tuple(entry for (entry,) in self._connection.execute(select, (QUARANTINED,)))

    def refuse_unfinished(self) -> None:
        entries = self.unfinished()
        if entries:
            raise UnfinishedError(entries)

    def changes(self, entry: int) -> list[TableChange]:
        """What an entry says must still happen, in the order of writing."""
        return select_changes(self._connection, entry)

    def quarantined(self, entry: int) -> tuple[QuarantinedRow, ...]:
        """The rows of an entry that wait for a person."""
        return tuple(select_quarantined(self._connection, entry))

    def held(self) -> dict[int, tuple[QuarantinedRow, ...]]:
        """The rows that wait for a person, by the finished entries that they are left of."""
        select = "SELECT id FROM journal_entry WHERE state = ? ORDER BY id"
        entries = [entry for (entry,) in self._connection.execute(select, (QUARANTINED,))]
        return {entry: self.quarantined(entry) for entry in entries}

    def release(self, entry: int, on_commit: OnCommit) -> tuple[QuarantinedRow, ...]:
        """Forget the rows of an entry that a person has judged and mended; tells which those were.

        What the caller writes is committed with it. Raises LookupError where no such entry waits.
        """
        with self._transaction() as connection:
            rows = self.held().get(entry, ())
            if not rows:
                raise LookupError(f"no entry {entry} waits for a person")
            connection.execute("DELETE FROM journal_row WHERE entry = ?", (entry,))
            connection.execute("DELETE FROM journal_entry WHERE id = ?", (entry,))
            on_commit(connection)
        return rows

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        committed = False
        with _failures_named():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
                committed = True
            finally:
                if not committed and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


@contextmanager
def _failures_named() -> Iterator[None]:
    """What the system or another program does to the database, in our words; mistakes stay as they are."""
    try:
        yield
    except sqlite3.OperationalError as error:
        match error.sqlite_errorcode & _PRIMARY_CODE:
            case sqlite3.SQLITE_FULL:
                raise DiskFullError(_NAME) from error
            case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
                reason = f"{error}. Make room on its disk, or mend disk and rights, then start again."
                raise StorageError(_NAME, reason) from error
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise TableBusyError(_NAME, "the database", "another program") from error
            case _:
                raise
