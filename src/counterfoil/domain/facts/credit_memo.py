"""What a customer owes less, without money: goods returned, or an allowance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.facts.money_back import require_payable
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """One line of a credit memo; quantity and price are positive."""

    item: str
    description: str
    price: Money
    quantity: Decimal = Decimal(1)

    @property
    def amount(self) -> Money:
        return Money(self.price.amount * self.quantity, self.price.currency).rounded()


def require_lines(key: PostingKey, amount: Money, lines: Sequence[CreditLine], tax: Money) -> None:
    """Positive lines that add up to the amount, with the tax.

    Raises:
        FactError: they do not.
    """
    whole = total((line.amount for line in lines), amount.currency) + tax
    if whole.amount != amount.amount:
        raise FactError(f"{key}: the lines and the tax sum to {whole}, not to {amount}")
    if not lines or any(line.quantity <= 0 or not line.amount.is_positive for line in lines):
        raise FactError(f"{key}: a credit memo needs lines, each with a positive quantity and price")
    if tax.amount < 0 or not tax.is_whole_minor_units:
        raise FactError(f"{key}: {tax} is no tax that can be given back")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMemoFact(Fact):
    """The customer owes less: a document of its own, open until it is applied or paid out.

    Stock does not move: what comes back is received in the ERP.
    """

    key: PostingKey
    customer: CustomerNumber
    credited_on: date
    amount: Money
    lines: tuple[CreditLine, ...]
    tax: Money
    """The part of the amount that is sales tax."""
    invoice: InvoiceNumber | None = None
    """The invoice that it corrects, as far as one is known."""
    reason: str
    """Why, in words for a clerk."""

    def __post_init__(self) -> None:
        require_payable(self.key, self.amount)
        require_lines(self.key, self.amount, self.lines, self.tax)
        if not self.reason:
            raise FactError(f"{self.key}: a credit memo needs a reason")

    @property
    @override
    def digest(self) -> str:
        return digest_of(
            self.customer,
            self.credited_on.isoformat(),
            str(self.amount.amount.normalize()),
            self.amount.currency,
            str(self.tax.amount.normalize()),
            self.invoice or "",
        )

    @property
    @override
    def summary(self) -> str:
        return f"a credit memo of {self.amount} for {self.customer}"
