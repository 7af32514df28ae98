"""The vault: customers with a number of PayTrace's and a label of ours."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.connectors.paytrace.wire_v3.charges import optional, token
from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.instructions import OneTimeToken
from counterfoil.ports.vault import CustomerChange, NewCustomer

CREATE = posted(Use.VAULT_CREATE, "/v3/customer/create/pt-protect", Certainty.VERIFIED, "Shopware plugin")
CREATE_FROM = posted(
    Use.VAULT_CREATE_FROM, "/v3/customer/create/by-transaction", Certainty.VERIFIED, "Shopware plugin"
)
CREATE_FROM_CHECK = posted(
    Use.VAULT_CREATE_FROM_CHECK,
    "/v3/customer/ach/create/by-transaction",
    Certainty.VERIFIED,
    "vendor spec",
)
ONE = Way(Use.VAULT_FIND, "GET", "/v3/customer/{customer_id}", Certainty.VERIFIED, "Shopware plugin")
DELETE = Way(Use.VAULT_DELETE, "DELETE", "/v3/customer/{customer_id}", Certainty.VERIFIED, "Shopware plugin")
UPDATE = Way(
    Use.VAULT_UPDATE,
    "PUT",
    "/v3/customer/{customer_id}",
    Certainty.ASSUMED,
    "the vendor names it without its path",
)
LIST = Way(Use.VAULT_EXPORT, "GET", "/v3/customer", Certainty.VERIFIED, "vendor spec")
PAGE = 50
"""What is asked for at once; how much the gateway lists at most is not documented."""

LABEL_LENGTH_MAX = 50


class CustomerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer that was made: its number (verified, an independent client reads it)."""

    customer_id: str | None = None


class CustomerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One customer, as far as it is read; the names beside number and mask are assumed."""

    customer_id: str
    customer_label: str | None = None
    billing_name: str | None = None
    billing_address: dict[str, object] | None = None
    email: str | None = None
    card_masked: str | None = None
    bank_account: dict[str, object] | None = None
    """Its masked number, where it has one (assumed)."""
    expiration_month: str | None = None
    expiration_year: str | None = None


def create(customer: NewCustomer, source: OneTimeToken, merchant: int) -> Payload:
    return {**token(source), **_profile(customer, merchant)}


def create_from(customer: NewCustomer, transaction: TransactionId, merchant: int) -> Payload:
    return {"transaction_id": transaction, **_profile(customer, merchant)}


def create_from_check(customer: NewCustomer, transaction: TransactionId, merchant: int) -> Payload:
    """This one takes no address (verified)."""
    return {
        "merchant_id": merchant,
        "transaction_id": transaction,
        "customer_label": customer.label,
        **optional("email", customer.email),
    }


def update(change: CustomerChange, merchant: int) -> Payload:
    """Only what changes; that another card comes like a new customer's is assumed."""
    payload: Payload = {"merchant_id": merchant}
    if change.label is not None:
        payload["customer_label"] = change.label
    if change.billing is not None:
        payload["billing_address"] = _address(change.billing)
    if change.email is not None:
        payload["email"] = change.email
    return payload | (token(change.source) if change.source is not None else {})


def page(merchant: int, offset: int) -> dict[str, str]:
    """Never with the card's number, which this call can tell."""
    return {"merchant_id": str(merchant), "limit": str(PAGE), "offset": str(offset)}


def _profile(customer: NewCustomer, merchant: int) -> Payload:
    return {
        "merchant_id": merchant,
        "customer_label": customer.label,
        "billing_address": _address(customer.billing),
        **optional("email", customer.email),
    }


def _address(place: Address) -> Payload:
    """A customer's address, the name within it (verified keys)."""
    keys = {
        "name": place.name,
        "street_address": place.line_1,
        "street_address2": place.line_2,
        "city": place.city,
        "state": place.state,
        "postal_code": place.zip,
        "country": place.country,
    }
    return {key: text for key, text in keys.items() if text}
