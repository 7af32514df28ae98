"""Exports of the V3 wire: larger than the lists, and behind them where the account is set so."""

from __future__ import annotations

from datetime import datetime, timedelta

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.batches import Batch, find_batch, latest_batch, settled_batches, total
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import TransactionRow
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.records import TYPE_FILTERS
from counterfoil.sandbox.paytrace.v1.requests import days_of
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.records import iso, record_of


def by_id(call: Call) -> Answer:
    row = call.gateway.ledger.transaction(call.path.number("transaction_id"))
    if row is None or row.created_at >= _known_until(call.gateway):
        return call.not_found("The transaction")
    return call.ok(record_of(call.gateway, row))


def by_date(call: Call) -> Answer:
    """Transactions made on the days, both included, in the account's zone."""
    span = days_of(call.body, call.gateway.settings.zone)
    if isinstance(span, Refused):
        return call.refused(span)
    rows = call.gateway.ledger.created_between(span[0], min(span[1], _known_until(call.gateway)))
    return call.ok([record_of(call.gateway, row) for row in rows if _is_wanted(call.body, row)])


def batch(call: Call) -> Answer:
    """One batch by its number; without a number the pending or the latest one."""
    number = call.body.number("batch_number")
    found = find_batch(call.gateway, number) if call.body.has("batch_number") else latest_batch(call.gateway)
    if found is None and call.body.has("batch_number"):
        return call.invalid(Fault("batch_number", "batch_number was not found."))
    return call.ok([] if found is None else [_batch_record(found)])


def batches_by_date(call: Call) -> Answer:
    span = days_of(call.body, call.gateway.settings.zone)
    if isinstance(span, Refused):
        return call.refused(span)
    return call.ok([_batch_record(each) for each in settled_batches(call.gateway, *span)])


def batch_transactions(call: Call) -> Answer:
    found = find_batch(call.gateway, call.body.number("batch_number"))
    if found is None:
        return call.refused(Refused.of(Reason.BATCH))
    return call.ok([record_of(call.gateway, row) for row in found.rows])


def _known_until(gateway: Gateway) -> datetime:
    """What is made from here on is not in the exports yet."""
    return gateway.now() - gateway.settings.export_lag + timedelta(seconds=1)


def _is_wanted(body: Body, row: TransactionRow) -> bool:
    word, label = body.raw("transaction_type").upper(), body.text("customer_label")
    user, number = body.part("created").text("by"), body.number("transaction_id")
    is_of_type = TYPE_FILTERS.get(word)
    return (
        (is_of_type(row) if is_of_type else not word)
        and label in {"", row.details.customer_id}
        and user in {"", row.caller.user}
        and (not body.has("transaction_id") or number == row.transaction_id)
    )


def _batch_record(found: Batch) -> Payload:
    sales, refunds = total(found.sales), total(found.refunds)
    net = render_number(abs(sales - refunds))
    return {
        "batch_number": found.number,
        "batched_at": None if found.settled_at is None else iso(found.settled_at),
        "transaction_count": len(found.rows),
        "net_amount": net if sales >= refunds else -net,
        "sales_count": len(found.sales),
        "sales_amount": render_number(sales),
        "refund_count": len(found.refunds),
        "refund_amount": render_number(refunds),
    }


ENDPOINTS = tuple(
    Endpoint("POST", path, operation, Permission.EXPORT)
    for path, operation in (
        ("/v3/transaction/export/{transaction_id}", by_id),
        ("/v3/transactions/export/by-date", by_date),
        ("/v3/batch/export", batch),
        ("/v3/batch/export/by-date", batches_by_date),
        ("/v3/batch/export/transactions", batch_transactions),
    )
)
