"""The vault: customers whose card or account PayTrace keeps, by an id that we choose."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer, Payload
from counterfoil.connectors.paytrace.wire_v1.charges import address, token
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.instructions import OneTimeToken
from counterfoil.ports.vault import CustomerChange, NewCustomer

CREATE = posted(Use.VAULT_CREATE, "/v1/customer/pt_protect_create", Certainty.VERIFIED, "invoiceninja")
CREATE_FROM = posted(
    Use.VAULT_CREATE_FROM,
    "/v1/customer/create_from_transaction",
    Certainty.VERIFIED,
    "client code; vendor help names it",
)
UPDATE = posted(Use.VAULT_UPDATE, "/v1/customer/update", Certainty.VERIFIED, "vendor help 2015")
UPDATE_CARD = posted(
    Use.VAULT_UPDATE_CARD, "/v1/customer/pt_protect_update", Certainty.VERIFIED, "a NetSuite script"
)
DELETE = posted(Use.VAULT_DELETE, "/v1/customer/delete", Certainty.VERIFIED, "active_merchant, invoiceninja")
EXPORT = posted(Use.VAULT_EXPORT, "/v1/customer/export", Certainty.VERIFIED, "invoiceninja")
EXPORT_ONE = posted(Use.VAULT_FIND, "/v1/customer/export", Certainty.VERIFIED, "invoiceninja")


class StoredCard(msgspec.Struct, frozen=True):
    """What the vault tells of a card."""

    masked_number: str | None = None
    expiration_month: str | None = None
    expiration_year: str | None = None


class Place(msgspec.Struct, frozen=True):
    """A billing address, by the keys under which it is given (that exports use the same is assumed)."""

    name: str | None = None
    street_address: str | None = None
    street_address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None


class CustomerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One exported customer, as far as it is read."""

    customer_id: str
    credit_card: StoredCard | None = None
    check: dict[str, object] | None = None
    """Its presence alone is read; that a bank account shows like this is assumed."""
    billing_address: Place | None = None
    email: str | None = None


class CustomersAnswer(CallAnswer, frozen=True, kw_only=True):
    """Exported customers, each still as sent."""

    customers: list[dict[str, object]] | None = None


def create(customer: NewCustomer, source: OneTimeToken) -> Payload:
    return {"customer_id": customer.label, **token(source), **_profile(customer)}


def create_from(customer: NewCustomer, transaction: TransactionId) -> Payload:
    return {"customer_id": customer.label, "transaction_id": transaction, **_profile(customer)}


def update(reference: str, change: CustomerChange) -> Payload:
    """Only what changes; an empty e-mail address takes the old one away."""
    payload: Payload = {"customer_id": reference}
    if change.label is not None and change.label != reference:
        payload["new_id"] = change.label
    if change.billing is not None:
        payload["billing_address"] = address(change.billing)
    if change.email is not None:
        payload["email"] = change.email
    return payload | (token(change.source) if change.source is not None else {})


def named(reference: str) -> Payload:
    return {"customer_id": reference}


def _profile(customer: NewCustomer) -> Payload:
    email: Payload = {"email": customer.email} if customer.email else {}
    return {"billing_address": address(customer.billing), **email}
