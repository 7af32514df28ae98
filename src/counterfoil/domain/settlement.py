"""A batch that the gateway closed, in domain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.money import Money

DAYS_APART = timedelta(days=2)
"""How far apart one batch may be told to have closed, such as in another zone."""


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

    def agrees_with(self, other: Settlement) -> bool:
        """Whether both tell of the same batch in the same way.

        A number that comes again days later is another batch's: how gateways count batches is not known.
        """
        mine, theirs = (
            (one.payments, one.payments_total, one.refunds, one.refunds_total) for one in (self, other)
        )
        return mine == theirs and abs(self.settled_at - other.settled_at) < DAYS_APART

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
