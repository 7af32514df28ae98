"""A credit that the books hold, set against invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.facts.receipt import Application, check_applications
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditApplicationFact(Fact):
    """An open credit, a deposit or a credit memo set against invoices of the same customer; no money moves.

    A credit may be applied more than once: each time under a lineage of its own, such as the payment's
    followed by the invoice's number.
    """

    key: PostingKey
    customer: CustomerNumber
    credit: InvoiceNumber
    """The document that holds the credit."""
    assumed_left: Money
    """What the decision saw on it; positive."""
    applications: tuple[Application, ...]
    applied_on: date
    reference: str = ""
    """The gateway's number of the payment that the credit came from, where one is known."""

    def __post_init__(self) -> None:
        if not self.applications or self.amount > self.assumed_left:
            raise FactError(f"{self.key}: an application needs invoices, and at most what is left")
        if any(not part.adjustments.is_zero for part in self.applications):
            raise FactError(f"{self.key}: a credit earns no discount and writes nothing off")
        if any(part.invoice == self.credit for part in self.applications):
            raise FactError(f"{self.key}: {self.credit} cannot pay itself")
        check_applications(self.key, self.applications)

    @property
    def amount(self) -> Money:
        return total((part.amount for part in self.applications), self.assumed_left.currency)

    @property
    @override
    def digest(self) -> str:
        """Which credit of which customer; to what it was applied is the first decision's."""
        return digest_of(self.customer, self.credit)

    @property
    @override
    def summary(self) -> str:
        return f"an application of {self.credit} of {self.customer}"
