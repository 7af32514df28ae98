"""Reads the sample company's table files with an independent reader, and judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterfoil.cli.demo.plan import Chapter, Expected, OpenItem
from counterfoil.cli.demo.telling import Balance
from counterfoil.sandbox.sagepro import balances
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.books import Books
from counterfoil.sandbox.sagepro.audit.reader import read_books


def read_balances(folder: Path) -> Books:
    """The tables in which balances and receipts stand."""
    return read_books(folder, only=balances.TABLES)


Judgement = tuple[str, bool, str]
"""What is checked, whether it holds, and what is off if not."""


def open_items(folder: Path) -> list[OpenItem]:
    return [
        OpenItem(invoice=item.invoice, customer=item.customer, open=item.open)
        for item in balances.unpaid_invoices(read_balances(folder))
    ]


def balances_of(chapter: Chapter, books: Books) -> dict[str, Decimal]:
    """The balances that a chapter shows, by name."""
    shown: dict[str, Decimal] = {}
    for invoice in dict.fromkeys(filter(None, chapter.invoices)):
        shown[f"invoice {invoice}"] = balances.invoice_balance(books, invoice)
    if chapter.customer:
        shown[f"customer {chapter.customer}"] = balances.customer_balance(books, chapter.customer)
    return shown


def compared(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> list[Balance]:
    return [Balance(name, before[name], after[name]) for name in after]


def judge_chapter(chapter: Chapter, changes: Sequence[Balance]) -> str:
    """What is off after a chapter, in words; empty when the balances moved by exactly what was paid."""
    paid = sum(chapter.amounts, Decimal(0))
    is_money = chapter.expected in {Expected.APPLIED, Expected.SURPLUS, Expected.ON_ACCOUNT}
    for change in changes:
        moved = change.before - change.after
        wanted = paid if is_money else Decimal(0)
        if change.name.startswith("invoice"):
            wanted = _off_invoice(chapter, change, paid)
        if moved != wanted:
            return f"{change.name} moved by {-moved}, {-wanted} is right"
    return ""


def _off_invoice(chapter: Chapter, change: Balance, paid: Decimal) -> Decimal:
    if chapter.expected is Expected.APPLIED:
        return paid
    return change.before if chapter.expected is Expected.SURPLUS else Decimal(0)


def judge_company(folder: Path) -> list[Judgement]:
    """Every invariant of the books, with its verdict."""
    judgements = []
    for verdict in audit(read_books(folder)):
        off = "; ".join(
            f"{d.table} {d.key} {d.column}: {d.found}, not {d.expected}" for d in verdict.differences[:3]
        )
        judgements.append((verdict.meaning, verdict.ok, off))
    return judgements


def judge_gateway(folder: Path, records: Sequence[Mapping[str, Any]], held: set[str]) -> Judgement:
    """Every captured payment of the story stands in the books once, to the cent; a held one does not."""
    received = balances.receipts_by_reference(read_balances(folder))
    off = []
    for record in records:
        transaction = str(record["transaction_id"])
        is_money = str(record["status_code"]) == "Y" or str(record["status_code"]).startswith("GB")
        wanted = Decimal(str(record["amount"])) if is_money and transaction not in held else Decimal(0)
        found = received.get(transaction, Decimal(0))
        if found != wanted:
            off.append(f"transaction {transaction}: {found} in the books, {wanted} is right")
    return "each captured payment stands in the books exactly once", not off, "; ".join(off)
