"""Answers of the V3 wire; the words within `data` that independent clients read are those of v1."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer, Payload
from counterfoil.sandbox.paytrace.outcomes import Charged, ChargeOutcome, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import CustomerRow
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v1.answers import charge_payload
from counterfoil.sandbox.paytrace.v3.calls import OK, Call

NOTHING: Payload = {}


def charged(call: Call, outcome: ChargeOutcome, customer: CustomerRow | None = None) -> Answer:
    """The answer to a payment, with what its amount sets off once the money is taken."""
    if isinstance(outcome, Refused):
        return call.refused(outcome)
    trigger = call.gateway.settings.triggers_by_cents.get(outcome.row.amount_cents)
    if trigger is Trigger.ERROR_AFTER:
        return SERVER_ERROR
    is_declined = outcome.verdict is Verdict.DECLINED
    status = call.settings.decline_status if is_declined else OK
    path = f"/v3/card/transaction/{outcome.row.transaction_id}"
    link = f"{path}?merchant_id={call.gateway.settings.merchant_id}"
    data = call.linked(charge_data(outcome) | customer_data(call, customer), transaction=link)
    return Answer(status, {"data": data}, is_held=trigger is Trigger.ANSWER_HELD)


def charge_data(outcome: Charged) -> Payload:
    """Ids are text on this wire."""
    row = outcome.row
    return charge_payload(outcome.verdict, row) | {
        "transaction_id": str(row.transaction_id),
        "amount": render_number(row.amount_cents),
        "invoice_number": row.details.invoice_id,
    }


def customer_data(call: Call, customer: CustomerRow | None) -> Payload:
    if customer is None:
        return NOTHING
    number = CustomerNumbers(call.gateway.ledger).of(customer.customer_id)
    return {"customer_id": number, "customer_label": customer.customer_id}
