"""What persons said about payments that somebody may have keyed by hand."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.ports.erp import KeyedReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is known of one payment; nothing, as long as nobody was asked."""

    linked: KeyedReceipt | None = None
    """The receipt, keyed by hand, that the payment is."""
    apart: frozenset[KeyedReceipt] = frozenset()
    """Receipts that were looked at and are other money."""
    taken: frozenset[KeyedReceipt] = frozenset()
    """Receipts that stand for other payments."""
    is_silent: bool = False
    """Nobody is to be asked, because nothing will be posted."""


NOBODY_ASKED = Judgement()
