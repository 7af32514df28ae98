"""The sandbox's own ledger: one SQLite file, or memory."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.cards import CardSeal
from counterfoil.sandbox.paytrace.rows import (
    CheckoutRow,
    CustomerRow,
    MovementRow,
    SilentPostRow,
    State,
    TransactionRow,
)

# Rows are JSON documents; SQLite itself reads out of them what is searched for, so that it cannot disagree.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS transactions (
  transaction_id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  state TEXT AS (json_extract(body, '$.state')),
  parent_id INTEGER AS (json_extract(body, '$.parent_id')),
  card_digest TEXT AS (json_extract(body, '$.card.digest')),
  created_at TEXT AS (json_extract(body, '$.created_at'))
);
CREATE INDEX IF NOT EXISTS transactions_state ON transactions (state);
CREATE INDEX IF NOT EXISTS transactions_parent ON transactions (parent_id);
CREATE INDEX IF NOT EXISTS transactions_card ON transactions (card_digest, created_at);
CREATE INDEX IF NOT EXISTS transactions_created ON transactions (created_at);
CREATE TABLE IF NOT EXISTS customers (customer_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checkouts (checkout_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS silent_posts (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS movements (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  transaction_id INTEGER AS (json_extract(body, '$.transaction_id'))
);
CREATE INDEX IF NOT EXISTS movements_transaction ON movements (transaction_id);
CREATE TABLE IF NOT EXISTS batches (batch_number INTEGER PRIMARY KEY, settled_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS access_tokens (
  digest TEXT PRIMARY KEY,
  user TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
"""

_TRANSACTION_ID_FIRST = 392_000_001
_BATCH_NUMBER_FIRST = 571
_KEY_BYTES = 32

_Row = TypeVar("_Row")


