"""How much of an invoice may be given up where a payment falls short of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from counterfoil.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """An absolute and a relative bound; both hold."""

    amount: Money
    percent: Decimal
    """Of the invoice's total."""

    def covers(self, short: Money, total: Money) -> bool:
        """Whether the part that falls short of an invoice's total may be written off."""
        share = Money(abs(total.amount) * self.percent / 100, total.currency)
        return short.is_positive and short <= self.amount and short <= share.rounded()
