"""A payment that the customer's bank took back, through all stages of its dispute.

A stage that moves no money (an inquiry, a warning, evidence asked for) is no fact. All facts of one dispute
have its number as their lineage, so that each stage is posted once and won and lost exclude each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of, moved
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.money_back import Part, less_surcharge, require_parts, require_payable
from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackFact(Fact):
    """The money of one receipt, or a part of it, was taken back by the customer's bank."""

    key: PostingKey
    customer: CustomerNumber
    opened_on: date
    amount: Money
    """Without the fee, which is a fact of its own."""
    tender: Tender
    reference: TransactionId
    """The dispute's number."""
    payment: PostingKey
    """The receipt whose money was taken back."""
    parts: tuple[Part, ...]
    """The invoices or open credits that held the money."""
    surcharge: Money | None = None
    """The part that had been charged on top; it concerns no document."""
    confirmed_by: str = ""
    """Who saw that some of this receipt was refunded already and lets the chargeback stand all the same."""

    def __post_init__(self) -> None:
        require_payable(self.key, self.amount)
        require_parts(self.key, self.for_documents, self.parts)
        if self.key.effect is not Effect.CHARGEBACK:
            raise FactError(f"{self.key} is no key of a chargeback")

    @property
    def for_documents(self) -> Money:
        """What was taken back of invoices and credits."""
        return less_surcharge(self.key, self.amount, self.surcharge)

    @property
    @override
    def digest(self) -> str:
        """Which documents it concerned is left out: the books change between two tries."""
        return digest_of(
            self.customer,
            *moved(self.opened_on, self.amount, self.tender, self.reference),
            str(self.payment),
        )

    @property
    @override
    def summary(self) -> str:
        return f"a chargeback of {self.amount} from {self.customer}"

    @property
    @override
    def cites(self) -> tuple[PostingKey, ...]:
        return (self.payment,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackFeeFact(Fact):
    """What the processor took for a dispute, whoever wins it."""

    key: PostingKey
    charged_on: date
    amount: Money
    tender: Tender
    reference: TransactionId
    """The dispute's number."""

    def __post_init__(self) -> None:
        require_payable(self.key, self.amount)
        if self.key.effect is not Effect.CHARGEBACK_FEE:
            raise FactError(f"{self.key} is no key of a chargeback's fee")

    @property
    @override
    def digest(self) -> str:
        return digest_of(
            *moved(self.charged_on, self.amount, self.tender, self.reference),
        )

    @property
    @override
    def summary(self) -> str:
        return f"a fee of {self.amount} for dispute {self.reference}"


class DisputeOutcome(Enum):
    """How a dispute ended."""

    WON = "won"
    """The money came back."""
    LOST = "lost"
    """It is gone for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackOutcomeFact(Fact):
    """A dispute ended. A later turn needs the first outcome reversed, then the next generation."""

    key: PostingKey
    chargeback: PostingKey
    outcome: DisputeOutcome
    decided_on: date

    def __post_init__(self) -> None:
        is_stage = (self.key.effect, self.chargeback.effect) == (Effect.CHARGEBACK_OUTCOME, Effect.CHARGEBACK)
        if not is_stage or self.key.lineage != self.chargeback.lineage:
            raise FactError(f"{self.key} is no outcome of {self.chargeback}: both bear the dispute's number")

    @property
    @override
    def digest(self) -> str:
        return digest_of(str(self.chargeback), self.outcome.value)

    @property
    @override
    def summary(self) -> str:
        return f"the dispute of {self.chargeback}, {self.outcome.value}"

    @property
    @override
    def cites(self) -> tuple[PostingKey, ...]:
        return (self.chargeback,)
