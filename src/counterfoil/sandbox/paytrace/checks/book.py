"""The sandbox's book of checks, in the ledger's file."""

from __future__ import annotations

from datetime import datetime

from counterfoil.sandbox.paytrace.checks.rows import CheckEntryRow, CheckRow
from counterfoil.sandbox.paytrace.documents import Documents, stamp_of, text_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS checks (
  check_id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  uuid TEXT AS (json_extract(body, '$.uuid')),
  parent_id INTEGER AS (json_extract(body, '$.parent_id')),
  idempotency_key TEXT AS (json_extract(body, '$.idempotency_key')),
  created_at TEXT AS (json_extract(body, '$.created_at')),
  due_at TEXT AS (json_extract(body, '$.due_at'))
);
CREATE UNIQUE INDEX IF NOT EXISTS checks_uuid ON checks (uuid);
CREATE INDEX IF NOT EXISTS checks_parent ON checks (parent_id);
CREATE UNIQUE INDEX IF NOT EXISTS checks_key ON checks (idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX IF NOT EXISTS checks_created ON checks (created_at);
CREATE INDEX IF NOT EXISTS checks_due ON checks (due_at);
CREATE TABLE IF NOT EXISTS check_entries (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  deposit_id TEXT AS (json_extract(body, '$.deposit_id'))
);
CREATE INDEX IF NOT EXISTS check_entries_deposit ON check_entries (deposit_id);
"""

_CHECK_ID_FIRST = 981_601


class CheckBook:
    """Checks and the journal of their money; changes are made inside the ledger's `changes()`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        documents.lay_out(_SCHEMA)

    def next_id(self) -> int:
        highest = self._documents.number("SELECT max(check_id) FROM checks")
        return _CHECK_ID_FIRST if highest is None else highest + 1

    def put(self, row: CheckRow) -> None:
        """Adds the check, or replaces it as it stands now."""
        self._documents.run(
            "INSERT INTO checks (check_id, body) VALUES (?, ?)"
            " ON CONFLICT (check_id) DO UPDATE SET body = excluded.body",
            row.check_id,
            text_of(row),
        )

    def check(self, check_id: int) -> CheckRow | None:
        return self._documents.row(CheckRow, "checks WHERE check_id = ?", check_id)

    def by_uuid(self, uuid: str) -> CheckRow | None:
        return self._documents.row(CheckRow, "checks WHERE uuid = ?", uuid)

    def by_key(self, idempotency_key: str) -> CheckRow | None:
        if not idempotency_key:
            return None
        # Spelt out, so that SQLite sees that the partial index serves.
        return self._documents.row(
            CheckRow, "checks WHERE idempotency_key = ? AND idempotency_key <> ''", idempotency_key
        )

    def checks(self) -> list[CheckRow]:
        return self._documents.rows(CheckRow, "checks ORDER BY check_id")

    def created_between(self, start: datetime, end: datetime) -> list[CheckRow]:
        """Both ends included."""
        return self._documents.rows(
            CheckRow,
            "checks WHERE created_at >= ? AND created_at <= ? ORDER BY check_id",
            stamp_of(start),
            stamp_of(end),
        )

    def refunds_of(self, check_id: int) -> list[CheckRow]:
        return self._documents.rows(CheckRow, "checks WHERE parent_id = ?", check_id)

    def due(self, now: datetime) -> list[CheckRow]:
        """What should have changed by itself by now, the longest due first."""
        return self._documents.rows(
            CheckRow, "checks WHERE due_at <= ? ORDER BY due_at, check_id", stamp_of(now)
        )

    def add_entry(self, row: CheckEntryRow) -> None:
        self._documents.run("INSERT INTO check_entries (body) VALUES (?)", text_of(row))

    def entries(self) -> list[CheckEntryRow]:
        return self._documents.rows(CheckEntryRow, "check_entries ORDER BY number")

    def entries_of(self, deposit_id: str) -> list[CheckEntryRow]:
        return self._documents.rows(
            CheckEntryRow, "check_entries WHERE deposit_id = ? ORDER BY number", deposit_id
        )
