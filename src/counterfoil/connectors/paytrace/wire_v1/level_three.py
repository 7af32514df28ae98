"""Purchase details for Visa and MasterCard, told of a sale that is approved and not settled."""

from __future__ import annotations

from decimal import Decimal

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v1.answers import Payload, dollars
from counterfoil.domain.level_three import CardScheme, Level3, Level3Line
from counterfoil.domain.money import Money

VISA = posted(
    Use.LEVEL3_VISA, "/v1/level_three/visa", Certainty.VERIFIED, "vendor help, recorded, active_merchant"
)
MASTERCARD = posted(
    Use.LEVEL3_MASTERCARD, "/v1/level_three/mastercard", Certainty.VERIFIED, "active_merchant"
)

# One independent client sends -1 where the purchase is exempt from tax, and cuts a description at 35.
_TAX_EXEMPT = "-1"
_DESCRIPTION_MAX = 35


def way(scheme: CardScheme) -> Way:
    match scheme:
        case CardScheme.VISA:
            return VISA
        case CardScheme.MASTERCARD:
            return MASTERCARD


def details(transaction: str, level3: Level3) -> Payload:
    """Everything that is known; the gateway fills in its own defaults for what is missing (verified)."""
    texts = {
        "invoice_id": level3.invoice,
        "customer_reference_id": level3.purchase_order,
        "merchant_tax_id": level3.merchant_tax_id,
        "customer_tax_id": level3.customer_tax_id,
        "commodity_code": level3.commodity_code,
    }
    return {
        "transaction_id": transaction,
        **{key: text for key, text in texts.items() if text},
        "tax_amount": _TAX_EXEMPT if level3.tax is None else dollars(level3.tax.amount),
        **_money("discount_amount", level3.discount),
        **_money("freight_amount", level3.freight),
        **_money("duty_amount", level3.duty),
        **({"source_address": {"zip": level3.from_zip}} if level3.from_zip else {}),
        **_to(level3),
        "line_items": [_line(transaction, line) for line in level3.lines],
    }


def _to(level3: Level3) -> Payload:
    parts = {"zip": level3.to_zip, "country": level3.to_country}
    known = {key: text for key, text in parts.items() if text}
    return {"shipping_address": known} if known else {}


def _line(transaction: str, line: Level3Line) -> Payload:
    return {
        "transaction_id": transaction,
        "description": line.description[:_DESCRIPTION_MAX],
        "product_id": line.product_code,
        "quantity": _plain(line.quantity),
        "unit_of_measure": line.unit,
        "unit_cost": _plain(line.unit_price.amount),
        "amount": dollars(line.amount.amount),
        "debit_or_credit": "C" if line.amount.amount < 0 else "D",
        **_money("discount_amount", line.discount),
        **_money("additional_tax_amount", line.tax),
        **({} if line.tax_rate is None else {"additional_tax_rate": _plain(line.tax_rate)}),
        **({"commodity_code": line.commodity_code} if line.commodity_code else {}),
    }


def _money(key: str, amount: Money | None) -> Payload:
    return {} if amount is None else {key: dollars(amount.amount)}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
