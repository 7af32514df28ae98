"""Whose money a payment is: the customer that every clue agrees on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from counterfoil.domain.identifiers import CustomerNumber, OrderNumber
from counterfoil.domain.invoice import Invoice, Order
from counterfoil.domain.review import Hold, ReviewKind


class Source(Enum):
    """How a customer was found, the strongest first."""

    INVOICE = "invoice"
    ORDER = "order"
    CROSS_REFERENCE = "vault customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One hint at the customer: the document or outside identifier that names it."""

    customer: CustomerNumber
    source: Source
    document: str

    @property
    def text(self) -> str:
        return f"{self.source.value} {self.document} belongs to {self.customer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one normalised reference names in the books; all empty when none was given."""

    reference: str = ""
    invoices: tuple[Invoice, ...] = ()
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The one customer that every clue names, with the document that the payer named, if it is one."""

    customer: CustomerNumber
    how: str
    given: str
    """What the payer gave as reference, in words for a clerk."""
    invoice: Invoice | None = None
    order: OrderNumber | None = None
    unknown_reference: str = ""
    """An invoice reference that names nothing in the books."""
    ambiguous_reference: str = ""
    """An invoice reference that several documents of the customer bear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Clues that name different customers."""

    clues: tuple[Clue, ...]

    @property
    def hold(self) -> Hold:
        return Hold(
            kind=ReviewKind.CUSTOMER_DISAGREEMENT,
            title="The references name different customers",
            why="; ".join(clue.text for clue in self.clues),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unidentified:
    """No clue names a customer."""

    why: str

    @property
    def hold(self) -> Hold:
        return Hold(kind=ReviewKind.UNIDENTIFIED_RECEIPT, title="Money of an unknown customer", why=self.why)


def identify(
    by_invoice: Named, by_order: Named, cross_reference: Clue | None
) -> Identified | Disagreement | Unidentified:
    """Whose money it is: by invoice, by order, by cross-reference, which must all agree.

    An order reference never names an invoice: customers write their own numbers there.
    """
    clues = _clues(by_invoice, by_order, cross_reference)
    customers = {clue.customer for clue in clues}
    if not customers:
        return Unidentified(why=f"{_given(by_invoice, by_order)}, and nothing else names a customer")
    if len(customers) > 1:
        return Disagreement(clues=clues)
    orders = {order.number for order in by_invoice.orders or by_order.orders}
    return Identified(
        customer=clues[0].customer,
        how="; ".join(clue.text for clue in clues),
        given=_given(by_invoice, by_order),
        invoice=by_invoice.invoices[0] if len(by_invoice.invoices) == 1 else None,
        order=orders.pop() if len(orders) == 1 and not by_invoice.invoices else None,
        unknown_reference="" if by_invoice.invoices or by_invoice.orders else by_invoice.reference,
        ambiguous_reference=by_invoice.reference if len(by_invoice.invoices) > 1 else "",
    )


def _clues(by_invoice: Named, by_order: Named, cross_reference: Clue | None) -> tuple[Clue, ...]:
    """Every clue once, the strongest first, whatever order the books gave them in."""
    found = {
        Clue(customer=item.customer, source=Source.INVOICE, document=item.number)
        for item in by_invoice.invoices
    }
    # Invoices and orders are numbered apart, so a number in the invoice field means an order only when
    # no invoice bears it.
    orders = by_order.orders if by_invoice.invoices else (*by_invoice.orders, *by_order.orders)
    found |= {Clue(customer=item.customer, source=Source.ORDER, document=item.number) for item in orders}
    if cross_reference is not None:
        found.add(cross_reference)
    strength = list(Source)
    return tuple(sorted(found, key=lambda c: (strength.index(c.source), c.document, c.customer)))


def _given(by_invoice: Named, by_order: Named) -> str:
    if len(by_invoice.invoices) > 1:
        return f"{by_invoice.reference} names {len(by_invoice.invoices)} invoices"
    if by_invoice.reference:
        known = by_invoice.invoices or by_invoice.orders
        return f"{by_invoice.reference} is given" if known else f"{by_invoice.reference} is not in the books"
    if by_order.reference:
        known_order = "is given as order" if by_order.orders else "is not an order in the books"
        return f"{by_order.reference} {known_order}"
    return "no invoice number was given"
