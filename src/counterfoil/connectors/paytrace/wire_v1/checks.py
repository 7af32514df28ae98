"""Bank payments: sale, hold, fund, void, refund, always of a vault customer's account."""

from __future__ import annotations

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v1.answers import Payload, dollars
from counterfoil.connectors.paytrace.wire_v1.charges import optional
from counterfoil.domain.money import Money
from counterfoil.ports.instructions import Charge, StoredPayer

SALE = posted(Use.CHECK_SALE, "/v1/checks/sale/by_customer", Certainty.VERIFIED, "active_merchant")
HOLD = posted(Use.CHECK_HOLD, "/v1/checks/hold/by_customer", Certainty.VERIFIED, "active_merchant")
FUND = posted(Use.CHECK_FUND, "/v1/checks/manage/fund", Certainty.VERIFIED, "recorded, active_merchant")
VOID = posted(Use.CHECK_VOID, "/v1/checks/manage/void", Certainty.VERIFIED, "recorded, active_merchant")
REFUND = posted(
    Use.CHECK_REFUND, "/v1/checks/refund/by_transaction", Certainty.VERIFIED, "recorded, active_merchant"
)


def charge(instruction: Charge, payer: StoredPayer) -> tuple[Way, Payload]:
    """The invoice id and the references are known of the older name~value call only (inferred here)."""
    payload: Payload = {
        "amount": dollars(instruction.amount.amount),
        "customer_id": payer.reference,
        "invoice_id": instruction.invoice_id,
        **optional("customer_reference_id", instruction.order_reference),
        **optional("email", instruction.email),
    }
    return (SALE if instruction.capture else HOLD), payload


def follow_up(number: str, amount: Money | None) -> Payload:
    """Fund, void or refund; fund and void take all of it where no amount is told (verified)."""
    whole: Payload = {"check_transaction_id": number}
    return whole if amount is None else whole | {"amount": dollars(amount.amount)}
