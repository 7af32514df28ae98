"""Small things that the sandbox remembers under a key: tokens, keys and settings."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from counterfoil.sandbox.paytrace.documents import Documents, text_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS shelves (
  number INTEGER PRIMARY KEY,
  shelf TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (shelf, key)
);
"""

_Row = TypeVar("_Row", bound=msgspec.Struct)


class Shelf(Generic[_Row]):
    """The rows of one kind, each under its key, in the order in which they first came."""

    def __init__(self, documents: Documents, name: str, row_type: type[_Row]) -> None:
        self._documents = documents
        self._name = name
        self._row_type = row_type
        documents.lay_out(_SCHEMA)

    def put(self, key: str, row: _Row) -> None:
        """Adds the row, or replaces it as it stands now."""
        self._documents.run(
            "INSERT INTO shelves (shelf, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (shelf, key) DO UPDATE SET body = excluded.body",
            self._name,
            key,
            text_of(row),
        )

    def get(self, key: str) -> _Row | None:
        return self._documents.row(self._row_type, "shelves WHERE shelf = ? AND key = ?", self._name, key)

    def items(self) -> list[tuple[str, _Row]]:
        """All rows with their keys."""
        keys = self._documents.texts("SELECT key FROM shelves WHERE shelf = ? ORDER BY number", self._name)
        return list(zip(keys, self.rows(), strict=True))

    def rows(self) -> list[_Row]:
        return self._documents.rows(self._row_type, "shelves WHERE shelf = ? ORDER BY number", self._name)

    def take(self, key: str) -> _Row | None:
        """The row, which is then gone."""
        with self._documents.changes():
            row = self.get(key)
            self.remove(key)
            return row

    def remove(self, key: str) -> None:
        self._documents.run("DELETE FROM shelves WHERE shelf = ? AND key = ?", self._name, key)
