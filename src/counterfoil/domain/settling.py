"""What a closed batch means for the books: a deposit where all of it stands there, else a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.settlement import SettlementFact, SettlementKind, SettlementLine
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentKind, Tender
from counterfoil.domain.receipt import Superseded
from counterfoil.domain.review import Hold, ReviewKind, listed
from counterfoil.domain.settlement import DAYS_APART, Settlement


class SettlementPolicy(Enum):
    """What a connection says of its batches."""

    ASK = "ask"
    WHOLE = "whole"
    """The bank is taken to receive each batch in one sum, with fees taken apart from it: the deposit is
    posted once all of the batch is in the books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One transaction of a batch: what the gateway tells of it, and what stands in the books."""

    payment: Payment
    posted: Money | None
    """The amount of its receipt or refund that stands in the books; None where there is none."""
    asked: bool
    """Whether a person was asked about it, who may have entered it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Why a batch and the books do not agree."""

    why: str
    passes: bool = False
    """Whether it may come right by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a batch is made of, all of it in the books."""

    lines: tuple[SettlementLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """What is lacking until the batch and the books agree."""

    lacks: tuple[Lack, ...]

    @property
    def passes(self) -> bool:
        """Whether waiting helps: nothing of it needs a person."""
        return all(lack.passes for lack in self.lacks)

    @property
    def why(self) -> str:
        return listed([lack.why for lack in self.lacks])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNews:
    """Something else that was told of the same batch."""

    later: bool
    """Whether it was told after what is judged now."""
    asked: bool
    """Whether a person was asked about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingPaidOut:
    """No money went to the bank."""

    why: str


def settlement_key(batch: Settlement) -> PostingKey:
    return PostingKey(f"{batch.merchant}/batch-{batch.number}", Effect.SETTLEMENT)


def judge_batch_start(batch: Settlement, start: datetime) -> str:
    """Why the batch is history; empty where it is not."""
    if batch.settled_at >= start:
        return ""
    return f"closed before this connection's start ({start:%Y-%m-%d %H:%M %Z}): history, not posted"


def judge_batch_news(others: Sequence[BatchNews], *, again: bool) -> Superseded | None:
    """What else was told of a batch without a deposit: None where it leaves it to be decided.

    What a person was asked about is not decided again, except where the batch is told `again`: its numbers
    are others then than those that the person saw.
    """
    if any(other.later for other in others):
        return Superseded(why="the gateway told this batch again with other numbers")
    if not again and any(other.asked for other in others):
        return Superseded(why="a person was asked about this batch before; nothing is decided again")
    return None


def judge_batch_repeat(batch: Settlement, posted: SettlementFact) -> Hold | None:
    """Whether a batch that is told again agrees with its deposit in the books: None when it does."""
    amounts = [line.amount for line in posted.lines if line.kind is SettlementKind.PAYMENTS]
    currency = posted.deposit.currency
    payments = total((amount for amount in amounts if amount.is_positive), currency)
    refunds = total((-amount for amount in amounts if amount.amount < 0), currency)
    closed_on = batch.settled_at.date()
    is_near = abs(closed_on - posted.deposited_on) <= DAYS_APART
    if is_near and (payments, refunds) == (batch.payments_total, batch.refunds_total):
        return None
    return Hold(
        kind=ReviewKind.CHANGED_AFTER_POSTING,
        title=f"Batch {batch.number} changed after its deposit was posted",
        why=f"payments of {payments} and refunds of {refunds} stand in the books on {posted.deposited_on};"
        f" the gateway now tells {batch.summary}, closed on {closed_on}. See which is true, and take the"
        " entry back where it is wrong",
    )


def examine(
    batch: Settlement, members: Sequence[Member], unread: Sequence[str], start: datetime
) -> Content | Incomplete:
    """Compares a batch with its transactions and with the books; `unread` names what cannot be read."""
    lacks = [Lack(why=f"the gateway's record of {name} cannot be read") for name in unread]
    lacks += [lack for member in members if (lack := _lack(batch, member, start))]
    lacks += _listed_twice(members)
    payments = [member.payment for member in members]
    if not lacks:
        lacks += _odd_sums(batch, payments)
    return Incomplete(lacks=tuple(lacks)) if lacks else Content(lines=tuple(_lines(payments)))


