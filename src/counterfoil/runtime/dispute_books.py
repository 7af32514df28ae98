"""What the books and the hub know of a case before a stage of it is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TypeVar

from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.disputed_receipt import PaidBy, placed_by
from counterfoil.domain.disputing import EFFECTS, CaseBooks, case_key
from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackFeeFact, ChargebackOutcomeFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import ReceiptEntry
from counterfoil.domain.receipt import TAKEN_BACK
from counterfoil.ports.erp import Erp, Posted
from counterfoil.ports.errors import DefectError
from counterfoil.ports.run_store import LineageEvent
from counterfoil.runtime.operations import news_of

F = TypeVar("F", bound=Fact)
_OPENED = f"chargeback.{DisputeStage.OPENED.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the hub knows of the payment."""

    others: Sequence[LineageEvent]
    """What else was told of it and of its disputes."""
    is_given_back: bool
    """Whether we gave its money back at the gateway ourselves, or are about to."""
    given_back_unposted: str
    """Refunds by others that may be of it and are not in the books."""
    today: date
    """The day on which the stage was told."""


def read_books(dispute: Dispute, lineage: str, erp: Erp, told: Told) -> CaseBooks:
    """How the books stand to the case."""
    opened, fee, outcome = (case_key(lineage, dispute.case, effect) for effect in EFFECTS)
    posted = erp.find_posting(PostingKey(lineage, Effect.RECEIPT))
    return CaseBooks(
        paid=_paid(posted, dispute, lineage, erp) if posted else None,
        opened=_fact(ChargebackFact, opened, erp),
        fee=_fact(ChargebackFeeFact, fee, erp),
        outcome=_fact(ChargebackOutcomeFact, outcome, erp),
        undone=tuple(key for key in (opened, fee, outcome) if erp.find_posting(key.reversal) is not None),
        told_back=told_back(told.others),
        is_given_back=told.is_given_back,
        given_back_unposted=told.given_back_unposted,
        asked=any(
            (other.held or other.dropped) and other.kind.startswith("chargeback.") for other in told.others
        ),
        disputed_before=any(other.kind == _OPENED and not other.later for other in told.others),
        today=told.today,
    )


def told_back(told: Sequence[LineageEvent]) -> str:
    """As what the gateway tells that the payment's money was taken back; empty where it does not.

    What cannot be read may tell just that.
    """
    statuses = (news_of(other).status for other in told if other.kind.startswith("payment."))
    found = (status for status in statuses if status is None or status in TAKEN_BACK)
    return next((status.value if status else "something that cannot be read" for status in found), "")


def _fact(kind: type[F], key: PostingKey, erp: Erp) -> F | None:
    posted = erp.find_posting(key)
    if posted is None:
        return None
    if not isinstance(posted.fact, kind):
        raise DefectError(f"{key} stands for {posted.fact.summary}")
    return posted.fact


def _paid(posted: Posted, dispute: Dispute, lineage: str, erp: Erp) -> PaidBy:
    """Its documents matter only to the stage that takes the money off them."""
    if not isinstance(posted.fact, ReceiptFact):
        raise DefectError(f"{posted.key} stands for {posted.fact.summary}, not for a receipt")
    document = InvoiceNumber(posted.document)
    is_gone = erp.find_posting(posted.key.reversal) is not None
    paid = PaidBy(fact=posted.fact, document=document, is_taken_back=is_gone)
    if dispute.stage is not DisputeStage.OPENED:
        return paid
    items = erp.find_references(document).invoices
    paid_ones = (erp.find_references(part.invoice).invoices for part in posted.fact.applications)
    return replace(
        paid,
        item=next(iter(items), None),
        invoices=tuple(chain.from_iterable(paid_ones)),
        entries=tuple(_entries(paid, lineage, erp)),
    )


def _entries(paid: PaidBy, lineage: str, erp: Erp) -> Iterator[ReceiptEntry]:
    account = lineage.rpartition("/")[0]
    for part in placed_by(paid.fact, paid.document):
        for entry in erp.find_receipts(part.document):
            refund = PostingKey(f"{account}/{entry.reference}", Effect.REFUND)
            dispute = case_key(lineage, entry.reference, Effect.CHARGEBACK)
            is_given_back = entry.amount.amount < 0
            if not is_given_back or all(erp.find_posting(key) is None for key in (refund, dispute)):
                yield entry
