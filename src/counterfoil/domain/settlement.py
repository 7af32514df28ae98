"""A batch that the gateway closed, in domain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the gateway settled together, by its own sums.

    It tells neither what the bank received of it, nor when, nor fees.
    """

    merchant: MerchantId
    number: str
    settled_at: datetime
    payments: int
    payments_total: Money
    refunds: int
    refunds_total: Money
    """What was given back, as a positive amount."""

    @property
    def lineage(self) -> str:
        """The key under which order is kept: this batch, however often it is told."""
        return f"{self.merchant}/batch/{self.number}"

    @property
    def numbers(self) -> tuple[int, Money, int, Money]:
        """What makes it another batch where it is told again."""
        return self.payments, self.payments_total, self.refunds, self.refunds_total

    @property
    def net(self) -> Money:
        return self.payments_total - self.refunds_total

    @property
    def summary(self) -> str:
        """Its sums in a few words."""
        payments = counted(self.payments, "payment")
        if not self.refunds:
            return f"{payments} of {self.payments_total}"
        return (
            f"{payments} of {self.payments_total}, {counted(self.refunds, 'refund')} of {self.refunds_total}"
        )


def counted(number: int, what: str, several: str = "") -> str:
    """A number with its word, in the plural where it is not one."""
    return f"{number} {what if number == 1 else several or what + 's'}"
