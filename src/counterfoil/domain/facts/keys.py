"""Posting keys: each names one effect of one payment, order or document for ever."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from typing_extensions import override


class FactError(ValueError):
    """A fact that contradicts itself; a defect of whoever built it."""


class Effect(Enum):
    """The closed list of effects on the books."""

    RECEIPT = "receipt"
    UNIDENTIFIED = "unidentified"
    """Received money whose customer nobody could name yet."""
    REFUND = "refund"
    CREDIT_MEMO = "credit_memo"
    CHARGEBACK = "chargeback"
    CHARGEBACK_FEE = "chargeback_fee"
    CHARGEBACK_OUTCOME = "chargeback_outcome"
    """One effect for won and lost, so that they exclude each other."""
    SETTLEMENT = "settlement"
    APPLICATION = "application"
    """A credit in the books set against invoices."""
    ORDER = "order"
    NOTE = "note"
    """How a payment stands, noted on an order or invoice."""
    CUSTOMER = "customer"
    SHIP_TO = "ship_to"
    REVERSAL = "reversal"
    """Takes back what was posted under the key that the lineage names."""


@dataclass(frozen=True, slots=True)
class PostingKey:
    """``<source>/<account>/<transaction>/<effect>#<generation>``, such as ``gateway/shop/105968/receipt#1``.

    The generation rises only after a posted reversal; it never depends on a run, an attempt or a node.
    """

    lineage: str
    effect: Effect
    generation: int = 1

    @override
    def __str__(self) -> str:
        return f"{self.lineage}/{self.effect.value}#{self.generation}"

    @classmethod
    def parse(cls, text: str) -> PostingKey:
        """Reads a key as `str` writes it.

        Raises:
            FactError: the text is no posting key.
        """
        lineage, _, rest = text.rpartition("/")
        effect, _, generation = rest.partition("#")
        try:
            return cls(lineage, Effect(effect), int(generation))
        except ValueError as error:
            raise FactError(f"not a posting key: {text!r}") from error

    @property
    def origin(self) -> str:
        """The payment, order or document that the effect belongs to, without what a reversal adds."""
        return "/".join(self.lineage.split("/")[:3])

    @property
    def reversal(self) -> PostingKey:
        """The key under which this posting is taken back: at most once."""
        return PostingKey(f"{self.lineage}/{self.effect.value}", Effect.REVERSAL, self.generation)

    @property
    def former(self) -> PostingKey | None:
        """The generation before, which must have been taken back; None for the first.

        A reversal bears the generation of what it takes back, so that none comes before it.
        """
        if self.generation == 1 or self.effect is Effect.REVERSAL:
            return None
        return PostingKey(self.lineage, self.effect, self.generation - 1)
