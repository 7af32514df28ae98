"""Whether a due invoice is charged to its customer's saved method now: a charge, why not, or a question.

Only what is owed for certain is charged. Whatever could mean that it is paid or in dispute leaves the
invoice alone, and so does every answer that is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.domain.charge_history import (
    NUMBERS_MAX,
    PastCharge,
    declines,
    next_number,
    waiting,
    why_charged,
)
from counterfoil.domain.consent import NotAllowed, SavedMethod, Unattended, judge_unattended
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import (
    CustomerNumber,
    InvoiceNumber,
    MerchantId,
    TransactionId,
    document_number,
)
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.reopened import is_reopened
from counterfoil.domain.review import Hold, ReviewKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePolicy:
    """When and how much is charged by itself, as far as somebody said so."""

    days_before: int = 0
    """How many days before it is due an invoice may be charged."""
    days_after: int = 30
    """How many days after it was due it still is; what is older a person collects."""
    minimum: Decimal = Decimal(1)
    """Less is not worth a charge."""
    limit: Decimal = Decimal(1000)
    """More is a person's to charge."""
    declines: int = 3
    """After so many refusals a person is asked."""
    days_between: int = 3
    """How many days after a refusal it is charged again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPayment:
    """A payment that names the invoice or its order, as it was told last."""

    payment: Payment
    in_books: bool
    disputed: bool = False
    """Whether a dispute about it was opened and not won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueInvoice:
    """All that is known of an invoice when it is judged."""

    invoice: Invoice
    receipts: Sequence[ReceiptEntry] = ()
    """What was received on it, oldest first."""
    credits: Sequence[Invoice] = ()
    """The customer's open credits."""
    methods: Sequence[SavedMethod] = ()
    """The customer's, oldest first."""
    payments: Sequence[NamedPayment] = ()
    unnamed: Sequence[Payment] = ()
    """The customer's payments of all that is open which are not in the books and named nothing."""
    unread: Sequence[str] = ()
    """Payments whose record cannot be read and in which the number stands."""
    disputed_receipts: Sequence[str] = ()
    """References of receipts on it about whose payment there is a dispute."""
    charges: Sequence[PastCharge] = ()
    """Those that were begun for it before, by number."""
    is_link_sent: bool = False
    """Whether its customer was sent a link, or is about to be, by which all that is open may be paid."""
    is_asked: bool = False
    """Whether a person was asked about it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCharge:
    """What is to be charged: all that is open, to the customer's own method."""

    invoice: InvoiceNumber
    customer: CustomerNumber
    amount: Money
    reference: str
    """Of the method, at the gateway."""
    tender: Tender
    number: int
    """Which charge of the invoice it is; the same number is never charged twice."""
    set_aside: tuple[int, ...] = ()
    """Charges that were begun, never sent, and are of something else."""
    why: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """Nothing is charged now, and why."""

    why: str


Judgement = DueCharge | LeftAlone | Hold


def is_due(invoice: Invoice, policy: DuePolicy, today: date) -> bool:
    """Whether it is open and the day is one on which it may be charged."""
    return invoice.is_payable and not _why_not_today(invoice, policy, today)


def judge_due(due: DueInvoice, policy: DuePolicy, today: date) -> Judgement:
    """What becomes of the invoice today; `today` is a day of the gateway's zone."""
    why = next(filter(None, _reasons(due, policy, today)), "")
    if why:
        return LeftAlone(why=why)
    method = _method(due, today)
    if isinstance(method, NotAllowed):
        return LeftAlone(why=method.why)
    return _question(due, policy) or _charge(due, method)


def expected_receipt(charge: DueCharge, merchant: MerchantId, today: date) -> ReceiptFact:
    """What the charge will become in the books, to be planned before it is made; it has no number yet."""
    return ReceiptFact(
        key=PostingKey(f"{merchant}/due-{charge.invoice}", Effect.RECEIPT),
        customer=charge.customer,
        received_on=today,
        amount=charge.amount,
        tender=charge.tender,
        reference=TransactionId("0"),
        applications=(Application(invoice=charge.invoice, amount=charge.amount, assumed_open=charge.amount),),
        on_account=Money.zero(charge.amount.currency),
    )


def question_after(charge: DueCharge, charges: Sequence[PastCharge], policy: DuePolicy) -> Hold | None:
    """What a person is asked once the gateway has refused; None where it is charged again on a later day."""
    why = _given_up(charges, policy)
    return _ask(charge.invoice, charge.customer, charge.amount, why) if why else None


def _reasons(due: DueInvoice, policy: DuePolicy, today: date) -> Iterator[str]:
    """Why it is left alone, the most telling first."""
    invoice = due.invoice
    if not invoice.is_payable:
        yield f"nothing can be received on invoice {invoice.number}: it is paid, void or no invoice"
    if not document_number(invoice.number):
        yield f"payments of invoice {invoice.number} cannot be told by its number"
    if due.is_asked:
        yield "a person was asked about this invoice before; nothing is decided again"
    if is_reopened(invoice, due.receipts):
        yield "the invoice was paid and is open again: a person says whether it is collected"
    yield from disputed(due)
    yield from _may_be_paid_yet(due)
    yield from why_charged(due.charges, today, timedelta(days=policy.days_between))
    yield _why_not_today(invoice, policy, today)
    if due.credits:
        yield f"customer {invoice.customer} has {-due.credits[0].open} on account: apply it first"
    if invoice.open.amount < policy.minimum:
        yield f"{invoice.open} is less than {policy.minimum}, the least that is charged"
    if not invoice.open.is_whole_minor_units:
        yield f"{invoice.open} cannot be charged to the last digit"


