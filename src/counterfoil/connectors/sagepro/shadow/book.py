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
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.domain.facts.fact import Fact
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

    def plans(self) -> tuple[Shadow, ...]:
        """Everything noted, oldest first."""
        if not self._path.exists():
            return ()
        with translated(), self._guard, closing(self._connect()) as connection:
            rows: Sequence[tuple[Any, ...]] = connection.execute(
                "SELECT fact, document, entry, planned_at FROM plan ORDER BY number"
            ).fetchall()
        return tuple(_shadow(*row) for row in rows)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)


def _shadow(fact: str, document: str, entry: str, at: str) -> Shadow:
    read = decode_entry(FACT.decode(json.loads(fact)), document, json.loads(entry))
    return Shadow(entry=read, planned_at=datetime.fromisoformat(at))
