"""Export records of the v1 wire, field by field as in the vendor's sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.door import Payload
from counterfoil.sandbox.paytrace.rows import (
    Address,
    CustomerRow,
    Kind,
    State,
    StoredAccount,
    StoredCard,
    TransactionRow,
)
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.stamps import render_stamp

# The filter words of `transaction_type`; a word that is not here finds nothing.
TYPE_FILTERS: Mapping[str, Callable[[TransactionRow], bool]] = {
    "SALE": lambda row: row.kind is Kind.SALE,
    "AUTHORIZATION": lambda row: row.kind is Kind.AUTHORIZATION,
    "REFUND": lambda row: row.kind is Kind.REFUND,
    "VOID": lambda row: row.state is State.VOIDED,
    "SETTLED": lambda row: row.state is State.SETTLED,
    "PENDING": lambda row: row.state is State.PENDING,
    "DECLINED": lambda row: row.state is State.DECLINED,
}


def transaction_record(row: TransactionRow, settings: Settings) -> Payload:
    """One exported transaction; a refund does not say what it pays back."""
    code, message = _status(row)
    settled = "" if row.settled_at is None else render_stamp(row.settled_at, settings.zone)
    return {
        "transaction_id": row.transaction_id,
        "credit_card": _card(row.card),
        "transaction_type": _type(row, settings),
        "description": row.details.description,
        "amount": render_number(row.amount_cents),
        "invoice_id": row.details.invoice_id,
        "shipping_address": _address(row.details.shipping, has_county=True),
        "billing_address": _address(row.details.billing, has_county=False),
        "receipt_emailed_to": row.details.email,
        "tax_amount": row.details.tax_amount,
        "customer_reference_id": row.details.customer_reference_id,
        "approval_code": row.approval.code,
        "approval_message": row.approval.message,
        "avs_response": row.approval.avs,
        "csc_response": row.approval.csc,
        "status_code": code,
        "status_message": message,
        "created": {
            "through": row.caller.through,
            "at": render_stamp(row.created_at, settings.zone),
            "by": row.caller.user,
            "from_ip": row.caller.from_ip,
        },
        "settled": settled,
        "customer_id": row.details.customer_id,
    }


def customer_record(row: CustomerRow) -> Payload:
    return {
        "customer_id": row.customer_id,
        "credit_card": None if row.card is None else _card(row.card),
        "check": None if row.account is None else _account(row.account),
        "billing_address": _address(row.billing, has_county=False),
        "shipping_address": _address(row.shipping, has_county=True),
        "email": row.email,
        "phone": row.phone,
        "fax": row.fax,
    }


def _status(row: TransactionRow) -> tuple[str, str]:
    """Code and words; N tells a void, a decline and an open authorisation apart by its words alone."""
    match row.state:
        case State.AUTHORIZED | State.EXPIRED:
            return "N", "Authorization Only"
        case State.PENDING:
            return "Y", "Pending Settlement"
        case State.SETTLED:
            return f"GB{row.batch_number}", f"GB{row.batch_number}"
        case State.VOIDED:
            return "N", "VOIDED"
        case State.DECLINED:
            return "N", "DECLINED"
        case _:
            assert_never(row.state)


def _type(row: TransactionRow, settings: Settings) -> str:
    match row.kind:
        case Kind.SALE:
            return "SALE"
        case Kind.REFUND:
            return "REFUND"
        case Kind.AUTHORIZATION:
            is_captured = row.state in {State.PENDING, State.SETTLED}
            return settings.captured_type if is_captured else "AUTHORIZATION"
        case _:
            assert_never(row.kind)


def _card(card: StoredCard) -> Payload:
    return {
        "masked_number": mask(card.last_four, "*"),
        "expiration_month": card.month,
        "expiration_year": card.year % 100,
    }


def _account(account: StoredAccount) -> Payload:
    return {
        "masked_account_number": mask(account.last_four, "*"),
        "masked_routing_number": mask(account.routing_last_four, "*"),
    }


def _address(address: Address, *, has_county: bool) -> Payload:
    """Addresses in full; only the shipping address knows a county."""
    county = {"county": address.county} if has_county else {}
    return {
        "name": address.name,
        "street_address": address.street_address,
        "street_address2": address.street_address2,
        "city": address.city,
        **county,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
    }
