"""Purchase details for business cards (level 3): what was bought, line by line, told after the charge."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from counterfoil.domain.money import Money


class CardScheme(Enum):
    """The card networks that take purchase details."""

    VISA = "visa"
    MASTERCARD = "mastercard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level3Line:
    """One line of the invoice; the amount is what the line costs after its discount, without tax."""

    description: str
    product_code: str
    quantity: Decimal
    unit: str
    unit_price: Money
    amount: Money
    discount: Money | None = None
    tax: Money | None = None
    tax_rate: Decimal | None = None
    """In percent."""
    commodity_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level3:
    """The details of one purchase; they lower the merchant's fee and never change the charge."""

    scheme: CardScheme
    invoice: str
    purchase_order: str
    """The customer's own reference."""
    tax: Money | None
    """None where the purchase is exempt from tax."""
    freight: Money | None = None
    duty: Money | None = None
    discount: Money | None = None
    merchant_tax_id: str = ""
    customer_tax_id: str = ""
    commodity_code: str = ""
    from_zip: str = ""
    to_zip: str = ""
    to_country: str = ""
    lines: tuple[Level3Line, ...] = ()
