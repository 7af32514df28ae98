"""By how much a balance is higher than other rows of the books say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.watch.sites import WatchedBooks

ZERO = Decimal(0)


def gap_of(tables: WatchedBooks, row: Row, too_much: Mapping[str, Decimal]) -> Decimal | None:
    """None where no rule is known for the row, or the site's indexes do not lead to the other rows.

    `too_much` is by how much open documents are known to be too high, per customer.
    """
    match row.table:
        case TableName.CUSTOMERS:
            return _customer_gap(tables, row, too_much)
        case TableName.DOCUMENTS | TableName.DOCUMENT_HISTORY:
            return _document_gap(tables, row)
        case _:
            return None


def _document_gap(tables: WatchedBooks, row: Row) -> Decimal | None:
    """What was received for an invoice and is not taken off it."""
    codes = tables.profile.codes
    is_invoice = row.text("kind") in codes.invoice and row.text("status") in codes.live
    if not is_invoice or not tables.is_findable(TableName.CASH, "number"):
        return None
    cash = tables.find(TableName.CASH, "number", row.text("number"))
    received = sum(
        (
            one.money("paid") + one.money("discount")
            for one in cash
            if one.text("customer") == row.text("customer") and not one.values.get("reversed")
        ),
        ZERO,
    )
    return received - (row.money("total") - row.money("balance"))


def _customer_gap(tables: WatchedBooks, row: Row, too_much: Mapping[str, Decimal]) -> Decimal | None:
    """What stands in a customer's balance and in none of its open documents."""
    number = row.text("number")
    if not tables.is_findable(TableName.DOCUMENTS, "customer"):
        return None
    documents = tables.find(TableName.DOCUMENTS, "customer", number)
    open_ = sum((one.money("balance") for one in documents), ZERO)
    return row.money("balance") - (open_ - too_much.get(number, ZERO))
