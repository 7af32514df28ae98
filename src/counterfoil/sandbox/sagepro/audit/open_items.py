"""Checks of open items: documents, receipts and customer balances."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.sandbox.sagepro.audit.books import Books, Check, Entry, Finding, holds, same, sums

_ZERO = Decimal(0)
_BASE_COLUMNS = {
    "bbal": "balance",
    "binvamt": "invamt",
    "bpaidamt": "paidamt",
    "bdisamt": "disamt",
    "bamount": "amount",
}


def _number(entry: Entry) -> str:
    return entry.text("invno")


def _cash(books: Books) -> list[Entry]:
    """Receipts that were not reversed."""
    return [entry for entry in books.rows("arcash", "arycsh") if entry.values.get("recdel") is not True]


def balance_of_document(books: Books) -> Iterator[Finding]:
    for entry in books.rows("armast", "arymst"):
        expected = entry.amount("invamt") - entry.amount("paidamt") - entry.amount("disamt")
        yield same(entry, _number(entry), "balance", expected)


def open_within_total(books: Books) -> Iterator[Finding]:
    for entry in books.live_documents():
        low, high = sorted((_ZERO, entry.amount("invamt")))
        ok = low <= entry.amount("balance") <= high
        yield holds(entry, _number(entry), "balance", f"between {low} and {high}", ok=ok)


def lines_of_document(books: Books) -> Iterator[Finding]:
    for head, lines in (("armast", "artran"), ("arymst", "arytrn")):
        totals = sums(books.rows(lines), _number, "extprice")
        for entry in books.rows(head):
            expected = totals.get(_number(entry), _ZERO) + entry.amount("tax")
            yield same(entry, _number(entry), "invamt", expected)


def customer_balance(books: Books) -> Iterator[Finding]:
    totals = sums(books.live_documents(), lambda entry: entry.text("custno"), "balance")
    for entry in books.rows("arcust"):
        number = entry.text("custno")
        yield same(entry, number, "balance", totals.get(number, _ZERO))


def receipts_of_invoice(books: Books) -> Iterator[Finding]:
    cash = _cash(books)
    for column in ("paidamt", "disamt"):
        totals = sums(cash, _number, column)
        for entry in books.documents():
            if not entry.text("artype"):
                yield same(entry, _number(entry), column, totals.get(_number(entry), _ZERO))


def receipts_of_credit(books: Books) -> Iterator[Finding]:
    """An open credit began with money that came in; what was applied or went back is paid of it."""
    moved = sums(_cash(books), _number, "paidamt")
    for entry in books.live_documents():
        number, kind = _number(entry), entry.text("artype")
        if kind in {"O", "C"}:
            began = entry.amount("invamt") if kind == "O" else _ZERO
            yield same(entry, number, "paidamt", moved.get(number, _ZERO) + began)


def base_currency(books: Books) -> Iterator[Finding]:
    for entry in books.rows("armast", "arymst", "arcash", "arycsh", "ardist"):
        if entry.amount("exchrat") == 1:
            for base, column in _BASE_COLUMNS.items():
                if base in entry.values and column in entry.values:
                    yield same(entry, _number(entry), base, entry.amount(column))


CHECKS = (
    Check(
        "balance_of_document",
        "What is open on a document is its total less what was paid and the discounts taken.",
        balance_of_document,
    ),
    Check(
        "open_within_total",
        "What is open on a live document lies between nothing and its total.",
        open_within_total,
    ),
    Check(
        "lines_of_document",
        "A document's total is the sum of its lines and its tax.",
        lines_of_document,
    ),
    Check(
        "customer_balance",
        "A customer owes the sum of what is open on the customer's live documents, each counted once.",
        customer_balance,
    ),
    Check(
        "receipts_of_invoice",
        "The receipts of an invoice add up to what the invoice says was paid and discounted.",
        receipts_of_invoice,
    ),
    Check(
        "receipts_of_credit",
        "What was paid of a credit is on its receipts, as applied or as paid back; those of an open credit"
        " begin with the money that came in.",
        receipts_of_credit,
    ),
    Check(
        "base_currency",
        "At an exchange rate of 1 the amounts in base currency equal the amounts.",
        base_currency,
    ),
)
