"""What the stages of a dispute do to books in memory, with the guards that the real ones have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackOutcomeFact, DisputeOutcome
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import Money, total
from counterfoil.ports.erp import Changed, Posted, Refused

Stage = ChargebackFact | ChargebackOutcomeFact
"""What moves documents; a fee moves none."""
Ledger = Mapping[PostingKey, Posted]
Items = Mapping[InvoiceNumber, Invoice]


def opened_by(fact: ChargebackOutcomeFact, ledger: Ledger) -> ChargebackFact | None:
    """The chargeback that the outcome ends, as long as it was not taken back."""
    posted = ledger.get(fact.chargeback)
    if posted is None or fact.chargeback.reversal in ledger:
        return None
    return posted.fact if isinstance(posted.fact, ChargebackFact) else None


def lowered_by_stage(fact: Stage, ledger: Ledger, items: Items) -> Iterator[tuple[InvoiceNumber, Money]]:
    """By how much less is open on each document."""
    if isinstance(fact, ChargebackFact):
        yield from ((part.document, -part.amount) for part in fact.parts)
        return
    opened = opened_by(fact, ledger)
    for part in opened.parts if opened else ():
        item = items.get(part.document)
        is_untouched = fact.outcome is DisputeOutcome.LOST and item is not None and item.total.amount < 0
        if item is not None and not is_untouched:
            yield part.document, part.amount


def objection(fact: Stage, ledger: Ledger, items: Items) -> Changed | Refused | None:
    """Why the stage cannot be posted; None where it can."""
    if isinstance(fact, ChargebackFact):
        return _opening(fact, ledger, items)
    opened = opened_by(fact, ledger)
    if opened is None:
        return Refused(key=fact.key, why=f"{fact.chargeback} is not in the books")
    for part in opened.parts:
        item = items.get(part.document)
        if item is None:
            # The end of a dispute reads no documents, so that a test need not state them.
            continue
        why = f"{item.open} of {item.total} is open on {item.number}, {part.amount} is in dispute"
        if item.total.is_positive and item.open < part.amount:
            is_lost = fact.outcome is DisputeOutcome.LOST
            return (
                Changed(key=fact.key, current=(item,), why=why) if is_lost else Refused(key=fact.key, why=why)
            )
    return None


def _opening(fact: ChargebackFact, ledger: Ledger, items: Items) -> Changed | Refused | None:
    posted = ledger.get(fact.payment)
    if posted is None or fact.payment.reversal in ledger or not isinstance(posted.fact, ReceiptFact):
        return Refused(key=fact.key, why=f"{fact.payment} is not in the books")
    refunds = [each for each in gone_of(fact.payment, ledger) if isinstance(each, RefundFact)]
    if refunds and not fact.confirmed_by:
        return Refused(key=fact.key, why=f"{refunds[0].summary} was made of this payment before")
    gone = total((each.amount for each in gone_of(fact.payment, ledger)), fact.amount.currency)
    if gone + fact.amount > posted.fact.amount:
        return Refused(key=fact.key, why=f"{gone} of {posted.fact.amount} went back already")
    return next((why for part in fact.parts if (why := _held(fact, part, items))), None)


def _held(fact: ChargebackFact, part: Part, items: Items) -> Changed | None:
    item = items.get(part.document)
    if item is None:
        return Changed(key=fact.key, current=(), why=f"{part.document} is no longer in the books")
    held = -item.open if item.total.amount < 0 else item.total - item.open
    if held < part.amount:
        why = f"{part.document} holds {held}, {part.amount} should go back"
        return Changed(key=fact.key, current=(item,), why=why)
    return None


def gone_of(payment: PostingKey, ledger: Ledger) -> list[RefundFact | ChargebackFact]:
    """What took money of a receipt, without chargebacks that were won."""
    standing = [each.fact for key, each in ledger.items() if key.reversal not in ledger]
    won = {
        fact.chargeback
        for fact in standing
        if isinstance(fact, ChargebackOutcomeFact) and fact.outcome is DisputeOutcome.WON
    }
    return [
        fact
        for fact in standing
        if isinstance(fact, RefundFact | ChargebackFact) and fact.payment == payment and fact.key not in won
    ]
