"""A payout of the gateway's money to the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Tender


class SettlementKind(Enum):
    """What made a payout larger or smaller."""

    PAYMENTS = "payments"
    """What was posted to a clearing account one by one: receipts, refunds, chargebacks and their fees."""
    FEES = "fees"
    """The processor's fees, as far as nothing posted them before."""
    RESERVE = "reserve"
    """What the processor keeps back, or lets go again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """One part of a payout: positive where it makes the deposit larger."""

    kind: SettlementKind
    amount: Money
    description: str
    tender: Tender | None = None
    """By which the payments were made; for payments alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementFact(Fact):
    """What arrived at the bank, and what it is made of.

    One batch may arrive as several deposits: each is a fact of its own, with the lines that it pays.
    """

    key: PostingKey
    deposited_on: date
    deposit: Money
    """What the bank booked; negative where it took money."""
    lines: tuple[SettlementLine, ...]
    reference: str
    """The batch or deposit, as the processor or the bank calls it."""

    def __post_init__(self) -> None:
        if not self.lines or not self.reference:
            raise FactError(f"{self.key}: a settlement needs lines and a reference")
        for line in self.lines:
            if line.amount.is_zero or not line.amount.is_whole_minor_units or not line.description:
                raise FactError(f"{self.key}: a line needs a description and an amount that can be paid")
            if (line.tender is not None) != (line.kind is SettlementKind.PAYMENTS):
                raise FactError(f"{self.key}: payments have a tender, other lines have none")
        if not self.deposit.is_whole_minor_units:
            raise FactError(f"{self.key}: {self.deposit} cannot be booked by a bank")
        _ = self.difference

    @property
    def difference(self) -> Money:
        """What arrived beside the sum of the lines: nobody has explained it yet."""
        return self.deposit - total((line.amount for line in self.lines), self.deposit.currency)

    @property
    @override
    def digest(self) -> str:
        words = (
            f"{line.kind.value} {line.amount.amount.normalize():f} {line.tender.value if line.tender else ''}"
            for line in self.lines
        )
        return digest_of(
            self.deposited_on.isoformat(),
            f"{self.deposit.amount.normalize():f}",
            self.deposit.currency,
            self.reference,
            *words,
        )

    @property
    @override
    def summary(self) -> str:
        return f"a settlement of {self.deposit}, {self.reference}"
