"""Cash application: what received money of a known customer pays. Pure, and explains itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from counterfoil.domain.facts.receipt import Application
from counterfoil.domain.identification import Identified
from counterfoil.domain.identifiers import CustomerNumber, OrderNumber
from counterfoil.domain.invoice import Invoice, ItemKind
from counterfoil.domain.money import Money
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.domain.short_payment import NOTHING, Allowances, settle

_NAMED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """How received money is set against invoices; applications and the rest add up to the payment."""

    customer: CustomerNumber
    applications: tuple[Application, ...]
    on_account: Money
    why: str
    review: Hold | None = None
    """What a person should look at although the money can be posted, such as a suspected duplicate."""
    deposit_on: OrderNumber | None = None
    """The order that the money on account is a deposit on."""


def apply(
    amount: Money,
    identified: Identified,
    open_items: Sequence[Invoice],
    allowances: Allowances = NOTHING,
) -> Applied | Hold:
    """What the money pays: the named invoice, else the only open one of exactly this amount, else nothing.

    What no invoice takes stays on account. Nothing is converted: another currency is held for a person.
    """
    payable = [item for item in open_items if item.is_payable and item.customer == identified.customer]
    if identified.invoice is not None:
        return _apply_to_named(amount, identified.invoice, allowances)
    if identified.ambiguous_reference:
        return _on_account_undecided(amount, identified)
    if identified.order is not None:
        return _apply_to_order(amount, identified, identified.order, payable, allowances)
    return _apply_by_amount(amount, identified, payable)


def _apply_to_named(amount: Money, invoice: Invoice, allowances: Allowances) -> Applied | Hold:
    if invoice.open.currency != amount.currency:
        return _other_currency(amount, [invoice])
    if not invoice.is_payable:
        return _on_account_beside(amount, invoice)
    paid = min(amount, invoice.open)
    rest = amount - paid
    application, settled = settle(paid, invoice, allowances)
    why = f"invoice {invoice.number} is named and {invoice.open} is open on it"
    if rest.is_positive:
        why += f"; {rest} more was paid and waits on account as an overpayment"
    elif settled:
        why += f"; {settled}"
    return Applied(
        customer=invoice.customer,
        applications=(application,),
        on_account=rest,
        why=why,
    )


def _on_account_beside(amount: Money, invoice: Invoice) -> Applied:
    """For a named document that takes no money: void, a credit, or paid already."""
    review = None
    if invoice.kind is not ItemKind.INVOICE:
        what = "is a credit, not an invoice"
    elif invoice.void:
        what = "is void"
    else:
        what = "is paid already, so this may be a duplicate payment"
        review = Hold(
            kind=ReviewKind.SUSPECTED_DUPLICATE,
            title=f"{amount} for invoice {invoice.number}, which is paid",
            why="posted on account; refund it, or apply it to another invoice",
        )
    return Applied(
        customer=invoice.customer,
        applications=(),
        on_account=amount,
        why=f"{invoice.number} is named but {what}; the money waits on account",
        review=review,
    )


def _on_account_undecided(amount: Money, identified: Identified) -> Applied:
    """For a number that several documents bear: none is guessed, and no other one is taken instead."""
    review = Hold(
        kind=ReviewKind.AMBIGUOUS_REFERENCE,
        title=f"Several documents bear the number {identified.ambiguous_reference}",
        why=f"{amount} of {identified.customer} was posted on account; apply it to what was meant",
    )
    return Applied(
        customer=identified.customer,
        applications=(),
        on_account=amount,
        why=f"{identified.given}; the money waits on account",
        review=review,
    )


def _apply_to_order(
    amount: Money,
    identified: Identified,
    order: OrderNumber,
    payable: Sequence[Invoice],
    allowances: Allowances,
) -> Applied | Hold:
    """An order's money belongs to its invoices, even when another invoice has just this amount."""
    invoices = [item for item in payable if item.order == order]
    if len(invoices) == 1:
        return _apply_to_named(amount, invoices[0], allowances)
    if invoices:
        return _apply_by_amount(amount, identified, invoices)
    what = "is a deposit on it" if allowances.deposits else "waits on account"
    return Applied(
        customer=identified.customer,
        applications=(),
        on_account=amount,
        why=f"order {order} is named, which has no open invoice; the money {what}",
        deposit_on=order if allowances.deposits else None,
    )


def _apply_by_amount(amount: Money, identified: Identified, payable: Sequence[Invoice]) -> Applied | Hold:
    if payable and all(item.open.currency != amount.currency for item in payable):
        return _other_currency(amount, payable)
    exact = [item for item in payable if item.open == amount]
    if len(exact) != 1:
        return _on_account(amount, identified, _why_no_exact_amount(amount, identified, exact, len(payable)))
    return Applied(
        customer=identified.customer,
        applications=(Application(invoice=exact[0].number, amount=amount, assumed_open=amount),),
        on_account=Money.zero(amount.currency),
        why=f"{identified.given}; invoice {exact[0].number} is the only open one of"
        f" {identified.customer} with exactly {amount}",
    )


def _why_no_exact_amount(
    amount: Money, identified: Identified, exact: Sequence[Invoice], open_count: int
) -> str:
    if not open_count:
        return f"{identified.given} and {identified.customer} has no open invoice"
    if not exact:
        many = "1 invoice is open" if open_count == 1 else f"{open_count} invoices are open"
        return f"{identified.given} and no open invoice of {identified.customer} is exactly {amount}; {many}"
    return (
        f"{identified.given} and {len(exact)} open invoices of {identified.customer} are exactly {amount}:"
        f" {_numbers(exact)}"
    )


def _on_account(amount: Money, identified: Identified, why: str) -> Applied:
    review = None
    if identified.unknown_reference:
        review = Hold(
            kind=ReviewKind.UNKNOWN_REFERENCE,
            title=f"{identified.unknown_reference} is not in the books",
            why=f"{amount} of {identified.customer} was posted on account; apply it to what was meant",
        )
    return Applied(customer=identified.customer, applications=(), on_account=amount, why=why, review=review)


def _other_currency(amount: Money, invoices: Sequence[Invoice]) -> Hold:
    currencies = ", ".join(sorted({item.open.currency for item in invoices}))
    return Hold(
        kind=ReviewKind.CURRENCY,
        title=f"{amount} for invoices in {currencies}",
        why=f"{_numbers(invoices)} is open in {currencies}; an amount in {amount.currency} is not converted",
    )


def _numbers(invoices: Iterable[Invoice]) -> str:
    numbers = sorted({item.number for item in invoices})
    more = f" and {len(numbers) - _NAMED_MAX} more" if len(numbers) > _NAMED_MAX else ""
    return ", ".join(numbers[:_NAMED_MAX]) + more