def _may_be_paid_yet(due: DueInvoice) -> Iterator[str]:
    yield from (why for each in due.payments if (why := under_way(each)))
    yield from (f"payment {each} may pay it, and its record cannot be read" for each in due.unread)
    if due.is_link_sent:
        yield f"the customer was sent a link to pay {due.invoice.open}, and may yet pay by it"


def may_be_for_it(due: DueInvoice) -> Iterator[str]:
    """Payments that nobody has said the invoice of, and that may be for this one."""
    for payment in due.unnamed:
        told = f"payment {payment.transaction} of {payment.amount} seems to be the customer's"
        yield f"{told}, names no document and is not in the books: it may pay this invoice"


def disputed(due: DueInvoice) -> Iterator[str]:
    """Which payments of the invoice are disputed."""
    named = [each.payment.transaction for each in due.payments if each.disputed]
    for transaction in dict.fromkeys([*named, *due.disputed_receipts]):
        yield f"payment {transaction} of this invoice is disputed"


def under_way(named: NamedPayment) -> str:
    """Why a payment may pay the invoice yet, or nothing."""
    payment = named.payment
    match payment.status:
        case PaymentStatus.FAILED | PaymentStatus.VOIDED | PaymentStatus.EXPIRED:
            return ""
        case PaymentStatus.RETURNED:
            return f"payment {payment.transaction} of it was returned by the payer's bank"
        case PaymentStatus.CAPTURED | PaymentStatus.SETTLED if named.in_books:
            return ""
        case _:
            told = f"payment {payment.transaction} of {payment.amount} is {payment.status.value}"
            return f"{told} and not in the books"


def _why_not_today(invoice: Invoice, policy: DuePolicy, today: date) -> str:
    if invoice.due_on is None:
        return "it is not known when the invoice is due"
    if invoice.discount_until is not None and invoice.discount_until >= today:
        return f"its terms grant a discount until {invoice.discount_until}"
    if today < invoice.due_on - timedelta(days=policy.days_before):
        return f"it is due on {invoice.due_on}"
    if today > invoice.due_on + timedelta(days=policy.days_after):
        return f"it was due on {invoice.due_on}, more than {policy.days_after} days ago: a person collects it"
    return ""


def _method(due: DueInvoice, today: date) -> SavedMethod | NotAllowed:
    """The newest method that its owner's consent lets be charged; else why the newest may not be."""
    invoice = due.invoice
    refusals = []
    for method in reversed(due.methods):
        wanted = Unattended(
            reference=method.reference,
            customer=invoice.customer,
            invoice=invoice.number,
            amount=invoice.open,
        )
        refused = judge_unattended(method, wanted, today)
        if refused is None:
            return method
        refusals.append(refused)
    return next(iter(refusals), NotAllowed(why=f"customer {invoice.customer} has saved no payment method"))


def _question(due: DueInvoice, policy: DuePolicy) -> Hold | None:
    invoice = due.invoice
    why = next(may_be_for_it(due), "") or _given_up(due.charges, policy)
    if not why and invoice.open.amount > policy.limit:
        why = f"it is more than {policy.limit}, up to which this connection charges by itself"
    return _ask(invoice.number, invoice.customer, invoice.open, why) if why else None


def _given_up(charges: Sequence[PastCharge], policy: DuePolicy) -> str:
    refused = declines(charges)
    if len(refused) >= policy.declines:
        return f"it was refused {len(refused)} times, last on {refused[-1].on} ({refused[-1].why})"
    if next_number(charges) > NUMBERS_MAX:
        return f"{NUMBERS_MAX} charges of it were begun already"
    return ""


def _ask(invoice: InvoiceNumber, customer: CustomerNumber, amount: Money, why: str) -> Hold:
    return Hold(
        kind=ReviewKind.DUE_INVOICE,
        title=f"Invoice {invoice} of customer {customer} is due: {amount}",
        why=f"{why}. Collect it another way",
    )


def _charge(due: DueInvoice, method: SavedMethod) -> DueCharge:
    invoice = due.invoice
    same = [
        each.number
        for each in waiting(due.charges)
        if (each.amount, each.reference) == (invoice.open, method.reference)
    ]
    number = same[0] if same else next_number(due.charges)
    return DueCharge(
        invoice=invoice.number,
        customer=invoice.customer,
        amount=invoice.open,
        reference=method.reference,
        tender=method.tender,
        number=number,
        set_aside=tuple(each.number for each in waiting(due.charges) if each.number != number),
        why=f"due on {invoice.due_on}; {method.brand or method.tender.value} ending in {method.last_four}",
    )
