"""A bank payment that came back after it was posted: its receipt is taken back, or a person is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.receipt import TAKEN_BACK, News, reversal_fact
from counterfoil.domain.review import Hold, ReviewKind

KEYED_BEFORE = timedelta(days=5)
"""How much earlier than the receipt's day somebody may have dated what went back of it."""


class Returns(Enum):
    """What a connection says of bank payments that come back after they were posted."""

    ASK = "ask"
    POST = "post"
    """The receipt is taken back where nothing else was done with its money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known of the money beside its receipt."""

    news: Sequence[News] = ()
    """What else was told of the payment."""
    is_disputed: bool = False
    """Whether a dispute about it was told."""
    is_given_back: bool = False
    """Whether we gave money of it back, or try to."""
    entries: Sequence[ReceiptEntry] = ()
    """What stands in the books on the invoices that it paid, whoever entered it."""
    credit: Invoice | None = None
    """What it left on account, as it stands now; None where nothing of it is left."""


def decide_return(
    payment: Payment, receipt: ReceiptFact, around: Around, told_on: date, question: Hold
) -> ReversalFact | Hold:
    """The reversal of a receipt, dated by the day on which the return was told, or the question.

    `question` is what a person is asked where the connection takes nothing back by itself.
    """
    why = next(_objections(payment, receipt, around), "")
    if why:
        return Hold(
            kind=question.kind, title=question.title, why=f"{question.why}. Not done by itself: {why}"
        )
    return reversal_fact(payment, receipt, told_on)


def is_return(payment: Payment) -> bool:
    """Whether a payer's bank gave a bank payment back."""
    return payment.tender is Tender.ACH and payment.status is PaymentStatus.RETURNED


def judge_reversed(payment: Payment, receipt: ReceiptFact, others: Sequence[News]) -> Hold | None:
    """Whether news of a payment whose receipt was taken back agree with that: None when they do."""
    if not payment.is_money or any(news.later and news.status in TAKEN_BACK for news in others):
        return None
    return Hold(
        kind=ReviewKind.TAKEN_BACK,
        title=f"{payment.amount} is told as received after its receipt was taken back",
        why=f"see in the gateway how it stands; it says {payment.vendor_status or payment.status.value} now,"
        f" and its receipt for customer {receipt.customer} was taken back: enter it if it came after all",
    )


def _objections(payment: Payment, receipt: ReceiptFact, around: Around) -> Iterator[str]:
    """Why the receipt is a person's to take back."""
    if (payment.amount, payment.tender) != (receipt.amount, receipt.tender):
        yield f"{receipt.amount} by {receipt.tender.value} was posted, and the return is of {payment.amount}"
    if receipt.identification is not None:
        yield "the money was moved from unidentified receipts to the customer"
    if any(news.asked for news in around.news):
        yield "a person was asked about this payment before"
    if around.is_disputed:
        yield "a dispute about this payment was told"
    if around.is_given_back:
        yield "money of it was given back, or is on its way back"
    for part in receipt.applications:
        yield from _moved(part.invoice, part.amount, receipt, around.entries)
    if receipt.on_account.is_positive and (
        around.credit is None or around.credit.open != -receipt.on_account
    ):
        yield f"{receipt.on_account} of it went on account and is no longer there as it was"


def _moved(
    number: InvoiceNumber, amount: Money, receipt: ReceiptFact, entries: Sequence[ReceiptEntry]
) -> Iterator[str]:
    """Whether money seems to have left an invoice since: under the receipt's reference, or under another.

    A reference that brought money and took the same back is settled and concerns no other. The books may
    write another reference than the gateway's, where it is too long; then any that looks like the receipt is
    watched.
    """
    sums: dict[str, list[Money]] = defaultdict(list)
    for entry in entries:
        is_near = entry.paid_on is None or entry.paid_on >= receipt.received_on - KEYED_BEFORE
        if entry.document == number and is_near:
            sums[entry.reference].append(entry.amount)
    own = [receipt.reference] if receipt.reference in sums else list(sums)
    left = {reference: total(parts, amount.currency) for reference, parts in sums.items()}
    for reference, parts in sums.items():
        if left[reference].amount < 0:
            yield f"{left[reference]} stands on {number} under {reference or 'no reference'} already"
        elif reference in own and amount in parts and left[reference] != amount:
            yield f"{left[reference]} of {amount} is left on {number} under {reference or 'no reference'}"
    if not any(amount in sums[reference] for reference in own):
        yield f"no receipt of {amount} stands on {number}"
