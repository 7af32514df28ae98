"""Money of a customer whom nobody could name yet, and its move to the customer's account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from counterfoil.connectors.sagepro.operations import Operation, Plan
from counterfoil.connectors.sagepro.posting.counter import COUNTERED, countered
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    batch_objections,
    marker_objections,
    money_objections,
)
from counterfoil.connectors.sagepro.posting.outside import Outside
from counterfoil.connectors.sagepro.posting.rows import CASH_LINE, UNIDENTIFIED_LINE
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.unidentified import Identification, UnidentifiedReceiptFact
from counterfoil.ports.erp import Refused


def plan_unidentified(fact: UnidentifiedReceiptFact, desk: Desk) -> Answer:
    """The rows of an unidentified receipt, or why there are none."""
    for objection in _objections(fact, desk):
        return objection
    profile = desk.profile
    outside = Outside(
        marker=desk.marker(fact.key, fact.reference),
        day=desk.terms.posting_date(fact.received_on, fact.batched_on),
        terms=desk.terms,
    )
    amount, clearing = fact.amount.amount, profile.accounts.clearing[fact.tender]
    operations = (
        outside.cash(amount, clearing),
        outside.distribution(CASH_LINE, clearing, amount),
        outside.distribution(UNIDENTIFIED_LINE, profile.accounts.unidentified, -amount),
    )
    return Plan(key=fact.key, document=outside.marker, operations=operations)


def _objections(fact: UnidentifiedReceiptFact, desk: Desk) -> Objections:
    yield from money_objections(fact.key, fact.amount, fact.tender, desk.profile)
    yield from batch_objections(fact.key, fact.batched_on, desk.profile)
    yield from marker_objections(fact.key, fact.reference, desk)
    yield from account_objections(fact.key, "unidentified", desk.profile.accounts.unidentified)
    receipt = _standing(fact.key.lineage, Effect.RECEIPT, desk)
    if receipt is not None:
        yield Refused(key=fact.key, why=f"the money stands in the books as {receipt} already")


def identification_objections(fact: ReceiptFact, desk: Desk) -> Iterator[Refused]:
    """Money that stands as an unidentified receipt moves from there, and comes in no second time."""
    stands = _standing(fact.key.lineage, Effect.UNIDENTIFIED, desk)
    named = fact.identification.posting if fact.identification else None
    if named is None and stands is not None:
        why = f"the money stands in the books as {stands}: the receipt must name it, so that it moves"
        yield Refused(key=fact.key, why=why)
    if named is None:
        return
    entry = desk.entry(named)
    if named != stands or entry is None:
        yield Refused(key=fact.key, why=f"{named} does not stand in the books, so that no money can move")
        return
    received = entry.fact
    if not isinstance(received, UnidentifiedReceiptFact) or not _is_same_money(fact, received):
        yield Refused(key=fact.key, why=f"{named} is {received.summary}, not {fact.summary}")


def identified(moved: Identification, day: date, marker: str, desk: Desk) -> Iterator[Operation]:
    """Takes back what the unidentified receipt added, as the posting ledger tells it."""
    entry = desk.entry(moved.posting)
    for row in entry.new if entry else ():
        if row.table in COUNTERED:
            yield countered(row, desk, day, marker)


def _is_same_money(fact: ReceiptFact, received: UnidentifiedReceiptFact) -> bool:
    return (fact.amount, fact.tender, fact.reference, fact.received_on) == (
        received.amount,
        received.tender,
        received.reference,
        received.received_on,
    )


def _standing(lineage: str, effect: Effect, desk: Desk) -> PostingKey | None:
    """The generation of an effect that was not taken back."""
    for generation in count(1):
        key = PostingKey(lineage, effect, generation)
        if desk.entry(key) is None:
            return None
        if desk.entry(key.reversal) is None:
            return key
    raise AssertionError("generations never end")