class Ledger:
    """Everything the sandbox remembers; changes are made inside `changes()` and are all or nothing."""

    def __init__(self, connection: sqlite3.Connection, seal: CardSeal) -> None:
        self.seal = seal
        self._connection = connection
        self._guard = threading.RLock()
        with self._guard:
            connection.executescript(_SCHEMA)

    @classmethod
    def open(cls, path: Path | None, ids: IdSource) -> Ledger:
        """The ledger in a file, its key beside it; or one in memory that ends with the process."""
        name = ":memory:" if path is None else str(path)
        if path is not None:
            path.touch(mode=0o600)
        connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return cls(connection, CardSeal(_key(path, ids)))

    def close(self) -> None:
        with self._guard:
            self._connection.close()

    @contextmanager
    def changes(self) -> Iterator[None]:
        """What happens inside is kept as a whole or not at all; inside another one it is a part of that."""
        with self._guard:
            if self._connection.in_transaction:
                yield
                return
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield

    def next_transaction_id(self) -> int:
        return self._next("SELECT max(transaction_id) FROM transactions", _TRANSACTION_ID_FIRST)

    def next_batch_number(self) -> int:
        return self._next("SELECT max(batch_number) FROM batches", _BATCH_NUMBER_FIRST)

    def add_batch(self, batch_number: int, settled_at: datetime) -> None:
        self._run("INSERT INTO batches VALUES (?, ?)", batch_number, _stamp(settled_at))

    def put_transaction(self, row: TransactionRow) -> None:
        """Adds the transaction, or replaces it as it stands now."""
        self._run(
            "INSERT INTO transactions (transaction_id, body) VALUES (?, ?)"
            " ON CONFLICT (transaction_id) DO UPDATE SET body = excluded.body",
            row.transaction_id,
            _text(row),
        )

    def transaction(self, transaction_id: int) -> TransactionRow | None:
        rows = self._rows(TransactionRow, "FROM transactions WHERE transaction_id = ?", transaction_id)
        return rows[0] if rows else None

    def transactions(self) -> list[TransactionRow]:
        return self._rows(TransactionRow, "FROM transactions ORDER BY transaction_id")

    def created_between(self, start: datetime, end: datetime) -> list[TransactionRow]:
        return self._rows(
            TransactionRow,
            "FROM transactions WHERE created_at >= ? AND created_at < ? ORDER BY transaction_id",
            _stamp(start),
            _stamp(end),
        )

    def in_state(self, state: State) -> list[TransactionRow]:
        return self._rows(
            TransactionRow, "FROM transactions WHERE state = ? ORDER BY transaction_id", state.value
        )

    def refunds_of(self, transaction_id: int) -> list[TransactionRow]:
        return self._rows(TransactionRow, "FROM transactions WHERE parent_id = ?", transaction_id)

    def of_card_since(self, card_digest: str, since: datetime) -> list[TransactionRow]:
        return self._rows(
            TransactionRow,
            "FROM transactions WHERE card_digest = ? AND created_at > ?",
            card_digest,
            _stamp(since),
        )

    def put_customer(self, row: CustomerRow) -> None:
        self._run("INSERT OR REPLACE INTO customers VALUES (?, ?)", row.customer_id, _text(row))

    def remove_customer(self, customer_id: str) -> None:
        self._run("DELETE FROM customers WHERE customer_id = ?", customer_id)

    def customer(self, customer_id: str) -> CustomerRow | None:
        rows = self._rows(CustomerRow, "FROM customers WHERE customer_id = ?", customer_id)
        return rows[0] if rows else None

    def customers(self) -> list[CustomerRow]:
        return self._rows(CustomerRow, "FROM customers ORDER BY customer_id")

    def put_checkout(self, row: CheckoutRow) -> None:
        self._run("INSERT OR REPLACE INTO checkouts VALUES (?, ?)", row.checkout_id, _text(row))

    def checkout(self, checkout_id: str) -> CheckoutRow | None:
        rows = self._rows(CheckoutRow, "FROM checkouts WHERE checkout_id = ?", checkout_id)
        return rows[0] if rows else None

    def add_silent_post(self, row: SilentPostRow) -> None:
        self._run("INSERT INTO silent_posts (body) VALUES (?)", _text(row))

    def silent_posts(self) -> list[SilentPostRow]:
        return self._rows(SilentPostRow, "FROM silent_posts ORDER BY number")

    def add_movement(self, row: MovementRow) -> None:
        self._run("INSERT INTO movements (body) VALUES (?)", _text(row))

    def movements(self) -> list[MovementRow]:
        return self._rows(MovementRow, "FROM movements ORDER BY number")

    def add_token(self, token: str, user: str, now: datetime, life: timedelta) -> None:
        """Keeps the token's keyed digest while it lives, and forgets those that died."""
        with self.changes():
            self._run("DELETE FROM access_tokens WHERE expires_at <= ?", _stamp(now))
            self._run(
                "INSERT INTO access_tokens VALUES (?, ?, ?)",
                self.seal.digest(token),
                user,
                _stamp(now + life),
            )

    def token_user(self, token: str, now: datetime) -> str | None:
        """Who the token stands for, while it lives."""
        with self._guard:
            found = self._connection.execute(
                "SELECT user FROM access_tokens WHERE digest = ? AND expires_at > ?",
                (self.seal.digest(token), _stamp(now)),
            ).fetchone()
        return None if found is None else str(found[0])

    def _run(self, statement: str, *values: str | int) -> None:
        with self._guard:
            self._connection.execute(statement, values)

    def _next(self, statement: str, first: int) -> int:
        with self._guard:
            highest = self._connection.execute(statement).fetchone()[0]
        return first if highest is None else int(highest) + 1

    def _rows(self, row_type: type[_Row], tail: str, *values: str | int) -> list[_Row]:
        with self._guard:
            found = self._connection.execute(f"SELECT body {tail}", values).fetchall()
        return [msgspec.json.decode(body, type=row_type) for (body,) in found]


def _text(row: msgspec.Struct) -> str:
    return msgspec.json.encode(row).decode()


def _stamp(moment: datetime) -> str:
    """The form in which rows carry their times, so that text order is time order."""
    return str(msgspec.to_builtins(moment))


def _key(path: Path | None, ids: IdSource) -> bytes:
    """The key of the digests: drawn once, kept beside the ledger for its owner only."""
    if path is None:
        return ids.token(_KEY_BYTES).encode()
    beside = path.with_name(path.name + ".key")
    if beside.exists():
        return beside.read_bytes()
    key = ids.token(_KEY_BYTES).encode()
    drawn = path.with_name(path.name + ".key.new")
    drawn.touch(mode=0o600)
    drawn.write_bytes(key)
    drawn.replace(beside)
    return key
