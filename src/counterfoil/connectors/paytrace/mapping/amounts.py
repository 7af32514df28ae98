"""Amounts as PayTrace writes them: dollars and cents, digits alone or as text."""

from __future__ import annotations

from decimal import Decimal

from counterfoil.domain.money import Money
from counterfoil.ports.errors import DecisionError

# There is no currency field and the vendor serves the United States alone (inferred).
CURRENCY = "USD"
_AMOUNT_DIGITS_MAX = 10
_CENTS_PLACES = 2


def read_amount(amount: Decimal, currency: str | None = None) -> Money:
    """Dollars and cents.

    Raises:
        DecisionError: it is another currency, negative, or no dollars and cents.
    """
    named = (currency or "").strip().upper() or CURRENCY
    if named != CURRENCY:
        raise DecisionError(f"its currency is {named}; PayTrace is known to take {CURRENCY} only")
    if not amount.is_finite() or amount.adjusted() >= _AMOUNT_DIGITS_MAX or _places(amount) > _CENTS_PLACES:
        raise DecisionError("its amount is not dollars and cents")
    if amount < 0:
        raise DecisionError("its amount is negative")
    return Money(amount.quantize(Decimal("0.01")), CURRENCY)


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
