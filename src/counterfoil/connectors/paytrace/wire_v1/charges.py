"""Card payments: sale, authorisation, capture, void, refund."""

from __future__ import annotations

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v1.answers import Payload, dollars
from counterfoil.domain.address import Address
from counterfoil.ports.instructions import Capture, Charge, OneTimeToken, Refund, StoredPayer

SALE_BY_CUSTOMER = posted(
    Use.SALE_STORED,
    "/v1/transactions/sale/by_customer",
    Certainty.VERIFIED,
    "active_merchant",
)
SALE_BY_TOKEN = posted(Use.SALE_TOKEN, "/v1/transactions/sale/pt_protect", Certainty.VERIFIED, "invoiceninja")
HOLD_BY_CUSTOMER = posted(
    Use.HOLD_STORED,
    "/v1/transactions/authorization/by_customer",
    Certainty.VERIFIED,
    "active_merchant",
)
HOLD_BY_TOKEN = posted(
    Use.HOLD_TOKEN,
    "/v1/transactions/authorization/pt_protect",
    Certainty.INFERRED,
    "by analogy with the sale",
)
CAPTURE = posted(
    Use.CAPTURE, "/v1/transactions/authorization/capture", Certainty.VERIFIED, "recorded, active_merchant"
)
VOID = posted(Use.VOID, "/v1/transactions/void", Certainty.VERIFIED, "recorded, active_merchant")
REFUND = posted(
    Use.REFUND, "/v1/transactions/refund/for_transaction", Certainty.VERIFIED, "recorded, active_merchant"
)


def charge(instruction: Charge) -> tuple[Way, Payload]:
    """The call for a card. No field for a surcharge is known in v1: it is part of the amount alone."""
    payload: Payload = {
        "amount": dollars(instruction.amount.amount),
        "invoice_id": instruction.invoice_id,
        **optional("customer_reference_id", instruction.order_reference),
        **optional("email", instruction.email),
    }
    if instruction.billing is not None:
        payload["billing_address"] = address(instruction.billing)
    match instruction.payer:
        case StoredPayer() as payer:
            way = SALE_BY_CUSTOMER if instruction.capture else HOLD_BY_CUSTOMER
            return way, payload | {"customer_id": payer.reference}
        case OneTimeToken() as payer:
            way = SALE_BY_TOKEN if instruction.capture else HOLD_BY_TOKEN
            return way, payload | token(payer)


def token(payer: OneTimeToken) -> Payload:
    """What the hosted fields gave; good once (verified)."""
    return {"hpf_token": payer.token.reveal(), "enc_key": payer.key.reveal()}


def capture(instruction: Capture) -> Payload:
    """Without an amount all of it is captured (verified)."""
    whole: Payload = {"transaction_id": instruction.transaction}
    if instruction.amount is None:
        return whole
    return whole | {"amount": dollars(instruction.amount.amount)}


def refund(instruction: Refund) -> Payload:
    """The amount is always told, so that a partial refund never becomes a full one."""
    return {"transaction_id": instruction.transaction, "amount": dollars(instruction.amount.amount)}


def address(place: Address) -> Payload:
    """An address with the keys of v1; what is not known is left out (verified keys)."""
    keys = {
        "name": place.name,
        "street_address": place.line_1,
        "street_address2": place.line_2,
        "city": place.city,
        "state": place.state,
        "zip": place.zip,
        "country": place.country,
    }
    return {key: text for key, text in keys.items() if text}


def optional(key: str, text: str) -> Payload:
    """A field that is left out where there is nothing to tell."""
    return {key: text} if text else {}
