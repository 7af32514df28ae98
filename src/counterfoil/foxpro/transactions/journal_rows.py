"""How the journal keeps the changes of an entry in its tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from counterfoil.foxpro.errors import TableFormatError
from counterfoil.foxpro.files.table_file import PageWrite
from counterfoil.foxpro.transactions.changes import PageChange, QuarantinedRow, RowChange, TableChange, Tally

SCHEMA = """
-- A decided transaction that is not finished, or whose strange rows wait for a person. The boot is the run of
-- the machine in which the state was reached.
CREATE TABLE IF NOT EXISTS journal_entry (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('committing', 'staged', 'live', 'quarantined')),
    boot TEXT NOT NULL
);
-- The tables of an entry in the order of writing, with the record count before.
CREATE TABLE IF NOT EXISTS journal_table (
    entry INTEGER NOT NULL REFERENCES journal_entry (id),
    turn INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (entry, turn)
);
-- The rows: place is their turn in coming to life. Where why is not empty the row is in quarantine.
CREATE TABLE IF NOT EXISTS journal_row (
    entry INTEGER NOT NULL REFERENCES journal_entry (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    recno INTEGER NOT NULL,
    is_append INTEGER NOT NULL,
    before BLOB NOT NULL,
    after BLOB NOT NULL,
    postings TEXT NOT NULL,
    key TEXT NOT NULL,
    tally TEXT NOT NULL,
    memos BLOB NOT NULL,
    found BLOB NOT NULL DEFAULT x'',
    found_at INTEGER,
    why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry, place)
);
-- The index pages in the order of writing: the digest of what was there, and what comes there.
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

_PARTS = ("journal_row", "journal_page", "journal_table")
_INSERT_ROW = """
INSERT INTO journal_row (entry, place, name, recno, is_append, before, after, postings, key, tally, memos)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT_ROWS = """
SELECT name, recno, before, after, place, postings, is_append, key, tally, memos
FROM journal_row WHERE entry = ? AND why = '' ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Strange:
    """A row to be put aside: what stands where, and what was seen of it."""

    row: RowChange
    found: bytes
    found_at: int | None
    why: str


def insert_changes(connection: sqlite3.Connection, entry: int, changes: Iterable[TableChange]) -> None:
    for turn, change in enumerate(changes):
        connection.execute(
            "INSERT INTO journal_table VALUES (?, ?, ?, ?)", (entry, turn, change.table, change.count)
        )
        rows = [(entry, *_row_columns(change.table, row)) for row in change.rows]
        connection.executemany(_INSERT_ROW, rows)
        pages = [
            (entry, change.table, place, page.write.offset, page.before, page.write.data)
            for place, page in enumerate(change.pages)
        ]
        connection.executemany("INSERT INTO journal_page VALUES (?, ?, ?, ?, ?, ?)", pages)


def delete_changes(connection: sqlite3.Connection, entry: int) -> None:
    """Everything of an entry but the rows in quarantine."""
    connection.execute("DELETE FROM journal_row WHERE entry = ? AND why = ''", (entry,))
    connection.execute("DELETE FROM journal_page WHERE entry = ?", (entry,))
    connection.execute("DELETE FROM journal_table WHERE entry = ?", (entry,))


def put_aside(connection: sqlite3.Connection, entry: int, strange: Iterable[Strange]) -> None:
    update = "UPDATE journal_row SET found = ?, found_at = ?, why = ? WHERE entry = ? AND place = ?"
    rows = [(one.found, one.found_at, one.why, entry, one.row.place) for one in strange]
    connection.executemany(update, rows)


def select_changes(connection: sqlite3.Connection, entry: int) -> list[TableChange]:
    rows: dict[str, list[RowChange]] = {}
    for name, *columns in connection.execute(_SELECT_ROWS, (entry,)):
        rows.setdefault(name, []).append(_row_of(*columns))
    pages: dict[str, list[PageChange]] = {}
    select = "SELECT name, before, offset, after FROM journal_page WHERE entry = ? ORDER BY name, place"
    for name, before, offset, after in connection.execute(select, (entry,)):
        pages.setdefault(name, []).append(PageChange(before, PageWrite(offset, after)))
    select = "SELECT name, count FROM journal_table WHERE entry = ? ORDER BY turn"
    return [
        TableChange(name, count, tuple(rows.get(name, ())), tuple(pages.get(name, ())))
        for name, count in connection.execute(select, (entry,))
    ]


def select_quarantined(connection: sqlite3.Connection, entry: int) -> Iterator[QuarantinedRow]:
    columns = "name, recno, before, after, found, found_at, why, postings"
    select = f"SELECT {columns} FROM journal_row WHERE entry = ? AND why <> '' ORDER BY place"  # noqa: S608 - constants
    for name, recno, before, after, found, found_at, why, postings in connection.execute(select, (entry,)):
        yield QuarantinedRow(
            table=name,
            recno=recno,
            before=before,
            after=after,
            found=found,
            found_at=found_at,
            why=why,
            postings=tuple(json.loads(postings)),
        )


def drop_empty_older(connection: sqlite3.Connection) -> None:
    """Give up the empty tables of an earlier layout; raises TableFormatError where work waits in them."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(journal_entry)")}
    if not columns or "boot" in columns:
        return
    if connection.execute("SELECT 1 FROM journal_entry").fetchone() is not None:
        reason = "an earlier version of this program left work in it. Run recovery with that version first."
        raise TableFormatError("the posting journal", reason)
    for name in (*_PARTS, "journal_entry"):
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def _row_columns(table: str, row: RowChange) -> tuple[object, ...]:
    head = (row.place, table, row.recno, row.is_append, row.before, row.after)
    return (*head, json.dumps(row.postings), json.dumps(row.key), _tally_text(row.tally), row.memos)


def _row_of(*columns: Any) -> RowChange:
    recno, before, after, place, postings, is_append, key, tally, memos = columns
    return RowChange(
        recno=recno,
        before=before,
        after=after,
        place=place,
        postings=tuple(json.loads(postings)),
        is_append=bool(is_append),
        key=tuple(json.loads(key)),
        tally=_tally_of(tally),
        memos=memos,
    )


def _tally_text(tally: Tally | None) -> str:
    if tally is None:
        return ""
    fields = (tally.total, tally.table, tally.tag, tally.prefix.hex(), tally.part, str(tally.gap))
    return json.dumps([*fields, list(tally.added)])


def _tally_of(text: str) -> Tally | None:
    if not text:
        return None
    total, table, tag, prefix, part, gap, added = json.loads(text)
    return Tally(total, table, tag, bytes.fromhex(prefix), part, Decimal(gap), tuple(added))
