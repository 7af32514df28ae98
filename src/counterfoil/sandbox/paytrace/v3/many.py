"""Many payments of customers of the vault in one call."""

from __future__ import annotations

from typing import assert_never

from counterfoil.sandbox.paytrace.approvals import Charge
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.corrections import refund_unreferenced
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Payload
from counterfoil.sandbox.paytrace.outcomes import Charged, Done, NotDone, Reason, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import CustomerRow, Details, Kind
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.answers import REFUND
from counterfoil.sandbox.paytrace.v3.answers import charge_data, customer_data
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.follow_ups import (
    FAILED,
    SUCCESS,
    batch,
    failed_item,
    refused_item,
    result,
)

_KINDS = {
    "sale": (Kind.SALE, Permission.SALE),
    "auth-only": (Kind.AUTHORIZATION, Permission.AUTHORIZATION),
    "refund": (Kind.REFUND, Permission.UNREFERENCED_REFUND),
}


def item(call: Call, body: Body) -> Payload:
    """One payment or refund; it fails alone."""
    wanted = _KINDS.get(body.raw("transaction_type").lower())
    if wanted is None:
        words = ", ".join(_KINDS)
        return failed_item(Fault("transaction_type", f"transaction_type must be one of {words}."))
    kind, permission = wanted
    cents, customer = body.amount(is_zero_allowed=False), _customer(call, body, permission)
    if isinstance(cents, Refused) or isinstance(customer, Refused):
        return refused_item("", Refused.all_of(cents, customer))
    details = Details(invoice_id=body.text("invoice_number"), customer_id=customer.customer_id)
    if kind is Kind.REFUND:
        return _refunded(call, customer, cents, details)
    charge = Charge(kind=kind, amount_cents=cents, details=details, caller=call.caller)
    return _charged(call, customer, charge)


def _customer(call: Call, body: Body, permission: Permission) -> CustomerRow | Refused:
    """The item's customer, for a user who may do this to one."""
    if not call.gateway.users.may(call.caller.user, permission):
        return Refused.of(Reason.PERMISSION)
    customer = CustomerNumbers(call.gateway.ledger).customer(body.number("customer_id"))
    return Refused.of(Reason.CUSTOMER_UNKNOWN) if customer is None else customer


def _charged(call: Call, customer: CustomerRow, charge: Charge) -> Payload:
    outcome = call.gateway.charge_customer(charge)
    match outcome:
        case Charged(verdict):
            status = SUCCESS if verdict is Verdict.APPROVED else FAILED
            return charge_data(outcome) | customer_data(call, customer) | {"status": status}
        case Refused():
            return refused_item("", outcome)
        case _:
            assert_never(outcome)


def _refunded(call: Call, customer: CustomerRow, cents: int, details: Details) -> Payload:
    if customer.card is None:
        return refused_item("", Refused.of(Reason.CUSTOMER_UNKNOWN))
    outcome = refund_unreferenced(call.gateway, customer.card, cents, details=details, caller=call.caller)
    match outcome:
        case Done(row):
            return result(str(row.transaction_id), SUCCESS, *REFUND.done) | customer_data(call, customer)
        case NotDone():
            return result("", FAILED, *REFUND.not_done)
        case Refused():
            return refused_item("", outcome)
        case _:
            assert_never(outcome)


ENDPOINTS = (Endpoint("POST", "/v3/card/batch/transactions", batch(item), needs_merchant=True),)
