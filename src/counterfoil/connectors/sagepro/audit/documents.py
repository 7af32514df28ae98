"""Rules of one document: its total, its balance, its lines, its receipts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.connectors.sagepro.audit.findings import (
    ZERO,
    Check,
    Finding,
    Group,
    Rule,
    Terms,
    plain,
    same,
    total_of,
    wrong,
)
from counterfoil.connectors.sagepro.records import Row, TableName

_HEADS = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
_CASH = (TableName.CASH, TableName.CASH_HISTORY)
_BOTH_HEADS: dict[TableName, tuple[str, ...]] = dict.fromkeys(_HEADS, ())
_BOTH_CASH: dict[TableName, tuple[str, ...]] = dict.fromkeys(_CASH, ("discount",))
_PARTS = ((TableName.DOCUMENTS, TableName.LINES), (TableName.DOCUMENT_HISTORY, TableName.LINE_HISTORY))


def documents_of(group: Group) -> Iterator[Row]:
    """Each document once: what stands in history too counts by its current row."""
    current = group.rows.get(TableName.DOCUMENTS)
    yield from current or group.rows.get(TableName.DOCUMENT_HISTORY, ())


def is_invoice(row: Row, terms: Terms) -> bool:
    """By its code; a code that the profile does not know is judged by the sign of the total."""
    if row.text("kind") in terms.codes.invoice:
        return True
    return not (is_open_credit(row, terms) or is_credit_memo(row, terms))


def is_open_credit(row: Row, terms: Terms) -> bool:
    return row.text("kind") in terms.codes.open_credit


def is_credit_memo(row: Row, terms: Terms) -> bool:
    kind = row.text("kind")
    if kind in terms.codes.invoice or kind in terms.codes.open_credit:
        return False
    return kind in terms.codes.credit_memo or row.money("total") < 0


def discount_apart(group: Group, _: Terms) -> Iterator[Finding]:
    for row in group.of(*_HEADS):
        expected = row.money("total") - row.money("paid") - row.money("discount")
        yield from same(row, group.key, "balance", expected)


def discount_in_paid(group: Group, _: Terms) -> Iterator[Finding]:
    for row in group.of(*_HEADS):
        yield from same(row, group.key, "balance", row.money("total") - row.money("paid"))


def open_within_total(group: Group, terms: Terms) -> Iterator[Finding]:
    for row in documents_of(group):
        low, high = sorted((ZERO, row.money("total")))
        if not terms.is_void(row) and not low <= row.money("balance") <= high:
            expected = f"between {plain(low)} and {plain(high)}"
            yield wrong(row, group.key, "balance", expected, plain(row.money("balance")))


def lines_of_document(group: Group, _: Terms) -> Iterator[Finding]:
    for head, lines in _PARTS:
        for row in group.of(head):
            expected = total_of(group.of(lines), "extended_price") + row.money("tax")
            yield from same(row, group.key, "total", expected)


def _cash(group: Group) -> Iterator[Row]:
    """Receipts that were not reversed."""
    return (row for row in group.of(*_CASH) if not row.values.get("reversed"))


def receipts_apart(group: Group, terms: Terms) -> Iterator[Finding]:
    """What was paid and what was discounted stand apart, in the document as in its receipts."""
    for row in documents_of(group):
        if is_invoice(row, terms):
            for column in ("paid", "discount"):
                yield from same(row, group.key, column, total_of(_cash(group), column))


def receipts_with_discount(group: Group, terms: Terms) -> Iterator[Finding]:
    """The document's amount paid holds the discounts that stand apart in its receipts."""
    for row in documents_of(group):
        if is_invoice(row, terms):
            discount = total_of(_cash(group), "discount")
            yield from same(row, group.key, "paid", total_of(_cash(group), "paid") + discount)


def receipts_of_credit(group: Group, terms: Terms) -> Iterator[Finding]:
    """An open credit began with money that came in; what was applied or went back is paid of it."""
    moved = total_of(_cash(group), "paid")
    for row in documents_of(group):
        if terms.is_void(row):
            continue
        if is_open_credit(row, terms):
            yield from same(row, group.key, "paid", moved + row.money("total"))
        elif is_credit_memo(row, terms):
            yield from same(row, group.key, "paid", moved)


