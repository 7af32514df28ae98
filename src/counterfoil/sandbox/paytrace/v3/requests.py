"""What the fields of a V3 request say: addresses and invoices have other names here than on v1."""

from __future__ import annotations

import re
from decimal import Decimal

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.outcomes import Refused
from counterfoil.sandbox.paytrace.rows import Address, Details
from counterfoil.sandbox.paytrace.v3.calls import Call, missing, too_long
from counterfoil.sandbox.paytrace.v3.errors import Fault, fault_of
from counterfoil.sandbox.paytrace.vault import Profile

# Documented lengths.
LENGTHS = {"billing_name": 50, "billing_phone": 20, "customer_reference_id": 50, "shipping_name": 50}

_LOOKS_LIKE_A_NUMBER = re.compile(r"[0-9 -]{3,}")


def sale_address(body: Body, place: str) -> Address:
    """The address of a payment: `street`, `postal_code`, and the name beside it."""
    part = body.part(f"{place}_address")
    return Address(
        name=body.text(f"{place}_name"),
        street_address=part.text("street"),
        street_address2=part.text("street2"),
        city=part.text("city"),
        state=part.text("state"),
        zip=part.text("postal_code"),
        country=part.text("country"),
    )


def profile_address(body: Body, name: str) -> Address | None:
    """The address of a customer: `street_address`, `postal_code`, and the name within it."""
    if not body.has(name):
        return None
    part = body.part(name)
    return Address(
        name=part.text("name"),
        street_address=part.text("street_address"),
        street_address2=part.text("street_address2"),
        city=part.text("city"),
        county=part.text("county"),
        state=part.text("state"),
        zip=part.text("postal_code"),
        country=part.text("country"),
    )


def details_of(body: Body, customer_label: str = "") -> Details:
    tax_cents = body.cents("tax_amount")
    return Details(
        invoice_id=body.text("invoice_number"),
        description=body.text("description"),
        tax_amount="" if tax_cents is None else f"{Decimal(tax_cents).scaleb(-2)}",
        customer_reference_id=body.text("customer_reference_id"),
        customer_id=customer_label,
        email=body.text("billing_email"),
        billing=sale_address(body, "billing"),
        shipping=sale_address(body, "shipping"),
    )


def profile_of(body: Body) -> Profile:
    return Profile(
        billing=profile_address(body, "billing_address"),
        shipping=profile_address(body, "shipping_address"),
        email=body.stated("email"),
        phone=body.stated("phone"),
        fax=body.stated("fax"),
    )


def amount_of(call: Call, *, is_zero_allowed: bool = False) -> int | Fault:
    cents = call.body.amount(is_zero_allowed=is_zero_allowed)
    return fault_of(cents.refusals[0]) if isinstance(cents, Refused) else cents


def charge_faults(call: Call, required: tuple[str, ...]) -> list[Fault]:
    """What every payment has to say, and how long it may be."""
    return [*missing(call.body, required), *too_long(call.body, LENGTHS)]


def encrypted_card(call: Call) -> Card | list[Fault]:
    """The card of a keyed request; this wire takes neither number nor code in the clear."""
    card, csc = call.body.part("card"), call.body.raw("csc")
    faults = [
        Fault(name, f"{name} must be encrypted with the gateway's public key.")
        for name, value in (("card.number", card.raw("number")), ("csc", csc))
        if _LOOKS_LIKE_A_NUMBER.fullmatch(value)
    ]
    number = call.gateway.key_pair.decrypt(card.raw("number"))
    code = call.gateway.key_pair.decrypt(csc) if csc else ""
    if not faults and code is None:
        faults = [Fault("csc", "csc could not be decrypted.")]
    if faults:
        return faults
    month, year = card.raw("expiration_month").strip(), card.raw("expiration_year").strip()
    read = read_card(number or "", month, year, code or "")
    return [fault_of(refusal) for refusal in read] if isinstance(read, tuple) else read
