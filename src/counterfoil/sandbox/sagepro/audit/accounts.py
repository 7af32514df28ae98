"""Checks of the distribution to GL accounts and of the control accounts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.sandbox.sagepro.audit.books import DEAD, Books, Check, Entry, Finding, holds, same, sums

_ZERO = Decimal(0)
_POSTED = "P"
_CUSTOMER_ACCOUNTS = ("aracct", "sltxact", "fchgact", "depact")
_LINK_ACCOUNTS = ("activity", "incom", "costs", "lndisc")


def _group(entry: Entry) -> str:
    """A document balances by itself, a receipt over all documents that it touches."""
    reference = entry.text("ref")
    return f"{entry.text('custno')} {reference}" if reference else entry.text("invno")


def distribution_balanced(books: Books) -> Iterator[Finding]:
    totals = sums(books.rows("ardist"), _group, "amount")
    seen: set[str] = set()
    for entry in books.rows("ardist"):
        group = _group(entry)
        yield holds(entry, group, "amount", "not zero", ok=entry.amount("amount") != _ZERO)
        if group not in seen:
            seen.add(group)
            yield same(entry, group, "amount", _ZERO, totals[group])


def receivable_of_document(books: Books) -> Iterator[Finding]:
    rows = (entry for entry in books.rows("ardist") if entry.text("dttype") == "R")
    totals = sums(rows, lambda entry: entry.text("invno"), "amount")
    for entry in books.documents():
        number = entry.text("invno")
        expected = _ZERO if entry.text("arstat") in DEAD else entry.amount("balance")
        yield same(entry, number, "balance", expected, totals.get(number, _ZERO))


def receipts_distributed(books: Books) -> Iterator[Finding]:
    """Per cash account; credits that were applied move no cash."""
    cash = [
        entry
        for entry in books.rows("arcash", "arycsh")
        if entry.values.get("recdel") is not True and not entry.text("applto")
    ]
    received = sums(cash, lambda entry: entry.text("glaccnt"), "paidamt")
    rows = [entry for entry in books.rows("ardist") if entry.text("dttype") == "C"]
    distributed = sums(rows, lambda entry: entry.text("account"), "amount")
    first = {entry.text("glaccnt"): entry for entry in reversed(cash)}
    first.update({entry.text("account"): entry for entry in reversed(rows)})
    for account, entry in first.items():
        yield same(entry, account, "amount", received.get(account, _ZERO), distributed.get(account, _ZERO))


def _unposted(books: Books) -> dict[str, Decimal]:
    waiting = (entry for entry in books.rows("ardist") if entry.text("dtstat") != _POSTED)
    return sums(waiting, lambda entry: entry.text("account"), "amount")


def _deposits(books: Books, account_of: dict[str, str]) -> Iterator[Entry]:
    """Receivables lines of open credits that bear an order, on an account beside the customer's own."""
    credits_ = {
        entry.text("invno")
        for entry in books.live_documents()
        if entry.text("artype") == "O" and entry.text("ornum")
    }
    for entry in books.rows("ardist"):
        elsewhere = entry.text("account") != account_of.get(entry.text("custno"))
        if entry.text("invno") in credits_ and entry.text("dttype") == "R" and elsewhere:
            yield entry


def receivable_control(books: Books) -> Iterator[Finding]:
    """A deposit on an order is no receivable, although it lowers the customer's balance."""
    account_of = {entry.text("custno"): entry.text("aracct") for entry in books.rows("arcust")}

    def own(entry: Entry) -> str:
        return account_of.get(entry.text("custno"), "")

    items = sums(books.live_documents(), own, "balance")
    for account, amount in sums(_deposits(books, account_of), own, "amount").items():
        items[account] = items.get(account, _ZERO) - amount
    waiting, accounts = _unposted(books), books.by("glacnt", "glacnt")
    for account in sorted(set(account_of.values())):
        entry = accounts.get(account)
        if entry is not None:
            found = entry.amount("glcurb") + waiting.get(account, _ZERO)
            yield same(entry, account, "glcurb", items.get(account, _ZERO), found)


def trial_balance(books: Books) -> Iterator[Finding]:
    entries = list(books.rows("glacnt"))
    total = sum((entry.amount("glcurb") for entry in entries), _ZERO)
    if entries:
        yield same(entries[0], "all accounts", "glcurb", _ZERO, total)


def accounts_exist(books: Books) -> Iterator[Finding]:
    accounts = books.by("glacnt", "glacnt")
    for table, columns in (
        ("arcust", _CUSTOMER_ACCOUNTS),
        ("arglac", _LINK_ACCOUNTS),
        ("ardist", ("account",)),
        ("iciloc", ("icacct",)),
    ):
        for entry in books.rows(table):
            for column in columns:
                ok = entry.text(column) in accounts
                yield holds(entry, entry.text(column), column, "an account of glacnt", ok=ok)
    for entry in books.rows("arcash", "arycsh"):
        account = entry.text("glaccnt")
        yield holds(entry, account, "glaccnt", "an account of glacnt", ok=not account or account in accounts)


def link_codes(books: Books) -> Iterator[Finding]:
    """An open credit sells nothing, so its line needs no link codes."""
    pairs = {(entry.text("scode"), entry.text("icode")) for entry in books.rows("arglac")}
    sales = {code for code, _ in pairs}
    for entry in books.rows("armast", "arymst"):
        yield holds(
            entry, entry.text("invno"), "glarec", "a code of arglac", ok=entry.text("glarec") in sales
        )
    for entry in books.rows("artran", "arytrn"):
        if entry.text("artype") != "O":
            pair = (entry.text("glsale"), entry.text("glasst"))
            yield holds(entry, entry.text("invno"), "glsale", "a pair of arglac", ok=pair in pairs)


CHECKS = (
    Check(
        "distribution_balanced",
        "Debits equal credits in the distribution of every document and of every receipt.",
        distribution_balanced,
    ),
    Check(
        "receivable_of_document",
        "The receivables lines distributed for a document add up to what is open on it.",
        receivable_of_document,
    ),
    Check(
        "receipts_distributed",
        "The receipts booked to a cash account equal the cash lines distributed to it.",
        receipts_distributed,
    ),
    Check(
        "receivable_control",
        "A receivables account, with what still waits to be posted to it, equals its open items.",
        receivable_control,
    ),
    Check("trial_balance", "The general ledger's accounts add up to zero.", trial_balance),
    Check("accounts_exist", "Every account that a row names stands in the chart.", accounts_exist),
    Check("link_codes", "The link codes of documents and lines lead to accounts.", link_codes),
)
