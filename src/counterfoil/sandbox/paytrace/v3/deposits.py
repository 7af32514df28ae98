"""Deposits of checks on the V3 wire, by which a bank statement is reconciled."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.checks.deposits import Deposit, deposits_of
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint
from counterfoil.sandbox.paytrace.v3.check_records import check_record, span_of
from counterfoil.sandbox.paytrace.v3.pages import page_of

PAGE, PAGE_MAX = 10, 30


def search(call: Call) -> Answer:
    """Deposits by id or by the days on which they were paid."""
    found = _found(call)
    if isinstance(found, Answer):
        return found
    page = page_of(call, found, *_pages(call, len(found)), call.body)
    if isinstance(page, Answer):
        return page
    return call.ok([_told(each) for each in page.rows], **page.told())


def transactions(call: Call) -> Answer:
    """The checks of those deposits, each with what it brought or took."""
    found = _found(call)
    if isinstance(found, Answer):
        return found
    entries = [(deposit, entry) for deposit in found for entry in deposit.entries]
    page = page_of(call, entries, *_pages(call, len(entries)), call.body)
    if isinstance(page, Answer):
        return page
    desk = CheckDesk(call.gateway)
    told = []
    for deposit, entry in page.rows:
        row = desk.book.check(entry.check_id)
        if row is not None:
            beside = {"deposit_id": deposit.deposit_id, "deposited_amount": _dollars(entry.amount_cents)}
            told.append(check_record(call, desk, row) | beside)
    return call.ok(told, **page.told())


def _found(call: Call) -> list[Deposit] | Answer:
    span, wanted = span_of(call, "body"), call.body.text("deposit_id")
    if isinstance(span, Answer):
        return span
    desk = CheckDesk(call.gateway)
    desk.catch_up()
    entries = desk.book.entries_of(wanted) if wanted else desk.book.entries()
    return [each for each in deposits_of(entries) if span[0] <= each.paid_at <= span[1]]


def _pages(call: Call, count: int) -> tuple[int, int]:
    """Ceiling and usual size of a page; `return_all_results` lifts both."""
    is_all = call.body.is_true("return_all_results")
    return (max(count, PAGE_MAX), max(count, PAGE)) if is_all else (PAGE_MAX, PAGE)


def _told(deposit: Deposit) -> Payload:
    return {
        "deposit_id": deposit.deposit_id,
        "deposit_date": f"{deposit.paid_at:%Y-%m-%d}",
        "amount": _dollars(deposit.amount_cents),
        "transaction_count": len(deposit.entries),
    }


def _dollars(cents: int) -> object:
    return render_number(cents) if cents >= 0 else -render_number(-cents)


ENDPOINTS = (
    Endpoint("POST", "/v3/checks/deposit/search", search, Permission.CHECKS, needs_merchant=True),
    Endpoint("POST", "/v3/checks/deposit/transactions", transactions, Permission.CHECKS, needs_merchant=True),
)
