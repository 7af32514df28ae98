"""What the fields of a v1 request say."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.checks.accounts import BankAccount, read_account
from counterfoil.sandbox.paytrace.e2ee import KeyPair
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.rows import Address, Details
from counterfoil.sandbox.paytrace.stamps import day_bounds, parse_date
from counterfoil.sandbox.paytrace.vault import Profile

# ISO/IEC 7813.
_TRACK_ONE = re.compile(r"%B([0-9]{12,19})\^[^^]*\^([0-9]{2})([0-9]{2})")
_TRACK_TWO = re.compile(r";([0-9]{12,19})=([0-9]{2})([0-9]{2})")


def transaction_id_of(body: Body) -> int:
    """The transaction id; 0, which no transaction has, for what is not one."""
    return body.number("transaction_id")


def card_of(body: Body, key_pair: KeyPair) -> Card | tuple[Refusal, ...]:
    """The keyed card, its number and code plain or encrypted with the gateway's public key."""
    card = body.part("credit_card")
    return read_card(
        plain_of(card, "number", key_pair),
        card.raw("expiration_month").strip(),
        card.raw("expiration_year").strip(),
        plain_of(body, "csc", key_pair),
    )


def swipe_of(body: Body, key_pair: KeyPair) -> Card | tuple[Refusal, ...]:
    """The card on the stripe: `%B<number>^<name>^<YYMM>...?;<number>=<YYMM>...?`, track 1, 2 or both."""
    swipe = plain_of(body, "swipe", key_pair)
    match = _TRACK_ONE.search(swipe) or _TRACK_TWO.search(swipe)
    if match is None:
        return (Refusal(Reason.SWIPE),)
    number, year, month = match.groups()
    return read_card(number, month, year, plain_of(body, "csc", key_pair))


def plain_of(body: Body, name: str, key_pair: KeyPair) -> str:
    """A secret field, or what `encrypted_<field>` holds; what cannot be decrypted is nothing."""
    sealed = body.raw(f"encrypted_{name}").strip()
    return (key_pair.decrypt(sealed) or "") if sealed else body.raw(name).strip()


def days_of(body: Body, zone: ZoneInfo) -> tuple[datetime, datetime] | Refused:
    """The span of `start_date` to `end_date`, both days included."""
    first, last = parse_date(body.raw("start_date")), parse_date(body.raw("end_date"))
    if first is None or last is None or first > last:
        return Refused.of(Reason.DATE_RANGE)
    return day_bounds(first, last, zone)


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
