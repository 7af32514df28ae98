"""The numbers by which the V3 wire knows customers; their own string ids are its labels."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.rows import CustomerRow

# AUTOINCREMENT: the number of a deleted customer is never given to another.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS customer_numbers (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id TEXT NOT NULL UNIQUE
);
"""
_BEFORE_FIRST = 40_000_000


class CustomerNumbers:
    """Gives every customer a number when it is first asked for; a renamed customer keeps it."""

    def __init__(self, ledger: Ledger) -> None:
        self._documents = ledger.documents
        self._documents.lay_out(_SCHEMA)

    def of(self, customer_id: str) -> int:
        self._documents.run("INSERT OR IGNORE INTO customer_numbers (customer_id) VALUES (?)", customer_id)
        found = self._documents.number(
            "SELECT number FROM customer_numbers WHERE customer_id = ?", customer_id
        )
        return _BEFORE_FIRST + (found or 0)

    def customer(self, number: int) -> CustomerRow | None:
        """The customer of that number, if there is one still."""
        return self._documents.row(
            CustomerRow,
            "customers WHERE customer_id = (SELECT customer_id FROM customer_numbers WHERE number = ?)",
            number - _BEFORE_FIRST,
        )

    def rename(self, customer_id: str, new_id: str) -> None:
        self._documents.run(
            "UPDATE customer_numbers SET customer_id = ? WHERE customer_id = ?", new_id, customer_id
        )

    def forget(self, customer_id: str) -> None:
        self._documents.run("DELETE FROM customer_numbers WHERE customer_id = ?", customer_id)
