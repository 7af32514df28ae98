"""What we would have posted while clerks keyed it, in the company's own folder."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry, encode_entry
from counterfoil.connectors.sagepro.planning import Ledger
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import FACT

FILE = "shadow.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS plan (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    fact TEXT NOT NULL,
    document TEXT NOT NULL,
    entry TEXT NOT NULL,
    planned_at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """One posting as it would have been; without rows where it was in the books before we planned it."""

    entry: Entry
    planned_at: datetime

    @property
    def fact(self) -> Fact:
        return self.entry.fact


class ShadowBook:
    """Any thread and any process may note and read. The first plan under a key stays."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._guard = threading.Lock()

    def note(self, entry: Entry, at: datetime) -> None:
        """Keeps a plan; a repeat changes nothing."""
        fact = json.dumps(FACT.encode(entry.fact), ensure_ascii=False)
        rows = json.dumps(encode_entry(entry), ensure_ascii=False)
        values = (str(entry.fact.key), fact, entry.document, rows, at.isoformat())
        with translated(), self._guard, closing(self._connect()) as connection, connection:
            connection.executescript(_SCHEMA)
            connection.execute(
                "INSERT OR IGNORE INTO plan (key, fact, document, entry, planned_at) VALUES (?, ?, ?, ?, ?)",
                values,
            )

    def over(self, ledger: Ledger) -> Ledger:
        """The posting ledger, as if what was planned had been posted: refunds and voids build on it."""
        return _Over(ledger, self)

    def entry(self, key: PostingKey) -> Entry | None:
        """What was planned under the key."""
        found = self._select("WHERE key = ?", str(key))
        return found[0].entry if found else None

    def citing(self, key: PostingKey) -> tuple[Entry, ...]:
        """What was planned that builds on the posting under the key."""
        found = self._select("WHERE instr(fact, ?) ORDER BY number", key.lineage)
        return tuple(plan.entry for plan in found if key in plan.fact.cites)

    def plans(self) -> tuple[Shadow, ...]:
        """Everything noted, oldest first."""
        return self._select("ORDER BY number")

    def _select(self, where: str, *values: str) -> tuple[Shadow, ...]:
        if not self._path.exists():
            return ()
        select = f"SELECT fact, document, entry, planned_at FROM plan {where}"  # noqa: S608 - our own words
        with translated(), self._guard, closing(self._connect()) as connection:
            rows: Sequence[tuple[Any, ...]] = connection.execute(select, values).fetchall()
        return tuple(_shadow(*row) for row in rows)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)


class _Over:
    def __init__(self, ledger: Ledger, book: ShadowBook) -> None:
        self._ledger = ledger
        self._book = book

    def last_number(self, name: str) -> int | None:
        return self._ledger.last_number(name)

    def entry(self, key: PostingKey) -> Entry | None:
        return self._ledger.entry(key) or self._book.entry(key)

    def citing(self, key: PostingKey) -> tuple[Entry, ...]:
        return (*self._ledger.citing(key), *self._book.citing(key))


def _shadow(fact: str, document: str, entry: str, at: str) -> Shadow:
    read = decode_entry(FACT.decode(json.loads(fact)), document, json.loads(entry))
    return Shadow(entry=read, planned_at=datetime.fromisoformat(at))
