"""Exports of the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.stamps import day_bounds, parse_date
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import TYPE_FILTERS, transaction_record
from counterfoil.sandbox.paytrace.v1.requests import transaction_id_of


def export_by_id(gateway: Gateway, body: Body, _: Caller) -> Answer:
    row = gateway.ledger.transaction(transaction_id_of(body))
    if row is None:
        return refused_answer(gateway, Refused.of(Reason.TRANSACTION_ID))
    return Answer(200, answers.completed_payload("transactions", [transaction_record(row, gateway.settings)]))


def export_by_date_range(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """Transactions made on the days, both included, in the account's zone."""
    first, last = parse_date(body.raw("start_date")), parse_date(body.raw("end_date"))
    if first is None or last is None or first > last:
        return refused_answer(gateway, Refused.of(Reason.DATE_RANGE))
    rows = gateway.ledger.created_between(*day_bounds(first, last, gateway.settings.zone))
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
