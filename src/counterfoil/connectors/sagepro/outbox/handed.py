"""The entries handed over, in the company's posting ledger: each decided before its file is written."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from counterfoil.connectors.sagepro.backlog import HandedOver
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry, encode_entry
from counterfoil.connectors.sagepro.ledger import FILE, record_number, record_posting
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import FACT, decode, encode
from counterfoil.ports.erp import Posted, RowChange

_TABLE = """
CREATE TABLE IF NOT EXISTS handed (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    -- What a person or the posting ledger needs of it: fact, document, rows as planned, entry.
    record TEXT NOT NULL,
    -- The entry's file, so that one that is lost can be written again.
    text TEXT NOT NULL,
    -- open: handed over, no answer yet. done: in the books and in the posting ledger. changed: not written,
    -- to be planned again. refused, conflict, doubt: for a person. withdrawing: a person is taking it back.
    -- withdrawn: taken back, or judged not to be in the books.
    state TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    handed_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
)
"""
_ONE_OF_A_KEY = """
CREATE UNIQUE INDEX IF NOT EXISTS handed_once ON handed (key)
    WHERE state NOT IN ('done', 'changed', 'withdrawn')
"""


class State(Enum):
    """How an entry stands in the ledger; where its file lies tells whether the worker has taken it."""

    OPEN = "open"
    DONE = "done"
    CHANGED = "changed"
    REFUSED = "refused"
    CONFLICT = "conflict"
    DOUBT = "doubt"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"

    @property
    def is_closed(self) -> bool:
        """Nothing more happens to it, and its key is free or posted."""
        return self in {State.DONE, State.CHANGED, State.WITHDRAWN}

    @property
    def is_for_a_person(self) -> bool:
        """It stays until somebody mends, compares or judges."""
        return self in {State.REFUSED, State.CONFLICT, State.DOUBT}

    @property
    def reserves(self) -> bool:
        """Its rows are on their way into the books, or may be."""
        return self in {State.OPEN, State.DOUBT, State.WITHDRAWING}


_CLOSED = tuple(state.value for state in State if state.is_closed)
_MARKS = ", ".join("?" * len(_CLOSED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One entry as the ledger keeps it."""

    number: int
    fact: Fact
    rows: tuple[RowChange, ...]
    """As planned; new rows have no record number yet."""
    entry: Entry
    text: str
    state: State
    why: str
    person: str
    handed_at: datetime

    @property
    def key(self) -> PostingKey:
        return self.fact.key

    @property
    def posted(self) -> Posted:
        """What stands in the posting ledger once it is in the books, by the plan's word."""
        return Posted(key=self.key, fact=self.fact, document=self.entry.document, rows=self.rows)


def record_of(entry: Entry, rows: tuple[RowChange, ...], numbers: Mapping[str, int]) -> dict[str, Any]:
    """What is kept of an entry, in the ledger and in the entry's own file."""
    return {
        "fact": FACT.encode(entry.fact),
        "document": entry.document,
        "rows": [encode(row) for row in rows],
        "entry": encode_entry(entry),
        "numbers": dict(numbers),
    }


