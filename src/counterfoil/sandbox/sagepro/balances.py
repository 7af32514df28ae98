"""Balances and receipts as they stand in a company's books, for people who compare before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.sandbox.sagepro.audit.books import DEAD, Books, Entry

TABLES = ("arcust", "armast", "arymst", "arcash")
"""What these functions read."""

KEYS = frozenset({"invno", "custno", "account"})
AMOUNTS = frozenset({"invamt", "paidamt", "balance", "amount", "extprice"})
"""The columns of a new row that tell a person what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A plain invoice with something open; numbers without padding."""

    invoice: str
    customer: str
    open: Decimal


def unpaid_invoices(books: Books) -> Iterator[Unpaid]:
    """Plain live invoices in the current table alone, of customers that no clerk has on the screen."""
    locked = {entry.text("custno") for entry in books.rows("arcust") if entry.text("lckstat")}
    for entry in books.rows("armast"):
        if _is_plain(entry) and entry.amount("balance") > 0 and entry.text("custno") not in locked:
            yield Unpaid(
                invoice=entry.text("invno"), customer=entry.text("custno"), open=entry.amount("balance")
            )


def _is_plain(entry: Entry) -> bool:
    return not entry.text("artype") and entry.text("arstat") not in DEAD and not entry.text("currhist")


def invoice_balance(books: Books, invoice: str) -> Decimal:
    return next(
        (entry.amount("balance") for entry in books.documents() if entry.text("invno") == invoice), Decimal(0)
    )


def customer_balance(books: Books, customer: str) -> Decimal:
    entry = books.by("arcust", "custno").get(customer)
    return entry.amount("balance") if entry else Decimal(0)


def receipts_by_reference(books: Books) -> dict[str, Decimal]:
    """Money received by the reference that the receipt bears, summed over its rows."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in books.rows("arcash"):
        sums[entry.text("refno")] += entry.amount("paidamt")
    return dict(sums)
