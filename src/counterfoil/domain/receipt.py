"""What a payment means for the books: no money, a receipt, or a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import assert_never

from counterfoil.domain.cash_application import Applied
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.unidentified import Identification, UnidentifiedReceiptFact
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.review import Hold, ReviewKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMoney:
    """Nothing was received; there is nothing to post."""

    status: PaymentStatus
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something else that was told of the same payment."""

    status: PaymentStatus | None
    """None where the gateway's record could not be read."""
    later: bool
    """Whether it was told after what is judged now."""
    asked: bool
    """Whether a person was asked about it."""
    dropped: bool = False
    """Whether a person closed it before its end, and may have entered it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """Nothing is decided now: something else that was told of the payment counts."""

    why: str


Decision = Applied | NoMoney | Hold

TAKEN_BACK = frozenset(
    {PaymentStatus.VOIDED, PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.RETURNED}
)
"""What is left of money that was told before: nothing."""


def judge(payment: Payment, *, ach_when_captured: bool = False) -> NoMoney | Hold | None:
    """Whether there is money to apply: None when there is, else what the payment is instead.

    A bank payment counts once it settled, because the payer's bank may still turn it down; a site may let it
    count earlier.
    """
    nothing = judge_no_money(payment, ach_when_captured=ach_when_captured)
    if nothing is not None:
        return nothing
    if payment.kind is PaymentKind.REFUND:
        return Hold(
            kind=ReviewKind.REFUND,
            title=f"Refund of {payment.amount}",
            why="refunds are not posted by this flow; enter it in the books and close this task",
        )
    if not payment.amount.is_positive or not payment.amount.is_whole_minor_units:
        return Hold(
            kind=ReviewKind.AMOUNT,
            title=f"A payment of {payment.amount}",
            why="a receipt needs a positive amount in whole minor units of its currency",
        )
    return _odd_surcharge(payment)


def judge_no_money(payment: Payment, *, ach_when_captured: bool = False) -> NoMoney | None:
    """Why no money moved, or does not count yet; None where it did."""
    if not payment.is_money or payment.amount.is_zero:
        return NoMoney(status=payment.status, why=_why_no_money(payment))
    if payment.tender is Tender.ACH and payment.status is not PaymentStatus.SETTLED and not ach_when_captured:
        why = "a bank payment is posted when it settled"
        return NoMoney(status=payment.status, why=_with_vendor_words(why, payment))
    return None


def _odd_surcharge(payment: Payment) -> Hold | None:
    """What was charged on top is a part of the amount; anything else would pay or take what nobody owes."""
    surcharge = payment.surcharge
    if surcharge is None:
        return None
    is_part = surcharge.currency == payment.amount.currency and surcharge < payment.amount
    if is_part and surcharge.is_positive and surcharge.is_whole_minor_units:
        return None
    return Hold(
        kind=ReviewKind.AMOUNT,
        title=f"A surcharge of {surcharge} on {payment.amount}",
        why="a surcharge is a positive part of the amount: see in the gateway what was charged on top, and"
        " enter the payment in the books",
    )


def judge_lineage(payment: Payment, others: Sequence[News]) -> Superseded | Hold | None:
    """What other news of a payment without a receipt mean for it: None when they leave it to be decided.

    What a person was asked about is not decided again, because they may have entered it by hand meanwhile;
    of what a person closed, they are asked once more, as nobody was asked about the money itself; and money
    that was taken back does not come back by itself, in whatever order its news arrive.
    """
    asked = any(news.asked for news in others)
    dropped = any(news.dropped for news in others)
    if payment.status in TAKEN_BACK:
        return _taken_back_while_asked(payment) if asked or dropped else None
    taken_back = [news for news in others if news.status in TAKEN_BACK]
    for news in taken_back:
        if news.later and news.status is not None:
            return Superseded(why=f"the gateway told later that the payment is {news.status.value}")
    if asked:
        return Superseded(why="a person was asked about this payment before; nothing is decided again")
    if dropped and payment.is_money:
        return _closed_by_a_person(payment)
    return _money_after_all(payment) if taken_back and payment.is_money else None


def judge_repeat(payment: Payment, posted: ReceiptFact) -> Hold | None:
    """Whether later news of a payment agrees with its receipt in the books: None when it does."""
    if payment.status in TAKEN_BACK:
        return Hold(
            kind=ReviewKind.TAKEN_BACK,
            title=f"{posted.amount} was taken back after it was posted",
            why=f"the payment is {payment.status.value} now, but a receipt for customer {posted.customer}"
            " stands in the books; reverse it there",
        )
    if payment.is_money and (payment.amount, payment.tender) != (posted.amount, posted.tender):
        return Hold(
            kind=ReviewKind.CHANGED_AFTER_POSTING,
            title="The payment changed after it was posted",
            why=f"{posted.amount} by {posted.tender.value} stands in the books,"
            f" the gateway now tells {payment.amount} by {payment.tender.value}",
        )
    if payment.is_money and payment.surcharge not in {None, posted.surcharge}:
        return Hold(
            kind=ReviewKind.CHANGED_AFTER_POSTING,
            title="A surcharge was told after the payment was posted",
            why=f"{posted.for_customer} of {posted.amount} stands in the books as the customer's,"
            f" the gateway now tells a surcharge of {payment.surcharge}",
        )
    return None


def receipt_fact(
    payment: Payment, applied: Applied, zone: tzinfo, identification: Identification | None = None
) -> ReceiptFact:
    """The receipt that a decision makes true, dated by the day of the payment in the given zone."""
    return ReceiptFact(
        key=receipt_key(payment),
        customer=applied.customer,
        received_on=payment.created_at.astimezone(zone).date(),
        amount=payment.amount,
        surcharge=payment.surcharge,
        tender=payment.tender,
        reference=payment.transaction,
        applications=applied.applications,
        on_account=applied.on_account,
        reason=applied.why if applied.on_account.is_positive else "",
        deposit_on=applied.deposit_on,
        batched_on=_batched_on(payment, zone),
        identification=identification,
    )


def unidentified_fact(payment: Payment, why: str, zone: tzinfo) -> UnidentifiedReceiptFact:
    """Money that nobody could name a customer for, so that it is in the books all the same."""
    return UnidentifiedReceiptFact(
        key=PostingKey(payment.lineage, Effect.UNIDENTIFIED),
        received_on=payment.created_at.astimezone(zone).date(),
        amount=payment.amount,
        tender=payment.tender,
        reference=payment.transaction,
        reason=why,
        batched_on=_batched_on(payment, zone),
    )


def _batched_on(payment: Payment, zone: tzinfo) -> date | None:
    return payment.settled_at.astimezone(zone).date() if payment.settled_at else None


def reversal_fact(payment: Payment, posted: ReceiptFact, told_on: date) -> ReversalFact:
    """The reversal of a payment that the gateway tells as void after its receipt was posted.

    Raises:
        FactError: the payment was not taken back.
    """
    if payment.status not in TAKEN_BACK:
        raise FactError(f"{posted.key}: the payment is {payment.status.value}, which takes nothing back")
    return ReversalFact(
        key=posted.key.reversal,
        reverses=posted.key,
        reversed_on=told_on,
        reason=_why_no_money(payment),
    )


def receipt_key(payment: Payment) -> PostingKey:
    return PostingKey(payment.lineage, Effect.RECEIPT)


def _taken_back_while_asked(payment: Payment) -> Hold:
    return Hold(
        kind=ReviewKind.TAKEN_BACK,
        title=f"{payment.amount} was taken back while a question about it was open",
        why=f"the payment is {payment.status.value} now; if it was entered by hand, reverse it",
    )


def _closed_by_a_person(payment: Payment) -> Hold:
    return Hold(
        kind=ReviewKind.SUSPECTED_DUPLICATE,
        title=f"{payment.amount} may be in the books by hand",
        why="a person closed an earlier run about this payment: see whether it stands in the books, enter it"
        " where it does not, and close this task",
    )


def _money_after_all(payment: Payment) -> Hold:
    return Hold(
        kind=ReviewKind.TAKEN_BACK,
        title=f"{payment.amount} is told as received after it was told as taken back",
        why=f"see in the gateway how it stands; it says {payment.vendor_status or payment.status.value} now",
    )


def _why_no_money(payment: Payment) -> str:
    match payment.status:
        case PaymentStatus.PENDING:
            why = "it is not known yet whether the payment succeeded"
        case PaymentStatus.AUTHORISED:
            why = f"the bank holds {payment.amount}, nothing was taken"
        case PaymentStatus.CAPTURED | PaymentStatus.SETTLED:
            why = "the amount is zero"
        case PaymentStatus.FAILED:
            why = "the payment was declined or failed"
        case PaymentStatus.VOIDED:
            why = "the payment was voided before settlement"
        case PaymentStatus.EXPIRED:
            why = "the authorisation expired without a capture"
        case PaymentStatus.RETURNED:
            why = "the payer's bank returned the payment"
        case _:
            assert_never(payment.status)
    return _with_vendor_words(why, payment)


def _with_vendor_words(why: str, payment: Payment) -> str:
    return f"{why} (the gateway says: {payment.vendor_status})" if payment.vendor_status else why
