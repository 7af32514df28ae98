"""The posting ledger of one company: which posting key stands in the books, in the company's own folder.

One SQLite file holds it together with the journal of the table writes, so that a posting and its key are
decided in one commit. The file must lie on a disk of the machine that writes it: SQLite's locks and its
write-ahead log do not hold over a network mount, and neither do FoxPro's indexes.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry, encode_entry
from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.recorded import RECORD_COLUMNS, Recorded, recorded
from counterfoil.connectors.sagepro.translation import translate, translated
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.transactions.changes import QuarantinedRow
from counterfoil.foxpro.transactions.journal import Journal, pending_postings, quarantined_postings
from counterfoil.ports.encoding import FACT, decode, encode
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import ConfigurationError

FILE = "postings.sqlite3"
VERSION = 4

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS posting (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    fact TEXT NOT NULL,
    document TEXT NOT NULL,
    rows TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    entry TEXT NOT NULL DEFAULT '{{"new": [], "changed": []}}'
);
-- Which postings build on which: a refund on its receipt, a reversal on what it takes back.
CREATE TABLE IF NOT EXISTS citation (
    cited TEXT NOT NULL,
    key TEXT NOT NULL REFERENCES posting,
    PRIMARY KEY (cited, key)
) WITHOUT ROWID;
-- Journal entries by the names of their files: which posting they belong to, and since when people have them.
CREATE TABLE IF NOT EXISTS journal_file (
    name TEXT PRIMARY KEY,
    key TEXT NOT NULL REFERENCES posting,
    written_at TEXT
);
-- Interrupted postings that a person judged: who, when, and which rows (table and record number).
CREATE TABLE IF NOT EXISTS released (
    number INTEGER NOT NULL,
    person TEXT NOT NULL,
    rows TEXT NOT NULL,
    released_at TEXT NOT NULL
);
-- Postings that a restore took out of the books: who decided what becomes of each, and what stood here.
CREATE TABLE IF NOT EXISTS withdrawn (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    fact TEXT NOT NULL,
    document TEXT NOT NULL,
    rows TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    entry TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('repost', 'gone')),
    person TEXT NOT NULL,
    judged_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counter (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
);
PRAGMA user_version = {VERSION};
"""
NEXT_NUMBER = """
(SELECT 1 + MAX(IFNULL((SELECT MAX(rowid) FROM posting), 0), IFNULL((SELECT MAX(number) FROM withdrawn), 0)))
"""
"""The number of the next posting: never one that another posting bore."""
_ENTRIES_ADDED = """ALTER TABLE posting ADD COLUMN entry TEXT NOT NULL DEFAULT '{"new": [], "changed": []}'"""
"""From version 1, which kept no rows by our column names."""


_log = structlog.get_logger()


