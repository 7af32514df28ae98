"""Rows of ours that a person accepted as postings though no ledger tells of them; in our own folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch.kept_file import WAIT_SECONDS
from counterfoil.connectors.sagepro.watch.marked import Marked
from counterfoil.ports.encoding import decode, encode
from counterfoil.ports.errors import ConfigurationError

FILE = "accepted-rows.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accepted (
    marker TEXT PRIMARY KEY,
    rows TEXT NOT NULL,
    person TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    -- The key under which it stands in the posting ledger since the payment was told of again.
    key TEXT
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a person said of the rows under one marker."""

    marked: Marked
    person: str
    accepted_at: datetime
    key: str
    """Empty until the payment was told of again."""


class AcceptedRows:
    """Any thread and any process may look and accept; the first word about a marker stands."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def all(self) -> Mapping[str, Accepted]:
        """By marker."""
        if not self._path.exists():
            return {}
        with translated(), closing(self._connect()) as connection:
            found = connection.execute("SELECT rows, person, accepted_at, key FROM accepted").fetchall()
        accepted = (
            Accepted(
                marked=decode(Marked, json.loads(rows)),
                person=person,
                accepted_at=datetime.fromisoformat(at),
                key=key or "",
            )
            for rows, person, at, key in found
        )
        return {one.marked.marker: one for one in accepted}

    def accept(self, batch: Iterable[Marked], person: str, at: datetime) -> None:
        """Notes the batch, all or nothing.

        Raises:
            ConfigurationError: nobody is named.
        """
        if not person.strip():
            raise ConfigurationError("say who decides: --person NAME")
        rows = [(one.marker, json.dumps(encode(one)), person.strip(), at.isoformat(), None) for one in batch]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with translated(), closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO accepted VALUES (?, ?, ?, ?, ?)", rows)

    def note_key(self, marker: str, key: str) -> None:
        """The posting stands in the ledger from now on."""
        with translated(), closing(self._connect()) as connection, connection:
            connection.execute("UPDATE accepted SET key = ? WHERE marker = ?", (key, marker))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_SCHEMA)
        return connection
