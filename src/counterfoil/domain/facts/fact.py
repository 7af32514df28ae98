"""What all facts have in common."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from datetime import date

from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender


class Fact(ABC):
    """What must become true in the ERP; a frozen value. `ports.encoding` lists the kinds by their words."""

    __slots__ = ()

    key: PostingKey

    @property
    @abstractmethod
    def digest(self) -> str:
        """Tells whether a repeat under the same key says the same."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """The fact in a few words, as a conflict names it: ``a receipt of 12.00 USD from ABC``."""

    @property
    def cites(self) -> tuple[PostingKey, ...]:
        """The postings that this one builds on; none of them is taken back while this one stands."""
        return ()


def digest_of(*words: str) -> str:
    """One text for all words, in their order."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def moved(day: date, amount: Money, tender: Tender, reference: str) -> tuple[str, ...]:
    """The words by which money that moved is known again."""
    return (day.isoformat(), str(amount.amount.normalize()), amount.currency, tender.value, reference)
