"""Sales and authorisations of the V3 wire: encrypted card, hosted fields, or a customer of the vault."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer
from counterfoil.sandbox.paytrace.gateway import Charge
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.outcomes import Charged, Reason, Refused, Stored, Verdict
from counterfoil.sandbox.paytrace.rows import CustomerRow, Details, Kind, StoredCard
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v3 import answers
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, Operation
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.requests import amount_of, charge_faults, details_of, encrypted_card
from counterfoil.sandbox.paytrace.vault import Profile, Vault


def keyed(kind: Kind) -> Operation:
    """A payment by a card that the client encrypted."""

    def operation(call: Call) -> Answer:
        charge = _charge(call, kind, ("amount", "card"))
        if isinstance(charge, Answer):
            return charge
        card = encrypted_card(call)
        if isinstance(card, list):
            return call.invalid(*card)
        return answers.charged(call, call.gateway.charge_card(charge, card))

    return operation


def pt_protect(kind: Kind) -> Operation:
    """A payment by a card from hosted fields."""

    def operation(call: Call) -> Answer:
        charge = _charge(call, kind, ("amount", "hpf_token", "enc_key"))
        if isinstance(charge, Answer):
            return charge
        card = HostedFields(call.gateway).redeem(call.body.raw("hpf_token"), call.body.raw("enc_key"))
        if isinstance(card, Refused):
            return call.refused(card)
        outcome = call.gateway.charge_sealed(charge, card.card, card.csc_response)
        return answers.charged(call, outcome)

    return operation


def pt_protect_with_customer(call: Call) -> Answer:
    """The same, and the card goes into the vault once it is charged."""
    label = call.body.text("customer_label")
    charge = _charge(call, Kind.SALE, ("amount", "hpf_token", "enc_key", "customer_label"), label)
    if isinstance(charge, Answer):
        return charge
    if call.gateway.ledger.customer(label) is not None:
        return call.refused(Refused.of(Reason.CUSTOMER_ID_TAKEN))
    card = HostedFields(call.gateway).redeem(call.body.raw("hpf_token"), call.body.raw("enc_key"))
    if isinstance(card, Refused):
        return call.refused(card)
    outcome = call.gateway.charge_sealed(charge, card.card, card.csc_response)
    if isinstance(outcome, Charged) and outcome.verdict is Verdict.APPROVED:
        return answers.charged(call, outcome, _stored(call, label, card.card, charge.details))
    return answers.charged(call, outcome)


def by_customer(kind: Kind) -> Operation:
    """A payment by a card in the vault."""

    def operation(call: Call) -> Answer:
        customer = CustomerNumbers(call.gateway.ledger).customer(call.path.number("customer_id"))
        if customer is None:
            return call.not_found("The customer")
        charge = _charge(call, kind, ("amount",), customer.customer_id)
        if isinstance(charge, Answer):
            return charge
        return answers.charged(call, call.gateway.charge_customer(charge), customer)

    return operation


def _charge(call: Call, kind: Kind, required: tuple[str, ...], customer_label: str = "") -> Charge | Answer:
    """The payment as asked for; what is wrong with it is told all at once."""
    faults = charge_faults(call, required)
    cents = amount_of(call, is_zero_allowed=kind is Kind.AUTHORIZATION)
    if isinstance(cents, Fault):
        faults = [fault for fault in faults if fault.field != cents.field] + [cents]
        return call.invalid(*faults)
    if faults:
        return call.invalid(*faults)
    if call.gateway.settings.triggers_by_cents.get(cents) is Trigger.ERROR_BEFORE:
        return SERVER_ERROR
    details = details_of(call.body, customer_label)
    return Charge(kind=kind, amount_cents=cents, details=details, caller=call.caller)


def _stored(call: Call, label: str, card: StoredCard, details: Details) -> CustomerRow | None:
    profile = Profile(
        billing=details.billing,
        shipping=details.shipping,
        email=details.email,
        phone=None,
        fax=None,
        card=card,
    )
    outcome = Vault(call.gateway).create(label, profile)
    return outcome.row if isinstance(outcome, Stored) else None


def _both(wire: str, kind: Kind, permission: Permission) -> tuple[Endpoint, ...]:
    """The ways to pay that sales and authorisations share; keyed authorisation stands by analogy."""
    ways = (
        ("keyed", keyed(kind)),
        ("pt-protect", pt_protect(kind)),
        ("customer/{customer_id}", by_customer(kind)),
    )
    return tuple(
        Endpoint("POST", f"/v3/card/{wire}/{way}", operation, permission, needs_merchant=True)
        for way, operation in ways
    )


ENDPOINTS = (
    *_both("sale", Kind.SALE, Permission.SALE),
    *_both("authorize", Kind.AUTHORIZATION, Permission.AUTHORIZATION),
    Endpoint(
        "POST",
        "/v3/card/sale/pt-protect/customer",
        pt_protect_with_customer,
        Permission.SALE,
        needs_merchant=True,
    ),
)
