"""Money received from a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Tender


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The part of a receipt set against one invoice, with what the decision assumed about it."""

    invoice: InvoiceNumber
    amount: Money
    assumed_open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFact(Fact):
    """Money received from a customer: applied to invoices, the rest on account.

    Applications and the rest add up to the amount exactly; no invoice stands twice.
    """

    key: PostingKey
    customer: CustomerNumber
    received_on: date
    amount: Money
    tender: Tender
    reference: TransactionId
    applications: tuple[Application, ...] = ()
    on_account: Money
    reason: str = ""
    """Why money went on account, in words for a clerk; empty when all of it was applied."""

    def __post_init__(self) -> None:
        parts = total((a.amount for a in self.applications), self.amount.currency) + self.on_account
        if parts.amount != self.amount.amount:
            raise FactError(f"{self.key}: {parts} is not {self.amount}")
        if not self.amount.is_positive or self.on_account.amount < 0 or not self.amount.is_whole_minor_units:
            raise FactError(f"{self.key}: a receipt needs a positive, payable amount")
        if any(not a.amount.is_positive or a.amount > a.assumed_open for a in self.applications):
            raise FactError(f"{self.key}: an application must be positive and at most what is open")
        if len({a.invoice for a in self.applications}) != len(self.applications):
            raise FactError(f"{self.key}: an invoice stands twice")
        if self.on_account.is_positive and not self.reason:
            raise FactError(f"{self.key}: money on account needs a reason")

    @property
    @override
    def digest(self) -> str:
        """Tells whether a repeat says the same: same customer, day, amount, tender and reference.

        How the amount was applied is left out on purpose: the books change between two tries of one
        event, and the first decision stands.
        """
        return digest_of(
            self.customer,
            self.received_on.isoformat(),
            str(self.amount.amount.normalize()),
            self.amount.currency,
            self.tender.value,
            self.reference,
        )

    @property
    @override
    def summary(self) -> str:
        return f"a receipt of {self.amount} from {self.customer}"
