"""Which plan belongs to which fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.receipt import plan_receipt
from counterfoil.connectors.sagepro.posting.reversal import plan_reversal
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import Refused

PLANS: Mapping[type[Fact], Callable[[Any, Desk], Answer]] = {
    ReceiptFact: plan_receipt,
    ReversalFact: plan_reversal,
}


def plan(fact: Fact, desk: Desk) -> Answer:
    """The rows that make the fact true, or why there are none.

    A further generation of a key opens only once the one before was taken back.
    """
    former = fact.key.former
    if former is not None and desk.entry(former.reversal) is None:
        return Refused(key=fact.key, why=f"{former} stands in the books: reverse it first")
    return PLANS[type(fact)](fact, desk)
