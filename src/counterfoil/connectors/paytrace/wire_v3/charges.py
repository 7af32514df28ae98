"""Card payments, and what follows them: captures, voids and refunds go in batches of items."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.instructions import Charge, OneTimeToken, StoredPayer

SALE_STORED = posted(
    Use.SALE_STORED, "/v3/card/sale/customer/{customer_id}", Certainty.VERIFIED, "Shopware plugin"
)
SALE_TOKEN = posted(Use.SALE_TOKEN, "/v3/card/sale/pt-protect", Certainty.VERIFIED, "Shopware plugin")
SALE_TOKEN_KEPT = posted(
    Use.SALE_TOKEN_KEPT, "/v3/card/sale/pt-protect/customer/", Certainty.VERIFIED, "Shopware plugin"
)
HOLD_STORED = posted(
    Use.HOLD_STORED, "/v3/card/authorize/customer/{customer_id}", Certainty.VERIFIED, "Shopware plugin"
)
HOLD_TOKEN = posted(Use.HOLD_TOKEN, "/v3/card/authorize/pt-protect", Certainty.VERIFIED, "Shopware plugin")
CAPTURE = posted(Use.CAPTURE, "/v3/card/batch/capture", Certainty.VERIFIED, "vendor spec, Shopware plugin")
VOID = posted(Use.VOID, "/v3/card/batch/void", Certainty.VERIFIED, "Shopware plugin")
REFUND = posted(Use.REFUND, "/v3/card/batch/refund", Certainty.VERIFIED, "vendor spec, Shopware plugin")

_NAME_LENGTH_MAX = 50


class ChargeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a payment answers; clients read the id and a status, the codes are those of v1 (assumed)."""

    transaction_id: str | None = None
    id: str | None = None
    success: bool | None = None
    response_code: int | None = None
    status: str | None = None
    status_message: str | None = None
    response_message: str | None = None
    approval_message: str | None = None
    customer_id: str | None = None


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One item's result: ``status`` is ``success`` where it was done (verified); the rest is assumed."""

    status: str
    transaction_id: str | None = None
    refund_transaction_id: str | None = None
    response_code: int | None = None
    status_message: str | None = None
    errors: list[dict[str, object]] | None = None


def charge(instruction: Charge, merchant: int) -> tuple[Way, tuple[str, ...], Payload]:
    """The call for a card, with what fills the gaps of its path."""
    payload: Payload = {
        "merchant_id": merchant,
        "amount": dollars(instruction.amount),
        "invoice_number": instruction.invoice_id,
        **optional("customer_reference_id", instruction.order_reference),
        **optional("billing_email", instruction.email),
        **(billing(instruction.billing) if instruction.billing else {}),
        **_surcharge(instruction.surcharge),
    }
    match instruction.payer:
        case StoredPayer(reference=reference):
            way = SALE_STORED if instruction.capture else HOLD_STORED
            return way, (reference,), payload
        case OneTimeToken(keep_as=label) as payer if label and instruction.capture:
            kept: Payload = {"create_customer": True, "customer_label": label}
            return SALE_TOKEN_KEPT, (), payload | token(payer) | kept
        case OneTimeToken() as payer:
            way = SALE_TOKEN if instruction.capture else HOLD_TOKEN
            return way, (), payload | token(payer)


def items(merchant: int, transaction: TransactionId, amount: Money | None) -> Payload:
    """One item of a batch call; without an amount all of it is meant (verified)."""
    item: Payload = {"transaction_id": transaction}
    if amount is not None:
        item["amount"] = dollars(amount)
    return {"merchant_id": merchant, "batch_items": [item]}


def token(payer: OneTimeToken) -> Payload:
    """What the hosted fields gave; good once (verified)."""
    return {"hpf_token": payer.token.reveal(), "enc_key": payer.key.reveal()}


def billing(place: Address) -> Payload:
    """The payer's address, the name beside it (verified keys)."""
    keys = {
        "street": place.line_1,
        "street2": place.line_2,
        "city": place.city,
        "state": place.state,
        "postal_code": place.zip,
        "country": place.country,
    }
    known = {key: text for key, text in keys.items() if text}
    named = optional("billing_name", place.name[:_NAME_LENGTH_MAX])
    return named | ({"billing_address": known} if known else {})


def dollars(amount: Money) -> str:
    """A string of digits arrives as it was decided (inferred: numbers and strings are taken alike)."""
    return f"{amount.amount:.2f}"


def optional(key: str, text: str) -> Payload:
    """A field that is left out where there is nothing to tell."""
    return {key: text} if text else {}


def _surcharge(surcharge: Money | None) -> Payload:
    """The amount holds it already, so that the gateway must add none (inferred from the recurring call)."""
    return {} if surcharge is None else {"surcharge_info": {"omit_surcharge": True}}
