"""Money received from somebody whom nobody could name yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of, moved
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender


@dataclass(frozen=True, slots=True, kw_only=True)
class UnidentifiedReceiptFact(Fact):
    """Money that is in the books, and in no customer's account until somebody says whose it is.

    A receipt under the same lineage then names this posting and moves the money (`Identification`).
    """

    key: PostingKey
    received_on: date
    amount: Money
    tender: Tender
    reference: TransactionId
    reason: str
    """Why nobody could name the customer, in words for a clerk."""
    batched_on: date | None = None
    """The day of the gateway's batch, where it is known."""

    def __post_init__(self) -> None:
        if self.key.effect is not Effect.UNIDENTIFIED:
            raise FactError(f"{self.key} is no key of an unidentified receipt")
        if not self.amount.is_positive or not self.amount.is_whole_minor_units:
            raise FactError(f"{self.key}: a receipt needs a positive, payable amount")
        if not self.reason:
            raise FactError(f"{self.key}: an unidentified receipt needs a reason")

    @property
    @override
    def digest(self) -> str:
        return digest_of(
            *moved(self.received_on, self.amount, self.tender, self.reference),
        )

    @property
    @override
    def summary(self) -> str:
        return f"an unidentified receipt of {self.amount}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """What a receipt says where its money stands as an unidentified one already."""

    posting: PostingKey
    """The unidentified receipt, of the same payment."""
    identified_on: date
    """The day somebody said whose money it is."""
