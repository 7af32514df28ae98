"""What a person says about a payment that somebody may have keyed by hand."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.ports.erp import KeyedReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """This receipt, keyed by hand, is the payment."""

    receipt: KeyedReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What was keyed by hand is other money."""


Judgement = Linked | Apart
