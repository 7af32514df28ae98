"""What a processor tells of a disputed payment, and which payment it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import Enum

from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind

_DAYS_APART = timedelta(days=1)
"""A processor dates a sale by its own zone, or by the batch of the next night."""


class DisputeStage(Enum):
    """What happened in the dispute; stages that move no money are none."""

    OPENED = "opened"
    """The customer's bank took the money back."""
    WON = "won"
    LOST = "lost"
    FEE = "fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One stage of one case, as a processor's file or a person tells it; it holds no card number."""

    case: str
    stage: DisputeStage
    on: date
    amount: Money
    """The chargeback's, or the fee's; always positive."""
    transaction: str = ""
    last_four: str = ""
    paid_on: date | None = None
    paid_amount: Money | None = None
    """The payment's amount, where it is not the dispute's."""
    reason: str = ""

    @property
    def key(self) -> str:
        """The same however often it is told."""
        return f"dispute/{self.case}/{self.stage.value}"

    @property
    def event_kind(self) -> str:
        return f"chargeback.{self.stage.value}"

    def agrees_with(self, other: Dispute) -> bool:
        """Whether both can be true of one stage: people and files may tell less, or in other words."""
        told = (
            (self.last_four, other.last_four),
            (self.paid_on, other.paid_on),
            (self.paid_amount, other.paid_amount),
        )
        is_same = (self.key, self.on, self.amount) == (other.key, other.on, other.amount)
        return is_same and all(one == another or not one or not another for one, another in told)

    @property
    def sought_amount(self) -> Money | None:
        """What the payment's amount must be, where that is known."""
        return self.paid_amount or (None if self.stage is DisputeStage.FEE else self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The one payment that a dispute or a refund is about."""

    lineage: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """None or several fit: a person decides."""

    why: str
    candidates: tuple[str, ...] = ()
    """The transactions that fit."""


def match_transaction(dispute: Dispute, payment: Payment | None) -> Matched | Unmatched:
    """Whether the payment that the dispute names can be the one."""
    if payment is None:
        return Unmatched(why=f"transaction {dispute.transaction} is not known")
    contradiction = _contradiction(dispute, payment)
    if contradiction:
        return Unmatched(why=contradiction, candidates=(payment.transaction,))
    return Matched(lineage=payment.lineage, why=f"transaction {payment.transaction} is named")


def match_look(dispute: Dispute, payments: Sequence[Payment], zone: tzinfo) -> Matched | Unmatched:
    """The one payment of this amount, last four digits and day; of several records of one the last counts."""
    amount = dispute.sought_amount
    if amount is None or not dispute.last_four or dispute.paid_on is None:
        return Unmatched(
            why="no transaction is named, and the payment's amount, last four digits and day are not all told"
        )
    day = dispute.paid_on
    latest = {payment.lineage: payment for payment in payments}
    fitting = {
        lineage: payment
        for lineage, payment in latest.items()
        if payment.kind is PaymentKind.PAYMENT
        and payment.is_money
        and (payment.amount, payment.last_four) == (amount, dispute.last_four)
        and abs(payment.created_at.astimezone(zone).date() - day) <= _DAYS_APART
    }
    told = f"{amount} by a card ending in {dispute.last_four} about {day}"
    if len(fitting) == 1:
        return Matched(lineage=next(iter(fitting)), why=f"the one payment of {told}")
    found = f"{len(fitting)} payments" if fitting else "no payment"
    candidates = tuple(sorted(payment.transaction for payment in fitting.values()))
    return Unmatched(why=f"{found} of {told}", candidates=candidates)


def _contradiction(dispute: Dispute, payment: Payment) -> str:
    named = f"transaction {payment.transaction}"
    if payment.kind is not PaymentKind.PAYMENT:
        return f"{named} is a {payment.kind.value}: name the payment that it gave back"
    if not payment.is_money:
        return f"{named} is {payment.status.value}: it brought no money"
    if dispute.last_four and payment.last_four and dispute.last_four != payment.last_four:
        return f"{named} was paid by a card ending in {payment.last_four}, not {dispute.last_four}"
    amount = dispute.sought_amount
    if amount is not None and (amount.currency != payment.amount.currency or amount > payment.amount):
        return f"{named} is of {payment.amount}, the dispute of {amount}"
    return ""
