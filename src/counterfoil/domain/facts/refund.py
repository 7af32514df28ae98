"""Money given back to a customer, in one of three meanings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from typing_extensions import override

from counterfoil.domain.facts.credit_memo import CreditLine, require_lines
from counterfoil.domain.facts.fact import Fact, digest_of, moved
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.facts.money_back import Part, less_surcharge, require_parts, require_payable
from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender


class RefundMeaning(Enum):
    """Why the money went back. A refund whose meaning nobody knows is no fact: it waits for a person."""

    OPEN_CREDIT = "open_credit"
    """Money on account went back: the open credit shrinks."""
    CREDIT_MEMO = "credit_memo"
    """The sale was undone or made cheaper: a credit memo, paid out at once; receivables stay as they are."""
    REOPEN = "reopen"
    """The sale stands and is unpaid again: the invoice has the amount open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact(Fact):
    """Money of one receipt given back, all of it or a part.

    All refunds and chargebacks of a receipt together never exceed it; the backend that knows them refuses.
    """

    key: PostingKey
    customer: CustomerNumber
    refunded_on: date
    amount: Money
    tender: Tender
    reference: TransactionId
    payment: PostingKey
    """The receipt whose money goes back."""
    meaning: RefundMeaning
    parts: tuple[Part, ...]
    """The open credits or invoices; for a credit memo the one invoice that it corrects."""
    lines: tuple[CreditLine, ...] = ()
    """The lines of the credit memo; none for the other meanings."""
    tax: Money
    """The part of the credit memo that is sales tax; zero for the other meanings."""
    reason: str
    """Why, in words for a clerk."""
    surcharge: Money | None = None
    """The part that gives back what was charged on top; it concerns no document."""
    confirmed_by: str = ""
    """Who saw that a chargeback of this receipt stands and lets the refund stand all the same."""

    def __post_init__(self) -> None:
        require_payable(self.key, self.amount)
        require_parts(self.key, self.for_documents, self.parts)
        if not self.reason:
            raise FactError(f"{self.key}: a refund needs a reason; without one it waits for a person")
        if self.meaning is RefundMeaning.CREDIT_MEMO:
            require_lines(self.key, self.for_documents, self.lines, self.tax)
            if len(self.parts) != 1:
                raise FactError(f"{self.key}: a credit memo corrects one invoice")
        elif self.lines or not self.tax.is_zero:
            raise FactError(f"{self.key}: only a refund with a credit memo has lines and tax")

    @property
    def for_documents(self) -> Money:
        """What went back of invoices and credits."""
        return less_surcharge(self.key, self.amount, self.surcharge)

    @property
    @override
    def digest(self) -> str:
        """Which documents it concerned is left out: the books change between two tries of one refund."""
        return digest_of(
            self.customer,
            *moved(self.refunded_on, self.amount, self.tender, self.reference),
            str(self.payment),
            self.meaning.value,
        )

    @property
    @override
    def summary(self) -> str:
        return f"a refund of {self.amount} to {self.customer}"

    @property
    @override
    def cites(self) -> tuple[PostingKey, ...]:
        return (self.payment,)
