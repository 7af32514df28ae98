"""The audit of a company's books: every invariant of receivables, distribution, orders, stock and keys.

It reads the tables with a reader of its own and shares nothing with the connector that writes them.
"""

from __future__ import annotations

from counterfoil.sandbox.sagepro.audit import accounts, keys, open_items, quantities
from counterfoil.sandbox.sagepro.audit.books import Books, Difference, Verdict, judged

CHECKS = (*open_items.CHECKS, *accounts.CHECKS, *quantities.CHECKS, *keys.CHECKS)

__all__ = ["CHECKS", "Books", "Difference", "Verdict", "audit"]


def audit(books: Books) -> list[Verdict]:
    """One verdict for each check, always all of them and in the same order."""
    return [judged(check, books) for check in CHECKS]
