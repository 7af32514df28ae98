"""Recurring payments of the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.recurrences import (
    UNTIL_CANCELLED,
    Plan,
    RecurrenceRow,
    Recurrences,
    Tender,
    wrong_fields,
)
from counterfoil.sandbox.paytrace.rows import Caller, Kind
from counterfoil.sandbox.paytrace.stamps import parse_date, render_date
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import transaction_record

_KINDS: Mapping[str, Kind] = {"": Kind.SALE, "sale": Kind.SALE, "authorization": Kind.AUTHORIZATION}

_TENDERS: Mapping[str, Tender] = {"": Tender.CARD, "C": Tender.CARD, "A": Tender.ACCOUNT}


def create(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    plan = plan_of(gateway, body.part("recurrence"))
    if isinstance(plan, Refused):
        return refused_answer(gateway, plan)
    outcome = Recurrences(gateway).create(body.text("customer_id"), plan, caller.user)
    return _answer(gateway, outcome, answers.RECURRENCE_CREATED)


def update(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """Replaces the fields that are sent, and keeps the others; the path is inferred."""
    asked = body.part("recurrence")
    row = Recurrences(gateway).find(asked.number("id"))
    if row is None:
        return refused_answer(gateway, Refused.of(Reason.RECURRENCE_UNKNOWN))
    plan = plan_of(gateway, asked.over(left_of(row)))
    outcome = plan if isinstance(plan, Refused) else Recurrences(gateway).update(row.recurrence_id, plan)
    return _answer(gateway, outcome, answers.RECURRENCE_UPDATED)


def delete(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Recurrences(gateway).delete(body.part("recurrence").number("id"))
    return _answer(gateway, outcome, answers.RECURRENCE_DELETED)


def export(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """All, those of a customer, or one; path and shape are assumed."""
    customer_id, wanted = body.text("customer_id"), body.part("recurrence").number("id")
    records = [
        fields_of(row)
        for row in Recurrences(gateway).rows()
        if (not customer_id or row.customer_id == customer_id) and wanted in {0, row.recurrence_id}
    ]
    return Answer(200, answers.completed_payload("recurrences", records) | {"response_code": 155})


def export_approved(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """The last approved recurring payment of a customer, as a transaction record (assumed)."""
    customer_id = body.text("customer_id")
    if gateway.ledger.customer(customer_id) is None:
        return refused_answer(gateway, Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id))
    row = Recurrences(gateway).last_approved(customer_id)
    records = [] if row is None else [transaction_record(row, gateway.settings)]
    return Answer(200, answers.completed_payload("transactions", records) | {"response_code": 155})


def plan_of(gateway: Gateway, body: Body) -> Plan | Refused:
    """What the `recurrence` of a request says, or the fields that are wrong with it."""
    cents, start = body.amount(is_zero_allowed=False), parse_date(body.raw("start_date"))
    kind = _KINDS.get(body.raw("transaction_type").lower())
    tender = _TENDERS.get(body.raw("type").upper())
    if isinstance(cents, Refused):
        return cents
    if start is None or kind is None or tender is None:
        wanted = {"start_date": start, "transaction_type": kind, "type": tender}
        return Refused(
            tuple(Refusal(Reason.RECURRENCE_FIELD, name) for name, value in wanted.items() if value is None)
        )
    plan = Plan(
        amount_cents=cents,
        frequency=body.raw("frequency").upper(),
        start=start,
        total_count=body.number("total_count"),
        kind=kind,
        description=body.text("description"),
        has_receipt=body.is_true("customer_receipt"),
        tender=tender,
        entry_class=body.text("sec_code").upper(),
    )
    wrong = wrong_fields(plan, _today(gateway))
    return Refused(tuple(Refusal(Reason.RECURRENCE_FIELD, name) for name in wrong)) if wrong else plan


def left_of(row: RecurrenceRow) -> Payload:
    """What an update that says nothing else goes on with."""
    is_endless = row.total_count == UNTIL_CANCELLED
    left = row.total_count if is_endless else row.total_count - row.made_count
    return fields_of(row) | {"start_date": fields_of(row)["next_date"], "total_count": str(left)}


def _today(gateway: Gateway) -> date:
    return gateway.now().astimezone(gateway.settings.zone).date()


def _answer(gateway: Gateway, outcome: RecurrenceRow | Refused, words: tuple[int, str]) -> Answer:
    if isinstance(outcome, Refused):
        return refused_answer(gateway, outcome)
    named: Payload = {"recurrence": {"id": outcome.recurrence_id}, "customer_id": outcome.customer_id}
    return Answer(200, answers.plain_payload(*words) | named)


def fields_of(row: RecurrenceRow) -> Payload:
    return {
        "id": row.recurrence_id,
        "customer_id": row.customer_id,
        "amount": render_number(row.amount_cents),
        "customer_receipt": row.has_receipt,
        "frequency": row.frequency,
        "start_date": render_date(row.start),
        "next_date": "" if row.next_day is None else render_date(row.next_day),
        "total_count": str(row.total_count),
        "current_count": str(row.made_count),
        "transaction_type": row.kind.value,
        "type": row.tender.value,
        "description": row.description,
    }


OPERATIONS: Mapping[str, Operation] = {
    "/v1/recurrence/create": create,
    "/v1/recurrence/update": update,
    "/v1/recurrence/delete": delete,
    "/v1/recurrence/export": export,
    "/v1/recurrence/export_approved": export_approved,
}
