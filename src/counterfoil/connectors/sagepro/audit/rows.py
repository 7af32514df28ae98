"""Rules of one row by itself: its accounts, its codes, its amounts in base currency, how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.connectors.sagepro.audit.findings import Check, Finding, Look, Rule, Terms, same, wrong
from counterfoil.connectors.sagepro.audit.keys import customers_exist, items_exist
from counterfoil.connectors.sagepro.records import NO_CUSTOMER, OUTSIDE_RECEIVABLES, Certainty, Row, TableName

MISPLACED = "misplaced"
"""Added by the reader to a row whose document number is not right-justified: the number as it stands."""

_BASE_COLUMNS = {
    "base_total": "total",
    "base_paid": "paid",
    "base_discount": "discount",
    "base_balance": "balance",
    "base_amount": "amount",
}
_HEADS = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
_LINES = (TableName.LINES, TableName.LINE_HISTORY)
_CASH = (TableName.CASH, TableName.CASH_HISTORY)
_ORDERS = (TableName.ORDERS, TableName.ORDER_HISTORY)
_ORDER_LINES = (TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY)
ACCOUNT_COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("receivable_account", "tax_account", "charge_account", "deposit_account"),
    TableName.LINK_CODES: ("stock_account", "income_account", "cost_account", "discount_account"),
    TableName.DISTRIBUTIONS: ("account",),
    TableName.CASH: ("account",),
    TableName.CASH_HISTORY: ("account",),
    TableName.LOCATIONS: ("account",),
}


def is_outside_receivables(row: Row) -> bool:
    """Money that came from no customer; it belongs to no document."""
    return row.text("customer") == NO_CUSTOMER or (
        row.table in _CASH and row.text("kind") == OUTSIDE_RECEIVABLES
    )


def shown_key(row: Row) -> str:
    """What names the row to a person."""
    return row.text("number") or row.text("item") or row.text("sales_code") or row.text("customer")


def numbers_justified(row: Row, _: Terms) -> Iterator[Finding]:
    if MISPLACED in row.values:
        yield wrong(row, row.text("number"), "number", "padded with blanks on the left", row.text(MISPLACED))


def base_currency(row: Row, _: Terms) -> Iterator[Finding]:
    """Where nothing stands in base currency, the site does not keep it on this row."""
    kept = [(base, column) for base, column in _BASE_COLUMNS.items() if base in row.values]
    if row.money("exchange_rate") == 1 and any(row.money(base) for base, _ in kept):
        for base, column in kept:
            if column in row.values:
                yield from same(row, shown_key(row), base, row.money(column))


def accounts_exist(row: Row, terms: Terms) -> Iterator[Finding]:
    """A column that is blank names no account; only a distribution must name one."""
    for column in ACCOUNT_COLUMNS[row.table]:
        account = row.text(column)
        needed = bool(account) or row.table is TableName.DISTRIBUTIONS
        if needed and column in row.values and account not in terms.accounts:
            yield wrong(row, shown_key(row), column, "an account of the chart")


def link_codes(row: Row, terms: Terms) -> Iterator[Finding]:
    code = row.text("link_code")
    if code and code not in terms.sales_codes:
        yield wrong(row, shown_key(row), "link_code", "a sales code of the link table")


def line_link_codes(row: Row, terms: Terms) -> Iterator[Finding]:
    """An open credit sells nothing, so that its line needs no link codes."""
    if row.text("kind") not in terms.codes.open_credit:
        pair = row.text("sales_code"), row.text("stock_code")
        if any(pair) and pair not in terms.links:
            yield wrong(row, shown_key(row), "sales_code", "a pair of the link table", " and ".join(pair))


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check that is made of every row of some tables."""

    check: Check[Row]
    tables: tuple[TableName, ...]
    masters: tuple[TableName, ...] = ()
    """Tables without which it cannot be made at all; of the others, those are looked at that are there."""


def _check(name: str, meaning: str, look: Look[Row], certainty: Certainty = Certainty.VERIFIED) -> Check[Row]:
    return Check(name=name, rules=(Rule(meaning, look),), certainty=certainty)


CHECKS: tuple[RowCheck, ...] = (
    RowCheck(
        _check("customers_exist", "The customer of every document and order exists.", customers_exist),
        (*_HEADS, *_ORDERS),
        (TableName.CUSTOMERS,),
    ),
    RowCheck(
        _check("items_exist", "The item of every line and of all stock exists.", items_exist),
        (*_LINES, *_ORDER_LINES, TableName.LOCATIONS, TableName.STORES, TableName.COST_TIERS),
        (TableName.ITEMS,),
    ),
    RowCheck(
        _check(
            "accounts_exist",
            "Every account that a row names stands in the chart.",
            accounts_exist,
            Certainty.PROPOSED,
        ),
        tuple(ACCOUNT_COLUMNS),
        (TableName.ACCOUNTS,),
    ),
    RowCheck(
        _check("link_codes", "The link codes of documents lead to accounts.", link_codes),
        _HEADS,
        (TableName.LINK_CODES,),
    ),
    RowCheck(
        _check("line_link_codes", "The link codes of lines lead to accounts.", line_link_codes),
        _LINES,
        (TableName.LINK_CODES,),
    ),
    RowCheck(
        _check(
            "base_currency",
            "At an exchange rate of 1 the amounts in base currency equal the amounts.",
            base_currency,
            Certainty.PROPOSED,
        ),
        (*_HEADS, *_CASH, TableName.DISTRIBUTIONS),
    ),
    RowCheck(
        _check(
            "numbers_justified", "Document numbers are padded with blanks on the left.", numbers_justified
        ),
        (*_HEADS, *_LINES, *_CASH, TableName.DISTRIBUTIONS, *_ORDERS, *_ORDER_LINES),
    ),
)