def receivable_of_document(group: Group, terms: Terms) -> Iterator[Finding]:
    rows = (row for row in group.of(TableName.DISTRIBUTIONS) if row.text("line_kind") == "R")
    distributed = total_of(rows, "amount")
    for row in documents_of(group):
        expected = ZERO if terms.is_void(row) else row.money("balance")
        yield from same(row, group.key, "balance", distributed, expected)


def distribution_balanced(group: Group, _: Terms) -> Iterator[Finding]:
    """The document's own rows; those of its receipts balance over all documents of the receipt."""
    own = [row for row in group.of(TableName.DISTRIBUTIONS) if not row.text("reference")]
    yield from balanced(own, group.key)


def balanced(rows: list[Row], key: str) -> Iterator[Finding]:
    for row in rows:
        if not row.money("amount"):
            yield wrong(row, key, "amount", "not zero", "0.00")
    total = sum((row.money("amount") for row in rows), Decimal(0))
    if total:
        yield from same(rows[0], key, "amount", ZERO, total)


CHECKS: tuple[Check[Group], ...] = (
    Check(
        name="balance_of_document",
        rules=(
            Rule(
                "What is open on a document is its total less what was paid and the discounts taken.",
                discount_apart,
            ),
            Rule(
                "What is open on a document is its total less what was paid, discounts among it.",
                discount_in_paid,
            ),
        ),
        needs={TableName.DOCUMENTS: ()},
    ),
    Check(
        name="open_within_total",
        rules=(
            Rule(
                "What is open on a live document lies between nothing and its total.",
                open_within_total,
            ),
        ),
        needs={TableName.DOCUMENTS: ()},
    ),
    Check(
        name="lines_of_document",
        rules=(Rule("A document's total is the sum of its lines and its tax.", lines_of_document),),
        needs={
            TableName.DOCUMENTS: ("tax",),
            TableName.LINES: (),
            TableName.DOCUMENT_HISTORY: ("tax",),
            TableName.LINE_HISTORY: (),
        },
    ),
    Check(
        name="receipts_of_invoice",
        rules=(
            Rule(
                "The receipts of an invoice add up to what the invoice says was paid and discounted.",
                receipts_apart,
            ),
            Rule(
                "The receipts of an invoice and their discounts add up to what the invoice says was paid.",
                receipts_with_discount,
            ),
        ),
        needs={
            TableName.DOCUMENTS: ("discount",),
            TableName.DOCUMENT_HISTORY: ("discount",),
            **_BOTH_CASH,
        },
    ),
    Check(
        name="receipts_of_credit",
        rules=(
            Rule(
                "What was paid of a credit is on its receipts, as applied or as paid back; those of an open"
                " credit begin with the money that came in.",
                receipts_of_credit,
            ),
        ),
        needs={**_BOTH_HEADS, **dict.fromkeys(_CASH, ())},
    ),
    Check(
        name="distribution_balanced",
        rules=(Rule("Debits equal credits in the distribution of every document.", distribution_balanced),),
        needs={TableName.DISTRIBUTIONS: ("reference",)},
    ),
    Check(
        name="receivable_of_document",
        rules=(
            Rule(
                "The receivables lines distributed for a document add up to what is open on it.",
                receivable_of_document,
            ),
        ),
        needs={**_BOTH_HEADS, TableName.DISTRIBUTIONS: ("line_kind",)},
    ),
)


def receipt_balanced(group: Group, _: Terms) -> Iterator[Finding]:
    yield from balanced(list(group.of(TableName.DISTRIBUTIONS)), group.key)


RECEIPT_CHECKS: tuple[Check[Group], ...] = (
    Check(
        name="receipt_balanced",
        rules=(
            Rule(
                "Debits equal credits in the distribution of every receipt, over all its documents.",
                receipt_balanced,
            ),
        ),
        needs={TableName.DISTRIBUTIONS: ("reference",)},
    ),
)
