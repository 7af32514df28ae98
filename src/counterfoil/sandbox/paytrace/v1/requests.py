"""What the fields of a v1 request say."""

from __future__ import annotations

import re
from decimal import Decimal

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.checks.accounts import BankAccount, read_account
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal
from counterfoil.sandbox.paytrace.rows import Address, Details
from counterfoil.sandbox.paytrace.vault import Profile

# ISO/IEC 7813.
_TRACK_ONE = re.compile(r"%B([0-9]{12,19})\^[^^]*\^([0-9]{2})([0-9]{2})")
_TRACK_TWO = re.compile(r";([0-9]{12,19})=([0-9]{2})([0-9]{2})")


def transaction_id_of(body: Body) -> int:
    """The transaction id; 0, which no transaction has, for what is not one."""
    return body.number("transaction_id")


def card_of(body: Body) -> Card | tuple[Refusal, ...]:
    card = body.part("credit_card")
    return read_card(
        card.raw("number").strip(),
        card.raw("expiration_month").strip(),
        card.raw("expiration_year").strip(),
        body.raw("csc").strip(),
    )


def swipe_of(body: Body) -> Card | tuple[Refusal, ...]:
    """The card on the stripe: `%B<number>^<name>^<YYMM>...?;<number>=<YYMM>...?`, track 1, 2 or both."""
    match = _TRACK_ONE.search(body.raw("swipe")) or _TRACK_TWO.search(body.raw("swipe"))
    if match is None:
        return (Refusal(Reason.SWIPE),)
    number, year, month = match.groups()
    return read_card(number, month, year, body.raw("csc").strip())


def account_of(body: Body) -> BankAccount | tuple[Refusal, ...]:
    check = body.part("check")
    return read_account(
        check.raw("account_number").strip(), check.raw("routing_number").strip(), check.text("account_type")
    )


def address_of(body: Body, name: str) -> Address:
    part = body.part(name)
    return Address(**{field: part.text(field) for field in Address.__struct_fields__})


def details_of(body: Body) -> Details:
    tax_cents = body.cents("tax_amount")
    return Details(
        invoice_id=body.text("invoice_id"),
        description=body.text("description"),
        tax_amount="" if tax_cents is None else f"{Decimal(tax_cents).scaleb(-2)}",
        customer_reference_id=body.text("customer_reference_id"),
        customer_id=body.text("customer_id"),
        email=body.text("email"),
        billing=address_of(body, "billing_address"),
        shipping=address_of(body, "shipping_address"),
    )


def profile_of(body: Body) -> Profile:
    return Profile(
        billing=address_of(body, "billing_address") if body.has("billing_address") else None,
        shipping=address_of(body, "shipping_address") if body.has("shipping_address") else None,
        email=body.stated("email"),
        phone=body.stated("phone"),
        fax=body.stated("fax"),
    )
