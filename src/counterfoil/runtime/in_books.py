"""What stands in the books of an effect, whatever was posted and taken back before."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.unidentified import UnidentifiedReceiptFact
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind
from counterfoil.ports.erp import Erp, Posted
from counterfoil.ports.errors import DefectError

GENERATIONS_MAX = 100


def amount_in_books(erp: Erp, payment: Payment) -> Money | None:
    """With which amount a payment or refund stands on its clearing account; None where it does not."""
    of_payments = (Effect.RECEIPT, Effect.UNIDENTIFIED)
    for effect in of_payments if payment.kind is PaymentKind.PAYMENT else (Effect.REFUND,):
        posted = standing(erp, PostingKey(payment.lineage, effect))
        if posted is not None:
            return _amount(posted.fact)
    return None


def standing(erp: Erp, key: PostingKey) -> Posted | None:
    """What stands in the books of an effect: the newest generation, unless it was taken back."""
    for _ in range(GENERATIONS_MAX):
        posted = erp.find_posting(key)
        if posted is None or erp.find_posting(key.reversal) is None:
            return posted
        key = replace(key, generation=key.generation + 1)
    raise DefectError(f"{key}: more than {GENERATIONS_MAX} generations")


def _amount(fact: Fact) -> Money:
    if not isinstance(fact, ReceiptFact | UnidentifiedReceiptFact | RefundFact):
        raise DefectError(f"{fact.key} stands for {fact.summary}, which moves no money of a batch")
    return fact.amount
