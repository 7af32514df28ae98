"""Recurring payments of the V3 wire; the paths of update and export are on no public page."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.recurrences import RecurrenceRow, Recurrences
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.recurrences import fields_of, left_of, plan_of
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing


def create(call: Call) -> Answer:
    faults = missing(call.body, ("customer_id", "recurrence"))
    if faults:
        return call.invalid(*faults)
    customer = CustomerNumbers(call.gateway.ledger).customer(call.body.number("customer_id"))
    if customer is None:
        return call.refused(Refused.of(Reason.CUSTOMER_UNKNOWN))
    plan = plan_of(call.gateway, call.body.part("recurrence"))
    if isinstance(plan, Refused):
        return call.refused(plan)
    return _answer(call, Recurrences(call.gateway).create(customer.customer_id, plan, call.caller.user))


def update(call: Call) -> Answer:
    """Replaces the fields that are sent, and keeps the others."""
    asked, recurrences = call.body.part("recurrence"), Recurrences(call.gateway)
    row = recurrences.find(asked.number("id"))
    if row is None:
        return call.refused(Refused.of(Reason.RECURRENCE_UNKNOWN))
    plan = plan_of(call.gateway, asked.over(left_of(row)))
    if isinstance(plan, Refused):
        return call.refused(plan)
    return _answer(call, recurrences.update(row.recurrence_id, plan))


def delete(call: Call) -> Answer:
    return _answer(call, Recurrences(call.gateway).delete(call.body.part("recurrence").number("id")))


def export(call: Call) -> Answer:
    """All, those of a customer, or one."""
    wanted = call.query.number("id")
    number = call.query.number("customer_id")
    customer = CustomerNumbers(call.gateway.ledger).customer(number) if number else None
    return call.ok(
        [
            _record(call, row)
            for row in Recurrences(call.gateway).rows()
            if wanted in {0, row.recurrence_id}
            and (not number or (customer is not None and customer.customer_id == row.customer_id))
        ]
    )


def _answer(call: Call, outcome: RecurrenceRow | Refused) -> Answer:
    return call.refused(outcome) if isinstance(outcome, Refused) else call.ok(_record(call, outcome))


def _record(call: Call, row: RecurrenceRow) -> Payload:
    """Number and label of the customer, and the schedule under `recurrence` as it was sent."""
    told = fields_of(row)
    customer_label = told.pop("customer_id")
    number = CustomerNumbers(call.gateway.ledger).of(row.customer_id)
    schedule = told | {"id": str(row.recurrence_id), "sec_code": row.entry_class}
    return {"customer_id": number, "customer_label": customer_label, "recurrence": schedule}


ENDPOINTS = tuple(
    Endpoint(method, path, operation, Permission.RECURRING)
    for method, path, operation in (
        ("POST", "/v3/recurrence/create", create),
        ("PUT", "/v3/recurrence", update),
        ("DELETE", "/v3/recurrence", delete),
        ("GET", "/v3/recurrence/export", export),
    )
)
