"""Refunds without a sale that the card's bank authorises; off by default, as documented."""

from __future__ import annotations

from typing import assert_never

from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.corrections import refund_unreferenced
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.outcomes import Done, NotDone, Refused
from counterfoil.sandbox.paytrace.rows import StoredCard
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.answers import REFUND
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.requests import amount_of, details_of, encrypted_card


def keyed(call: Call) -> Answer:
    card = encrypted_card(call)
    if isinstance(card, list):
        return call.invalid(*card)
    return _refund(call, call.gateway.ledger.seal.seal(card))


def pt_protect(call: Call) -> Answer:
    faults = missing(call.body, ("hpf_token", "enc_key"))
    if faults:
        return call.invalid(*faults)
    found = HostedFields(call.gateway).redeem(call.body.raw("hpf_token"), call.body.raw("enc_key"))
    return call.refused(found) if isinstance(found, Refused) else _refund(call, found.card)


def by_customer(call: Call) -> Answer:
    customer = CustomerNumbers(call.gateway.ledger).customer(call.path.number("customer_id"))
    if customer is None or customer.card is None:
        return call.not_found("The customer")
    return _refund(call, customer.card, customer.customer_id)


def _refund(call: Call, card: StoredCard, customer_label: str = "") -> Answer:
    cents = amount_of(call)
    if isinstance(cents, Fault):
        return call.invalid(cents)
    details = details_of(call.body, customer_label)
    outcome = refund_unreferenced(call.gateway, card, cents, details=details, caller=call.caller)
    match outcome:
        case Done(row):
            code, text = REFUND.done
            return call.ok(
                {
                    "transaction_id": str(row.transaction_id),
                    "response_code": code,
                    "status_message": text,
                    "masked_card_number": mask(card.last_four, "x"),
                }
            )
        case NotDone():
            return call.invalid(Fault("", REFUND.not_done[1]))
        case Refused():
            return call.refused(outcome)
        case _:
            assert_never(outcome)


ENDPOINTS = tuple(
    Endpoint(
        "POST",
        f"/v3/card/refund-auth/{way}",
        operation,
        Permission.UNREFERENCED_REFUND,
        needs_merchant=True,
    )
    for way, operation in (
        ("keyed", keyed),
        ("pt-protect", pt_protect),
        ("customer/{customer_id}", by_customer),
    )
)
