"""The sandbox's own ledger of cards: transactions, money, vault and hosted checkout."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.access_tokens import AccessTokens
from counterfoil.sandbox.paytrace.cards import CardSeal
from counterfoil.sandbox.paytrace.documents import Documents, stamp_of, text_of
from counterfoil.sandbox.paytrace.rows import (
    BatchRow,
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
  created_at TEXT AS (json_extract(body, '$.created_at')),
  batch_number INTEGER AS (json_extract(body, '$.batch_number')),
  customer_id TEXT AS (json_extract(body, '$.details.customer_id'))
);
CREATE INDEX IF NOT EXISTS transactions_state ON transactions (state);
CREATE INDEX IF NOT EXISTS transactions_parent ON transactions (parent_id);
CREATE INDEX IF NOT EXISTS transactions_card ON transactions (card_digest, created_at);
CREATE INDEX IF NOT EXISTS transactions_created ON transactions (created_at);
CREATE INDEX IF NOT EXISTS transactions_customer ON transactions (customer_id);
CREATE INDEX IF NOT EXISTS transactions_batch ON transactions (batch_number);
CREATE TABLE IF NOT EXISTS customers (customer_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checkouts (checkout_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS silent_posts (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS movements (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  transaction_id INTEGER AS (json_extract(body, '$.transaction_id'))
);
CREATE INDEX IF NOT EXISTS movements_transaction ON movements (transaction_id);
CREATE TABLE IF NOT EXISTS settled_batches (batch_number INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""

_TRANSACTION_ID_FIRST = 392_000_001
_IDS_OF_A_LEDGER = 10_000_000
_BATCH_NUMBER_FIRST = 571
_KEY_BYTES = 32


class Ledger:
    """Everything the sandbox remembers; changes are made inside `changes()` and are all or nothing.

    Further books lie in the same file: they are made over `documents` and change together with this one.
    """

    def __init__(self, documents: Documents, seal: CardSeal, number: int = 0) -> None:
        self.documents = documents
        self.seal = seal
        self._transaction_id_first = _TRANSACTION_ID_FIRST + number * _IDS_OF_A_LEDGER
        documents.lay_out(_SCHEMA)
        self.tokens = AccessTokens(documents, seal)

    @classmethod
    def open(cls, path: Path | None, ids: IdSource, number: int = 0) -> Ledger:
        """The ledger in a file, its key beside it; or one in memory that ends with the process.

        Ledgers of different numbers give different transaction ids.
        """
        return cls(Documents(path), CardSeal(_key(path, ids)), number)

    def close(self) -> None:
        self.documents.close()

    def changes(self) -> AbstractContextManager[None]:
        return self.documents.changes()

    def next_transaction_id(self) -> int:
        highest = self.documents.number("SELECT max(transaction_id) FROM transactions")
        return self._transaction_id_first if highest is None else highest + 1

    def next_batch_number(self) -> int:
        highest = self.documents.number("SELECT max(batch_number) FROM settled_batches")
        return _BATCH_NUMBER_FIRST if highest is None else highest + 1

    def add_batch(self, row: BatchRow) -> None:
        self.documents.run("INSERT INTO settled_batches VALUES (?, ?)", row.batch_number, text_of(row))

    def batches(self) -> list[BatchRow]:
        return self.documents.rows(BatchRow, "settled_batches ORDER BY batch_number")

    def put_transaction(self, row: TransactionRow) -> None:
        """Adds the transaction, or replaces it as it stands now."""
        self.documents.run(
            "INSERT INTO transactions (transaction_id, body) VALUES (?, ?)"
            " ON CONFLICT (transaction_id) DO UPDATE SET body = excluded.body",
            row.transaction_id,
            text_of(row),
        )

    def transaction(self, transaction_id: int) -> TransactionRow | None:
        return self.documents.row(TransactionRow, "transactions WHERE transaction_id = ?", transaction_id)

    def transactions(self) -> list[TransactionRow]:
        return self.documents.rows(TransactionRow, "transactions ORDER BY transaction_id")

    def count(self) -> int:
        return self.documents.number("SELECT count(*) FROM transactions") or 0

    def latest(self, word: str, limit: int, offset: int) -> list[TransactionRow]:
        """The newest transactions; with a word those of that id, invoice or customer."""
        return self.documents.rows(
            TransactionRow,
            "transactions WHERE ? IN ('', CAST(transaction_id AS TEXT), customer_id,"
            " json_extract(body, '$.details.invoice_id')) ORDER BY transaction_id DESC LIMIT ? OFFSET ?",
            word,
            limit,
            offset,
        )

    def created_between(self, start: datetime, end: datetime) -> list[TransactionRow]:
        return self.documents.rows(
            TransactionRow,
            "transactions WHERE created_at >= ? AND created_at < ? ORDER BY transaction_id",
            stamp_of(start),
            stamp_of(end),
        )

    def in_state(self, state: State) -> list[TransactionRow]:
        return self.documents.rows(
            TransactionRow, "transactions WHERE state = ? ORDER BY transaction_id", state.value
        )

    def of_customer(self, customer_id: str) -> list[TransactionRow]:
        return self.documents.rows(
            TransactionRow, "transactions WHERE customer_id = ? ORDER BY transaction_id", customer_id
        )

    def in_batch(self, batch_number: int) -> list[TransactionRow]:
        return self.documents.rows(
            TransactionRow, "transactions WHERE batch_number = ? ORDER BY transaction_id", batch_number
        )

    def refunds_of(self, transaction_id: int) -> list[TransactionRow]:
        return self.documents.rows(TransactionRow, "transactions WHERE parent_id = ?", transaction_id)

    def of_card_since(self, card_digest: str, since: datetime) -> list[TransactionRow]:
        return self.documents.rows(
            TransactionRow,
            "transactions WHERE card_digest = ? AND created_at > ?",
            card_digest,
            stamp_of(since),
        )

    def put_customer(self, row: CustomerRow) -> None:
        self.documents.run("INSERT OR REPLACE INTO customers VALUES (?, ?)", row.customer_id, text_of(row))

    def remove_customer(self, customer_id: str) -> None:
        self.documents.run("DELETE FROM customers WHERE customer_id = ?", customer_id)

    def customer(self, customer_id: str) -> CustomerRow | None:
        return self.documents.row(CustomerRow, "customers WHERE customer_id = ?", customer_id)

    def customers(self) -> list[CustomerRow]:
        return self.documents.rows(CustomerRow, "customers ORDER BY customer_id")

    def put_checkout(self, row: CheckoutRow) -> None:
        self.documents.run("INSERT OR REPLACE INTO checkouts VALUES (?, ?)", row.checkout_id, text_of(row))

    def checkout(self, checkout_id: str) -> CheckoutRow | None:
        return self.documents.row(CheckoutRow, "checkouts WHERE checkout_id = ?", checkout_id)

    def checkout_of(self, transaction_id: int) -> CheckoutRow | None:
        """The order that the transaction paid."""
        return self.documents.row(
            CheckoutRow, "checkouts WHERE json_extract(body, '$.transaction_id') = ?", transaction_id
        )

    def add_silent_post(self, row: SilentPostRow) -> None:
        self.documents.run("INSERT INTO silent_posts (body) VALUES (?)", text_of(row))

    def silent_posts(self) -> list[SilentPostRow]:
        return self.documents.rows(SilentPostRow, "silent_posts ORDER BY number")

    def add_movement(self, row: MovementRow) -> None:
        self.documents.run("INSERT INTO movements (body) VALUES (?)", text_of(row))

    def movements(self) -> list[MovementRow]:
        return self.documents.rows(MovementRow, "movements ORDER BY number")


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