class HandedBook:
    """Any thread and any process may look and change; every change is one transaction."""

    def __init__(self, folder: Path) -> None:
        """The ledger's file in the company's folder, which the posting ledger has made."""
        self.folder = folder
        self._path = folder / FILE
        self._guard = threading.Lock()
        self._contents: dict[int, _Content] = {}
        with self._changing() as connection:
            connection.execute(_TABLE)
            connection.execute(_ONE_OF_A_KEY)

    def open_entries(self) -> tuple[Handed, ...]:
        """What is not closed, in the order of handing over."""
        return self._select(f"state NOT IN ({_MARKS})", *_CLOSED)

    def standing(self) -> HandedOver:
        """Since when what is not closed stands, by whom it waits for."""
        select = f"SELECT state, handed_at FROM handed WHERE state NOT IN ({_MARKS})"  # noqa: S608
        with self._connected() as connection:
            found = connection.execute(select, _CLOSED).fetchall()
        moments = [(State(state), datetime.fromisoformat(at)) for state, at in found]
        return HandedOver(
            waiting=[at for state, at in moments if not state.is_for_a_person],
            refused=[at for state, at in moments if state.is_for_a_person],
        )

    def current(self, key: PostingKey) -> Handed | None:
        """The entry that stands for a key and is not closed."""
        found = self._select(f"key = ? AND state NOT IN ({_MARKS})", str(key), *_CLOSED)
        return next(iter(found), None)

    def get(self, number: int) -> Handed | None:
        return next(iter(self._select("number = ?", number)), None)

    def numbers(self) -> frozenset[int]:
        """Every number that an entry bears."""
        with self._connected() as connection:
            return frozenset(number for (number,) in connection.execute("SELECT number FROM handed"))

    def history(self, limit: int) -> tuple[Handed, ...]:
        """The last entries, whatever became of them, in their order."""
        return self._select("number > (SELECT coalesce(max(number), 0) FROM handed) - ?", limit)

    def next_number(self, at_least: int) -> int:
        """One that no entry bears; above `at_least`, because a restored ledger forgets."""
        with self._connected() as connection:
            (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM handed").fetchone()
        return max(int(last), at_least) + 1

    def hand_over(self, number: int, record: Mapping[str, Any], text: str, at: datetime) -> None:
        """Decides it: from here on it will be in the outbox, and its numbers are used."""
        with self._changing() as connection:
            _insert(connection, number, record, text, at)

    def adopt(self, number: int, record: Mapping[str, Any], text: str, at: datetime) -> bool:
        """Takes up an entry that this ledger does not know, as after a restore; False where it does."""
        with self._changing() as connection:
            select = "SELECT 1 FROM handed WHERE number = ? UNION SELECT 1 FROM posting WHERE key = ?"
            if connection.execute(select, (number, _key(record))).fetchone():
                return False
            _insert(connection, number, record, text, at)
            return True

    def settle(self, one: Handed, state: State, why: str, at: datetime, *, person: str = "") -> bool:
        """Notes what became of an entry; False where somebody else did already."""
        with self._changing() as connection:
            return _change(connection, one, state, why, at, person)

    def post(self, one: Handed, posted: Posted, at: datetime, *, why: str = "", person: str = "") -> bool:
        """Notes that an entry is in the books, in the posting ledger as well: both or neither, and once."""
        with self._changing() as connection:
            if not _change(connection, one, State.DONE, why, at, person):
                return False
            record_posting(connection, posted, one.entry, at)
            return True

    def _select(self, where: str, *values: object) -> tuple[Handed, ...]:
        """The entries; what never changes of one is read and decoded once while it is open."""
        standing = f"SELECT number, state, why, person, handed_at FROM handed WHERE {where} ORDER BY number"  # noqa: S608
        with self._connected() as connection:
            rows = connection.execute(standing, values).fetchall()
            for number, *_ in rows:
                if number not in self._contents:
                    content = "SELECT record, text FROM handed WHERE number = ?"
                    self._contents[number] = _content(*connection.execute(content, (number,)).fetchone())
            found = tuple(_handed(row, self._contents[row[0]]) for row in rows)
            for one in found:
                if one.state.is_closed:
                    del self._contents[one.number]
        return found

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with translated(), self._guard:
            connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


def _key(record: Mapping[str, Any]) -> str:
    return str(FACT.decode(record["fact"]).key)


def _insert(
    connection: sqlite3.Connection, number: int, record: Mapping[str, Any], text: str, at: datetime
) -> None:
    values = (number, _key(record), json.dumps(record), text, State.OPEN.value, at.isoformat())
    insert = "INSERT INTO handed (number, key, record, text, state, handed_at, changed_at)"
    connection.execute(f"{insert} VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, at.isoformat()))
    for name, last in record["numbers"].items():
        (known,) = connection.execute(
            "SELECT coalesce(max(last), 0) FROM counter WHERE name = ?", (name,)
        ).fetchone()
        record_number(connection, name, max(int(known), int(last)))


def _change(
    connection: sqlite3.Connection, one: Handed, state: State, why: str, at: datetime, person: str
) -> bool:
    update = (
        "UPDATE handed SET state = ?, why = ?, changed_at = ?,"
        " person = CASE WHEN ? = '' THEN person ELSE ? END WHERE number = ? AND state = ?"
    )
    values = (state.value, why, at.isoformat(), person, person, one.number, one.state.value)
    return connection.execute(update, values).rowcount == 1


@dataclass(frozen=True, slots=True)
class _Content:
    """What never changes of an entry."""

    fact: Fact
    rows: tuple[RowChange, ...]
    entry: Entry
    text: str


def _content(record: str, text: str) -> _Content:
    body = json.loads(record)
    fact = FACT.decode(body["fact"])
    rows = tuple(decode(RowChange, one) for one in body["rows"])
    return _Content(fact, rows, decode_entry(fact, body["document"], body["entry"]), text)


def _handed(row: tuple[Any, ...], content: _Content) -> Handed:
    number, state, why, person, handed_at = row
    return Handed(
        number=number,
        fact=content.fact,
        rows=content.rows,
        entry=content.entry,
        text=content.text,
        state=State(state),
        why=why,
        person=person,
        handed_at=datetime.fromisoformat(handed_at),
    )
