"""Batches of the v1 wire; their keys follow the older name~value call (assumed)."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.batches import Batch, find_batch, latest_batch, settled_batches, total
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.stamps import render_stamp
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import transaction_record
from counterfoil.sandbox.paytrace.v1.requests import days_of


def export_one(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """One batch by its number; without a number the pending or the latest one."""
    number = _number(body)
    batch = latest_batch(gateway) if number is None else find_batch(gateway, number)
    if batch is None and number is not None:
        return refused_answer(gateway, Refused.of(Reason.BATCH))
    records = [] if batch is None else [_record(batch, gateway.settings)]
    return Answer(200, answers.completed_payload("batches", records))


def export(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """The batches that were settled on the days, both included."""
    span = days_of(body, gateway.settings.zone)
    if isinstance(span, Refused):
        return refused_answer(gateway, span)
    batches = settled_batches(gateway, *span)
    return Answer(
        200, answers.completed_payload("batches", [_record(batch, gateway.settings) for batch in batches])
    )


def transaction_list(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """The transactions of a batch as export records."""
    number = _number(body)
    batch = None if number is None else find_batch(gateway, number)
    if batch is None:
        return refused_answer(gateway, Refused.of(Reason.BATCH))
    records = (transaction_record(row, gateway.settings) for row in batch.rows)
    return Answer(200, answers.completed_payload("transactions", records))


def _number(body: Body) -> int | None:
    """Both spellings that independent clients use."""
    for name in ("batch_number", "batchNumber"):
        if body.raw(name).strip():
            return body.number(name)
    return None


def _record(batch: Batch, settings: Settings) -> Payload:
    sales, refunds = total(batch.sales), total(batch.refunds)
    return {
        "batch_number": batch.number,
        "batched_at": "" if batch.settled_at is None else render_stamp(batch.settled_at, settings.zone),
        "transaction_count": len(batch.rows),
        "net_amount": _signed(sales - refunds),
        "sales_count": len(batch.sales),
        "sales_amount": render_number(sales),
        "refund_count": len(batch.refunds),
        "refund_amount": render_number(refunds),
    }


def _signed(cents: int) -> object:
    number = render_number(abs(cents))
    return -number if cents < 0 else number


OPERATIONS: Mapping[str, Operation] = {
    "/v1/batches/export_one": export_one,
    "/v1/batches/export": export,
    "/v1/batches/transaction_list": transaction_list,
}
