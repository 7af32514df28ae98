"""Exports of the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import TYPE_FILTERS, transaction_record
from counterfoil.sandbox.paytrace.v1.requests import days_of, transaction_id_of


def export_by_id(gateway: Gateway, body: Body, _: Caller) -> Answer:
    row = gateway.ledger.transaction(transaction_id_of(body))
    if row is None:
        return refused_answer(gateway, Refused.of(Reason.TRANSACTION_ID))
    return Answer(200, answers.completed_payload("transactions", [transaction_record(row, gateway.settings)]))


def export_by_date_range(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """Transactions made on the days, both included, in the account's zone."""
    span = days_of(body, gateway.settings.zone)
    if isinstance(span, Refused):
        return refused_answer(gateway, span)
    start, end = span
    # What is too new is not in the exports yet.
    known_until = gateway.now() - gateway.settings.export_lag + timedelta(seconds=1)
    rows = gateway.ledger.created_between(start, min(end, known_until))
    type_word, customer_id = body.raw("transaction_type").upper(), body.text("customer_id")
    is_of_type = TYPE_FILTERS.get(type_word)
    records = (
        transaction_record(row, gateway.settings)
        for row in rows
        if (is_of_type(row) if is_of_type else not type_word)
        and (not customer_id or row.details.customer_id == customer_id)
        and (not body.has("transaction_id") or row.transaction_id == transaction_id_of(body))
    )
    return Answer(200, answers.completed_payload("transactions", records))


OPERATIONS: Mapping[str, Operation] = {
    "/v1/transactions/export/by_id": export_by_id,
    "/v1/transactions/export/by_date_range": export_by_date_range,
}
