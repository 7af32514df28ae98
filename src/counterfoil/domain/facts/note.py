"""How the payment of an order or an invoice stands, noted where people look; no money moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.identifiers import InvoiceNumber, OrderNumber


class NotedStatus(Enum):
    """What is noted."""

    FAILED = "failed"
    PAID = "paid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNoteFact(Fact):
    """A word on one order or one invoice.

    A payment that changes is noted more than once, each time under a lineage that ends with the status.
    """

    key: PostingKey
    status: NotedStatus
    order: OrderNumber | None = None
    invoice: InvoiceNumber | None = None

    def __post_init__(self) -> None:
        if self.key.effect is not Effect.NOTE:
            raise FactError(f"{self.key} is no key of a note")
        if (self.order is None) == (self.invoice is None):
            raise FactError(f"{self.key}: a note stands on one order or on one invoice")

    @property
    def target(self) -> str:
        return f"order {self.order}" if self.order else f"invoice {self.invoice}"

    @property
    @override
    def digest(self) -> str:
        return digest_of(self.status.value, self.target)

    @property
    @override
    def summary(self) -> str:
        return f"the note {self.status.value} on {self.target}"