class PostingLedger:
    """The first posting under a key stands for ever; a row is added only by the commit of its posting.

    Any thread may look; only the lane's writes, through `journal`.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the file in the company's own folder, making it where it is missing.

        Raises:
            ConfigurationError: the folder cannot be written, a later program made the file, or an earlier
                one left work in it.
            TransientError: its disk is full or another program holds it.
        """
        path = folder / FILE
        self._guard = threading.Lock()
        try:
            with ExitStack() as opened:
                folder.mkdir(parents=True, exist_ok=True)
                self._connection = _connect(path, opened)
                self.journal = _prepare(self._connection, path)
                self._reader = _connect(path, opened)
                self._opened = opened.pop_all()
        except FoxProError as error:
            raise translate(error) from error
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(
                f"the posting ledger {path} cannot be opened ({error}): it needs a local folder that this"
                " program may write"
            ) from error

    def close(self) -> None:
        """Let go of the file; nothing may be asked afterwards."""
        with self._guard:
            self._opened.close()

    def find(self, key: PostingKey) -> Posted | None:
        select = "SELECT fact, document, rows FROM posting WHERE key = ?"
        found = self._ask(select, str(key))
        if found is None:
            return None
        fact, document, rows = found
        body = {"fact": json.loads(fact), "document": document, "rows": json.loads(rows)}
        return decode(Posted, {"key": encode(key), **body})

    def entry(self, key: PostingKey) -> Entry | None:
        """The rows that were written under the key; without rows where an earlier version wrote them."""
        found = self._ask("SELECT fact, document, entry FROM posting WHERE key = ?", str(key))
        return None if found is None else _entry(*found)

    def citing(self, key: PostingKey) -> tuple[Entry, ...]:
        """What was posted that builds on the posting under the key, in order of posting."""
        select = """
            SELECT fact, document, entry FROM posting JOIN citation USING (key)
            WHERE cited = ? ORDER BY posting.rowid
        """
        with self._reading() as connection:
            found = connection.execute(select, (str(key),)).fetchall()
        return tuple(_entry(*row) for row in found)

    def after(self, number: int, limit: int) -> tuple[Recorded, ...]:
        """The postings behind that number, in the order in which they were noted."""
        return self._recorded("rowid > ? ORDER BY rowid LIMIT ?", (number, limit))

    def last_before(self, at: datetime) -> int:
        """The number of the last posting before that moment, which must be in the ledger's own zone."""
        found = self._ask("SELECT MAX(rowid) FROM posting WHERE posted_at < ?", at.isoformat())
        return int(found[0] or 0) if found else 0

    def before(self, number: int | None, limit: int) -> tuple[Recorded, ...]:
        """The postings before that number, the newest first."""
        if number is None:
            return self._recorded("1 ORDER BY rowid DESC LIMIT ?", (limit,))
        return self._recorded("rowid < ? ORDER BY rowid DESC LIMIT ?", (number, limit))

    def numbered(self, numbers: Sequence[int]) -> tuple[Recorded, ...]:
        """The postings with these numbers, in order."""
        marks = ", ".join("?" * len(numbers))
        return self._recorded(f"rowid IN ({marks}) ORDER BY rowid", numbers)

    def unwritten_journals(self) -> tuple[JournalEntry, ...]:
        """Journal entries without a file, in order of posting; those of interrupted postings wait."""
        select = "SELECT DISTINCT key FROM journal_file WHERE written_at IS NULL ORDER BY rowid"
        with self._reading() as connection:
            keys = [key for (key,) in connection.execute(select)]
        waiting = self.pending() | self.quarantined() if keys else frozenset()
        entries = (self.entry(PostingKey.parse(key)) for key in keys if key not in waiting)
        return tuple(journal for entry in entries if entry is not None for journal in entry.journals)

    def note_journal(self, name: str, at: datetime) -> None:
        """Notes that people have the file."""
        update = "UPDATE journal_file SET written_at = ? WHERE name = ?"
        with translated(), self._guard:
            self._connection.execute(update, (at.isoformat(), name))

    def last_number(self, name: str) -> int | None:
        """The number last drawn from a range of ours."""
        found = self._ask("SELECT last FROM counter WHERE name = ?", name)
        return None if found is None else int(found[0])

    def quarantined(self) -> frozenset[str]:
        """The keys of interrupted postings with rows that somebody changed before they were finished."""
        with self._reading() as connection:
            return quarantined_postings(connection)

    def held(self) -> Mapping[int, tuple[QuarantinedRow, ...]]:
        """The rows that wait for a person, by the number under which they are released."""
        with translated(), self._guard:
            return self.journal.held()

    def release(self, number: int, person: str, at: datetime) -> tuple[QuarantinedRow, ...]:
        """Notes who has judged the rows and mended the books; tells which rows those were.

        Raises:
            ConfigurationError: nothing waits under that number.
        """
        waiting = self.held().get(number, ())
        rows = json.dumps([[row.table, row.recno] for row in waiting])

        def note(connection: sqlite3.Connection) -> None:
            values = (number, person, rows, at.isoformat())
            connection.execute("INSERT INTO released VALUES (?, ?, ?, ?)", values)

        with translated(), self._guard:
            try:
                return self.journal.release(number, note)
            except LookupError as error:
                raise ConfigurationError(f"{error}; see the list of what does") from error

    def pending(self) -> frozenset[str]:
        """The keys of postings that are decided and of which recovery has the last word."""
        with self._reading() as connection:
            return pending_postings(connection)

    def _recorded(self, where: str, values: Sequence[int]) -> tuple[Recorded, ...]:
        select = f"SELECT rowid, {RECORD_COLUMNS} FROM posting WHERE {where}"  # noqa: S608
        with self._reading() as connection:
            found = connection.execute(select, values).fetchall()
        return tuple(recorded(number, columns) for number, *columns in found)

    def _ask(self, select: str, value: str) -> tuple[str, ...] | None:
        with self._reading() as connection:
            found: tuple[str, ...] | None = connection.execute(select, (value,)).fetchone()
        return found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated(), self._guard:
            yield self._reader


def record_posting(connection: sqlite3.Connection, posted: Posted, entry: Entry, at: datetime) -> None:
    """Notes a posting, inside the transaction that decides it."""
    rows = json.dumps([encode(row) for row in posted.rows], ensure_ascii=False)
    fact = json.dumps(FACT.encode(posted.fact), ensure_ascii=False)
    values = (str(posted.key), posted.fact.digest, fact, posted.document, rows, at.isoformat())
    written = json.dumps(encode_entry(entry), ensure_ascii=False)
    insert = f"INSERT INTO posting (rowid, {RECORD_COLUMNS}) VALUES ({NEXT_NUMBER}, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    connection.execute(insert, (*values, written))
    cited = [(str(key), str(posted.key)) for key in posted.fact.cites]
    connection.executemany("INSERT INTO citation VALUES (?, ?)", cited)
    _record_journals(connection, str(posted.key), entry.journals)


def _record_journals(connection: sqlite3.Connection, key: str, journals: Sequence[JournalEntry]) -> None:
    """A posting that a restore took away may have left its file with people: then it gets no other one."""
    connection.execute("DELETE FROM journal_file WHERE key = ? AND written_at IS NULL", (key,))
    written = connection.execute("SELECT name FROM journal_file WHERE key = ?", (key,)).fetchall()
    if written and journals:
        _log.warning("journal_file_kept", posting_key=key, files=[name for (name,) in written])
        return
    names = [(one.name, key) for one in journals]
    connection.executemany("INSERT OR IGNORE INTO journal_file VALUES (?, ?, NULL)", names)


def record_number(connection: sqlite3.Connection, name: str, last: int) -> None:
    """Notes the number last drawn, inside the transaction that uses it."""
    connection.execute("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, last))


def _entry(fact: str, document: str, rows: str) -> Entry:
    return decode_entry(FACT.decode(json.loads(fact)), document, json.loads(rows))


def _connect(path: Path, opened: ExitStack) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    opened.callback(connection.close)
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> Journal:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise ConfigurationError(f"{path} is of a later version of this program: install that one")
    if version == 1:
        connection.execute(_ENTRIES_ADDED)
    journal = Journal(connection)
    connection.executescript(_SCHEMA)
    return journal
