"""Giving a payer's money back: which of void, refund and waiting does it, as the payment stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """The payer is to have so much of a payment back, in whatever way the gateway still offers."""

    transaction: TransactionId
    amount: Money


@dataclass(frozen=True, slots=True)
class VoidAll:
    """The whole payment is taken back before it settles."""


@dataclass(frozen=True, slots=True)
class RefundIt:
    """It settled, and the amount is refunded."""


@dataclass(frozen=True, slots=True)
class IsBack:
    """All of it was taken back already."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be done yet."""

    why: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """There is nothing of that amount to give back."""

    why: str


Way = VoidAll | RefundIt | IsBack | Wait | Impossible


def choose_way(wanted: GiveBack, payment: Payment, given_back: Money) -> Way:
    """How the money goes back, as the payment stands now and after what was given back of it before."""
    if payment.kind is not PaymentKind.PAYMENT:
        return Impossible("it is no payment")
    if not wanted.amount.is_positive or wanted.amount + given_back > payment.amount:
        return Impossible(f"{payment.amount} was paid and {given_back} of it given back before")
    whole = wanted.amount == payment.amount
    way = _whole_way(payment.status) if whole else _part_way(payment.status)
    return way or Impossible(f"the payment is {payment.status.value}")


def _whole_way(status: PaymentStatus) -> Way | None:
    way: Way | None = None
    match status:
        case PaymentStatus.SETTLED:
            way = RefundIt()
        case PaymentStatus.CAPTURED | PaymentStatus.AUTHORISED:
            way = VoidAll()
        case PaymentStatus.VOIDED:
            way = IsBack()
        case PaymentStatus.PENDING:
            way = Wait("it is not known yet whether the payment succeeded")
        case PaymentStatus.FAILED | PaymentStatus.EXPIRED | PaymentStatus.RETURNED:
            pass
        case _:
            assert_never(status)
    return way


def _part_way(status: PaymentStatus) -> Way | None:
    way: Way | None = None
    match status:
        case PaymentStatus.SETTLED:
            way = RefundIt()
        case PaymentStatus.CAPTURED | PaymentStatus.PENDING:
            way = Wait("a part can be refunded once the payment settled")
        case PaymentStatus.AUTHORISED:
            way = Impossible("only a whole authorisation can be let go: capture less of it instead")
        case PaymentStatus.FAILED | PaymentStatus.VOIDED | PaymentStatus.EXPIRED | PaymentStatus.RETURNED:
            pass
        case _:
            assert_never(status)
    return way
