"""Numbers of transactions: cards and bank payments are counted apart, and never mistaken for each other."""

from __future__ import annotations

import re

from counterfoil.domain.identifiers import TransactionId

_NUMBER = re.compile(r"[0-9]{1,20}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# v1 counts bank payments by numbers of their own (inferred: seven digits beside nine in the recorded
# answers), so that both may have the same one; ours carries the difference.
CHECK = "check-"


def read_transaction(written: str) -> TransactionId | None:
    """A transaction's number as digits, or the UUID of a bank payment of V3; None for anything else."""
    text = written.strip().lower()
    return TransactionId(text) if _NUMBER.fullmatch(text) or _UUID.fullmatch(text) else None


def check_transaction(written: str) -> TransactionId | None:
    """Our name for a bank payment of v1, from its number."""
    text = written.strip()
    return TransactionId(CHECK + text) if _NUMBER.fullmatch(text) else None


def check_number(transaction: TransactionId) -> str | None:
    """The number of a bank payment of v1, or None where it is no such."""
    return transaction.removeprefix(CHECK) if transaction.startswith(CHECK) else None


def is_uuid(transaction: TransactionId) -> bool:
    """Whether it is a bank payment of V3 (verified: those alone have UUIDs)."""
    return _UUID.fullmatch(transaction) is not None
