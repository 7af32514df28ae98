"""A payment that was declined: on which document it is noted, or why nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.note import NotedStatus, PaymentNoteFact
from counterfoil.domain.identification import Named
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus


class Declines(Enum):
    """What a connection says of payments that were declined."""

    LEAVE = "leave"
    NOTE = "note"
    """Each is noted once on the invoice or order that it was for; no balance changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnoted:
    """Nothing is noted in the books."""

    why: str
    customer: CustomerNumber | None = None
    """Whose payment it was, where that is known all the same."""


def is_declined(payment: Payment) -> bool:
    """Whether somebody tried to pay and could not."""
    return payment.kind is PaymentKind.PAYMENT and payment.status is PaymentStatus.FAILED


def decide_note(payment: Payment, named: Named, customer: CustomerNumber | None) -> PaymentNoteFact | Unnoted:
    """The note of a declined payment.

    `named` is what the payment's references name in the books, `customer` whose stored payment method it was.
    """
    targets = list(_targets(named))
    if len(targets) != 1:
        why = f"it names {len(targets)} documents" if targets else "it names no document in the books"
        return Unnoted(why=why, customer=customer)
    target = targets[0]
    if customer not in {None, target.customer}:
        return Unnoted(why=f"the stored payment method is {customer}'s, the document is {target.customer}'s")
    if target.is_closed:
        return Unnoted(why="nothing is open on the invoice", customer=target.customer)
    return PaymentNoteFact(
        key=PostingKey(f"{payment.lineage}/{NotedStatus.FAILED.value}", Effect.NOTE),
        status=NotedStatus.FAILED,
        invoice=target.invoice,
        order=target.order,
    )


def is_paid_since(declined: Payment, others: Iterable[Payment]) -> bool:
    """Whether one of the payments for the same document brought money at or after the time of the decline.

    `others` are as they were told last.
    """
    return any(
        other.kind is PaymentKind.PAYMENT
        and other.is_money
        and other.lineage != declined.lineage
        and other.created_at >= declined.created_at
        for other in others
    )


def told_of(payment: Payment, named: Named, customer: CustomerNumber | None) -> str:
    """The decline in words for a clerk."""
    target = next(_targets(named), None)
    document = ""
    if target is not None:
        document = f" for invoice {target.invoice}" if target.invoice else f" for order {target.order}"
    owner = target.customer if target is not None else customer
    whose = f" of customer {owner}" if owner else ""
    words = f" (the gateway says: {payment.vendor_status})" if payment.vendor_status else ""
    return f"a payment of {payment.amount}{document}{whose} was declined{words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    customer: CustomerNumber
    invoice: InvoiceNumber | None = None
    order: OrderNumber | None = None
    is_closed: bool = False


def _targets(named: Named) -> Iterator[_Target]:
    """What a note may stand on: the invoices, else the orders."""
    if named.invoices:
        yield from (_of_invoice(item) for item in named.invoices)
        return
    for order in named.orders:
        yield _Target(customer=order.customer, order=order.number)


def _of_invoice(item: Invoice) -> _Target:
    return _Target(customer=item.customer, invoice=item.number, is_closed=not item.is_payable)
