"""A posting taken back by its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalFact(Fact):
    """Everything that was posted under a key is taken back by entries of their own; nothing is deleted.

    Its key is `PostingKey.reversal` of what it reverses, so that each posting is taken back at most once.
    """

    key: PostingKey
    reverses: PostingKey
    reversed_on: date
    reason: str
    """Why, in words for a clerk."""

    def __post_init__(self) -> None:
        if self.key != self.reverses.reversal:
            raise FactError(f"{self.key} cannot reverse {self.reverses}: its key is {self.reverses.reversal}")
        if self.reverses.effect is Effect.REVERSAL:
            raise FactError(f"{self.reverses} is a reversal and stays: post its fact as the next generation")
        if not self.reason:
            raise FactError(f"{self.key}: a reversal needs a reason")

    @property
    @override
    def digest(self) -> str:
        return digest_of(str(self.reverses))

    @property
    @override
    def summary(self) -> str:
        return f"the reversal of {self.reverses}"

    @property
    @override
    def cites(self) -> tuple[PostingKey, ...]:
        return (self.reverses,)