def ask_incomplete(batch: Settlement, found: Incomplete) -> Hold:
    """The question where a batch and the books do not agree."""
    return _ask(batch, f"{batch.summary}, and not all agrees with the books: {found.why}")


def decide_deposit(
    batch: Settlement, content: Content, policy: SettlementPolicy, zone: tzinfo
) -> SettlementFact | NothingPaidOut | Hold:
    """The posting of a batch whose payments and refunds all stand in the books.

    Its day is the one on which the batch closed, in the given zone: the gateway tells no day of the bank's.
    """
    if batch.net.is_zero:
        return NothingPaidOut(why="payments and refunds of the batch come to nothing: no money is paid out")
    if policy is SettlementPolicy.ASK:
        parts = ", ".join(
            f"{_TENDERS[line.tender]} {line.description} {line.amount}" for line in content.lines
        )
        return _ask(batch, f"{batch.summary}, all in the books ({parts})")
    return SettlementFact(
        key=settlement_key(batch),
        deposited_on=batch.settled_at.astimezone(zone).date(),
        deposit=batch.net,
        lines=content.lines,
        reference=f"batch {batch.number}",
    )


def _ask(batch: Settlement, why: str) -> Hold:
    return Hold(
        kind=ReviewKind.SETTLEMENT,
        title=f"Batch {batch.number}: {batch.net} paid out?",
        why=f"{why}. The gateway tells neither fees nor what the bank received: compare with the bank, enter"
        " the deposit in the books and close this task",
    )


def _lack(batch: Settlement, member: Member, start: datetime) -> Lack | None:
    payment = member.payment
    told = f"{payment.kind.value} {payment.transaction} of {payment.amount}"
    if payment.amount.currency != batch.net.currency:
        return Lack(why=f"{told} is in another currency")
    if not payment.is_money:
        return Lack(why=f"{told} is told as {payment.status.value}")
    if member.posted is None and not payment.amount.is_zero:
        return _missing(told, member, start)
    if member.posted not in {None, payment.amount}:
        return Lack(why=f"{told} stands in the books with {member.posted}")
    return None


def _missing(told: str, member: Member, start: datetime) -> Lack:
    if member.payment.created_at < start:
        return Lack(why=f"{told} was made before this connection's start, so that only people know of it")
    if member.asked:
        return Lack(why=f"{told} is not posted: a person was asked about it")
    return Lack(why=f"{told} is not in the books", passes=True)


def _listed_twice(members: Sequence[Member]) -> Iterator[Lack]:
    times = Counter(member.payment.transaction for member in members)
    for transaction, number in times.items():
        if number > 1:
            yield Lack(why=f"the gateway lists {transaction} {number} times in the batch", passes=True)


def _odd_sums(batch: Settlement, payments: Sequence[Payment]) -> Iterator[Lack]:
    """The gateway's list of a batch may come later than its sums."""
    for kind, number, amount in (
        (PaymentKind.PAYMENT, batch.payments, batch.payments_total),
        (PaymentKind.REFUND, batch.refunds, batch.refunds_total),
    ):
        amounts = [payment.amount for payment in payments if payment.kind is kind]
        listed_total = total(amounts, amount.currency)
        if (len(amounts), listed_total) != (number, amount):
            yield Lack(
                why=f"the gateway tells {number} {kind.value}s of {amount} in the batch and lists"
                f" {len(amounts)} of {listed_total}",
                passes=True,
            )


def _lines(payments: Sequence[Payment]) -> Iterator[SettlementLine]:
    """One line for each tender and kind, refunds with a minus."""
    for tender in Tender:
        for kind, sign in ((PaymentKind.PAYMENT, 1), (PaymentKind.REFUND, -1)):
            amounts = [each.amount for each in payments if (each.tender, each.kind) == (tender, kind)]
            amount = total(amounts, amounts[0].currency) if amounts else None
            if amount is not None and not amount.is_zero:
                yield SettlementLine(
                    kind=SettlementKind.PAYMENTS,
                    amount=amount if sign > 0 else -amount,
                    description=f"{kind.value}s",
                    tender=tender,
                )


_TENDERS = {Tender.CARD: "card", Tender.ACH: "bank", None: ""}
