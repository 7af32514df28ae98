"""Which open invoices received money may be for, for a person who decides; the likeliest first, with why."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import Money

CANDIDATES_MAX = 5


def candidates(amount: Money, open_items: Sequence[Invoice]) -> tuple[str, ...]:
    """At most five, each in words; none of another currency.

    Exactly the amount comes first, then what the amount pays whole, the largest first, then the rest by age.
    """
    payable = [item for item in open_items if item.is_payable and item.open.currency == amount.currency]
    ranked = sorted(payable, key=lambda item: _rank(amount, item))
    return tuple(
        f"{item.number}: {item.open} is open, {_why(amount, item)}" for item in ranked[:CANDIDATES_MAX]
    )


def _rank(amount: Money, item: Invoice) -> tuple[object, ...]:
    if item.open == amount:
        return (0, item.due_on, item.number)
    if item.open < amount:
        return (1, -item.open.amount, item.due_on, item.number)
    return (2, item.due_on, item.number)


def _why(amount: Money, item: Invoice) -> str:
    if item.open == amount:
        return "exactly what was paid"
    if item.open < amount:
        return f"{amount - item.open} would be left"
    return f"{item.open - amount} would stay open"
