"""What a refund means for the books: decided by rule where it is clear, else a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal

from counterfoil.domain.dispute import Matched, Unmatched
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.domain.receipt import TAKEN_BACK
from counterfoil.domain.review import Hold, ReviewKind

KEYED_BEFORE = timedelta(days=5)
"""How much earlier than the gateway's day somebody may have entered a refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPolicy:
    """What a connection's refunds mean, as far as somebody said so."""

    reopens: bool = False
    """Whether a refund of money that paid an invoice leaves the sale as it is, so that the invoice is open
    again; else a person says whether it does, or whether the sale was undone."""
    limit: Decimal = Decimal(1000)
    """A larger refund is a person's to post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    meaning: RefundMeaning
    parts: tuple[Part, ...]
    reason: str


def refund_key(refund: Payment) -> PostingKey:
    return PostingKey(refund.lineage, Effect.REFUND)


def may_be_of(refund: Payment, payment: Payment) -> bool:
    """Whether the refund can have given back money of the payment: nothing that is told speaks against it."""
    digits = {refund.last_four, payment.last_four} - {""}
    return (
        refund.kind is PaymentKind.REFUND
        and refund.status not in TAKEN_BACK
        and payment.tender is refund.tender
        and len(digits) < 2  # noqa: PLR2004 - not two cards
        and payment.amount.currency == refund.amount.currency
        and payment.amount >= refund.amount
        and payment.created_at <= refund.created_at
    )


def brought_money(payment: Payment) -> bool:
    """Whether there is, or for all that is known may be, money of it to give back."""
    return payment.is_money or payment.status is PaymentStatus.PENDING


def match_payment(refund: Payment, candidates: Sequence[Payment]) -> Matched | Unmatched:
    """The one payment by the same card that the refund can have given back.

    The candidates bear the refund's document in the books; the gateway tells of no refund what it was of.
    """
    fitting = {
        payment.lineage: payment
        for payment in candidates
        if payment.kind is PaymentKind.PAYMENT
        and payment.last_four
        and payment.last_four == refund.last_four
        and may_be_of(refund, payment)
    }
    named = f"for {refund.invoice_reference}" if refund.invoice_reference else "and no document is named"
    told = f"{refund.amount} by a card or account ending in {refund.last_four or '(unknown)'} {named}"
    if len(fitting) == 1:
        return Matched(lineage=next(iter(fitting)), why=f"the one payment of at least {told}")
    found = f"{len(fitting)} payments" if fitting else "no payment in the books"
    return Unmatched(
        why=f"{found} of at least {told}",
        candidates=tuple(sorted(payment.transaction for payment in fitting.values())),
    )


def judge_refund_repeat(refund: Payment, posted: RefundFact) -> Hold | None:
    """Whether later news of a refund agrees with what stands in the books: None when it does."""
    if refund.status in TAKEN_BACK:
        return Hold(
            kind=ReviewKind.TAKEN_BACK,
            title=f"A refund of {posted.amount} was taken back after it was posted",
            why=f"the refund is {refund.status.value} now, but it stands in the books for customer"
            f" {posted.customer}; reverse it there",
        )
    if refund.is_money and (refund.amount, refund.tender) != (posted.amount, posted.tender):
        return Hold(
            kind=ReviewKind.CHANGED_AFTER_POSTING,
            title="The refund changed after it was posted",
            why=f"{posted.amount} by {posted.tender.value} stands in the books,"
            f" the gateway now tells {refund.amount} by {refund.tender.value}",
        )
    return None


def decide_refund(
    refund: Payment, receipt: ReceiptFact, credit: Invoice | None, policy: RefundPolicy, zone: tzinfo
) -> RefundFact | Hold:
    """The posting of a refund; `credit` is what the receipt left on account, as it stands now."""
    odd = _odd_amount(refund, receipt) or _too_large(refund, policy)
    if odd is not None:
        return odd
    whole = refund.amount == receipt.amount
    surcharge = receipt.surcharge if whole else None
    if receipt.surcharge is not None and not whole:
        return _ask(
            refund, f"{receipt.surcharge} of {receipt.amount} were charged on top, and a part went back"
        )
    money = refund.amount if surcharge is None else refund.amount - surcharge
    meant = _of_credit(money, receipt, credit) or _of_invoices(money, receipt, policy)
    if isinstance(meant, str):
        return _ask(refund, meant)
    return RefundFact(
        key=refund_key(refund),
        customer=receipt.customer,
        refunded_on=refund.created_at.astimezone(zone).date(),
        amount=refund.amount,
        tender=refund.tender,
        reference=refund.transaction,
        payment=receipt.key,
        meaning=meant.meaning,
        parts=meant.parts,
        tax=Money.zero(refund.amount.currency),
        reason=meant.reason,
        surcharge=surcharge,
    )


def judge_by_hand(fact: RefundFact, entries: Sequence[ReceiptEntry]) -> Hold | None:
    """Whether somebody seems to have keyed the refund, by the entries that no posting of ours wrote."""
    for part in fact.parts:
        for entry in entries:
            is_near = entry.paid_on is None or entry.paid_on >= fact.refunded_on - KEYED_BEFORE
            is_its_amount = entry.amount in {-part.amount, -fact.amount}
            if entry.document == part.document and is_its_amount and is_near:
                return Hold(
                    kind=ReviewKind.REFUND,
                    title=f"Refund of {fact.amount}: keyed by hand already?",
                    why=f"{entry.amount} stands on {entry.document} by {entry.entered_by or 'somebody'}: if"
                    " it is this refund, close this task; else enter it in the books",
                )
    return None


def _of_credit(money: Money, receipt: ReceiptFact, credit: Invoice | None) -> _Meant | str | None:
    """Money that paid nothing can only have been given back as what it is; None where it is not about it."""
    if not receipt.on_account.is_positive:
        return None
    held = -credit.open if credit is not None else Money.zero(money.currency)
    is_rest = money == receipt.on_account == held
    if receipt.applications and not is_rest:
        return (
            f"the payment paid {_named(receipt)} and left {receipt.on_account} on account: say of which the"
            " money went back"
        )
    if credit is None or held < money:
        return f"the payment was on account, and {held} of it are left there: see what it paid since"
    return _Meant(
        meaning=RefundMeaning.OPEN_CREDIT,
        parts=(Part(document=credit.number, amount=money),),
        reason="money on account went back",
    )


def _of_invoices(money: Money, receipt: ReceiptFact, policy: RefundPolicy) -> _Meant | str:
    if not policy.reopens:
        return (
            f"the payment paid {_named(receipt)}: does the sale stand, so that it is unpaid again, or was it"
            " undone or made cheaper, which takes a credit memo?"
        )
    if any(not part.adjustments.is_zero for part in receipt.applications):
        return f"{_named(receipt)} was closed with a discount or a write-off: say whether that goes back too"
    if money == receipt.applied:
        parts = tuple(Part(document=part.invoice, amount=part.amount) for part in receipt.applications)
    elif len(receipt.applications) == 1:
        parts = (Part(document=receipt.applications[0].invoice, amount=money),)
    else:
        return f"the payment paid {_named(receipt)}: say of which of them {money} went back"
    return _Meant(meaning=RefundMeaning.REOPEN, parts=parts, reason="the payment was given back")


def _named(receipt: ReceiptFact) -> str:
    numbers: tuple[InvoiceNumber, ...] = tuple(part.invoice for part in receipt.applications)
    return f"invoice{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _odd_amount(refund: Payment, receipt: ReceiptFact) -> Hold | None:
    amount = refund.amount
    if amount.currency != receipt.amount.currency:
        kind, why = ReviewKind.CURRENCY, f"the payment was of {receipt.amount}"
    elif not amount.is_positive or not amount.is_whole_minor_units or amount > receipt.amount:
        kind, why = ReviewKind.AMOUNT, f"the payment brought {receipt.amount}"
    elif refund.tender is not receipt.tender:
        kind, why = ReviewKind.REFUND, f"the payment was made by {receipt.tender.value}"
    else:
        return None
    return Hold(kind=kind, title=f"A refund of {amount} by {refund.tender.value}", why=why)


def _too_large(refund: Payment, policy: RefundPolicy) -> Hold | None:
    if refund.amount.amount <= policy.limit:
        return None
    why = f"it is larger than {policy.limit}, up to which this connection's refunds are posted"
    return _ask(refund, why, ReviewKind.LARGE_REFUND)


def _ask(refund: Payment, why: str, kind: ReviewKind = ReviewKind.REFUND) -> Hold:
    return Hold(
        kind=kind,
        title=f"Refund of {refund.amount}",
        why=f"{why}. Enter it in the books and close this task",
    )
