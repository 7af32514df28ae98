"""What may lower an invoice beside money where a payment falls short of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from counterfoil.domain.facts.receipt import Application, WriteOff
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import Money
from counterfoil.domain.tolerance import Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """What a company allows beyond plain applications; by default nothing."""

    paid_on: date | None = None
    """The day of the payment; without it no discount is taken."""
    tolerance: Tolerance | None = None
    """How much may be written off; None for nothing."""
    deposits: bool = False
    """Whether money for an order without an invoice is a deposit on it."""


NOTHING = Allowances()


def settle(paid: Money, invoice: Invoice, allowances: Allowances) -> tuple[Application, str]:
    """The application of what was paid, and what closes the invoice beside it, in words.

    A discount is taken only where the invoice is closed by it, alone or with a small rest written off;
    what falls short by more stays open, and the discount with it.
    """
    plain = Application(invoice=invoice.number, amount=paid, assumed_open=invoice.open)
    short = invoice.open - paid
    if not short.is_positive:
        return plain, ""
    discount = min(_discount(invoice, allowances), short)
    rest = short - discount
    if rest.is_positive and not _may_be_written_off(rest, invoice, allowances):
        return plain, f"{paid} is a partial payment"
    taken = Application(
        invoice=invoice.number,
        amount=paid,
        assumed_open=invoice.open,
        discount=discount if discount.is_positive else None,
        write_off=WriteOff(amount=rest, reason=f"{paid} was paid, {rest} less than was due")
        if rest.is_positive
        else None,
    )
    words = [f"{discount} is the discount until {invoice.discount_until}"] if discount.is_positive else []
    words += [f"{rest} is written off as a small rest"] if rest.is_positive else []
    return taken, " and ".join(words)


def _discount(invoice: Invoice, allowances: Allowances) -> Money:
    """What the terms let the customer keep on the day of the payment."""
    until, paid_on = invoice.discount_until, allowances.paid_on
    if invoice.discount is None or until is None or paid_on is None or paid_on > until:
        return Money.zero(invoice.open.currency)
    return invoice.discount


def _may_be_written_off(rest: Money, invoice: Invoice, allowances: Allowances) -> bool:
    return allowances.tolerance is not None and allowances.tolerance.covers(rest, invoice.total)
