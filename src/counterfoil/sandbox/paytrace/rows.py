"""What the sandbox's ledger keeps; no row has a field that could hold a card number or a security code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a transaction was made as."""

    SALE = "sale"
    AUTHORIZATION = "authorization"
    REFUND = "refund"


class State(StrEnum):
    """Where a transaction stands."""

    AUTHORIZED = "authorized"
    PENDING = "pending"
    SETTLED = "settled"
    VOIDED = "voided"
    DECLINED = "declined"
    EXPIRED = "expired"


class StoredCard(msgspec.Struct, frozen=True, kw_only=True):
    """What may be kept of a card: a keyed digest, the last four digits, brand and expiry."""

    digest: str
    last_four: str
    brand: str
    month: int
    year: int


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What may be kept of a bank account: a keyed digest, the last four digits, the kind."""

    digest: str
    last_four: str
    routing_last_four: str
    kind: str


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A billing or shipping address as the client wrote it."""

    name: str = ""
    street_address: str = ""
    street_address2: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


class Details(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the merchant wrote on a transaction."""

    invoice_id: str = ""
    description: str = ""
    tax_amount: str = ""
    customer_reference_id: str = ""
    customer_id: str = ""
    email: str = ""
    billing: Address = Address()
    shipping: Address = Address()


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the card's bank."""

    code: str
    message: str
    avs: str
    csc: str


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked, through which door, from where."""

    user: str
    through: str
    from_ip: str


class TransactionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction; a refund names the sale that it pays back, which no export shows."""

    transaction_id: int
    kind: Kind
    state: State
    amount_cents: int
    card: StoredCard
    approval: Approval
    details: Details
    caller: Caller
    created_at: datetime
    parent_id: int | None = None
    settled_at: datetime | None = None
    batch_number: int | None = None
    recurrence_id: int | None = None


class CustomerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A customer profile in the vault, with a card or a bank account."""

    customer_id: str
    card: StoredCard | None
    billing: Address
    shipping: Address
    email: str
    phone: str
    fax: str
    created_at: datetime
    account: StoredAccount | None = None


class CheckoutTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How an order may be paid; where none are set, by one sale of its amount at any time."""

    kind: Kind = Kind.SALE
    expires_at: datetime | None = None
    is_amount_editable: bool = False
    is_email_required: bool = False
    is_address_required: bool = False
    is_csc_required: bool = False
    terms_url: str = ""
    approved_url: str = ""
    declined_url: str = ""


class CheckoutRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order waiting at the hosted checkout, or paid there."""

    checkout_id: str
    order_id: str
    amount_cents: int
    details: Details
    silent_post_url: str
    user: str
    transaction_id: int | None = None
    terms: CheckoutTerms = CheckoutTerms()


class SilentPostRow(msgspec.Struct, frozen=True, kw_only=True):
    """One silent post that was tried, and what became of it."""

    order_id: str
    transaction_id: int
    sent_at: datetime
    outcome: str


class Movement(StrEnum):
    """What a ledger entry does with money."""

    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    REFUND_VOIDED = "refund_voided"
    SETTLED = "settled"
    ADJUSTED = "adjusted"


class MovementRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the append-only journal of money; signed, from the merchant's side."""

    transaction_id: int
    movement: Movement
    amount_cents: int
    moved_at: datetime
    batch_number: int | None = None


class BatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was settled."""

    batch_number: int
    settled_at: datetime
