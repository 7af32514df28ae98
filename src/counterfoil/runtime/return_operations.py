"""What a flow does with a bank payment that comes back after it was posted: the decision, and the reversal.

Summaries are flat texts: decision, why, posting, posting_key, document, fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.invoice import ReceiptEntry
from counterfoil.domain.receipt import receipt_key
from counterfoil.domain.review import Hold
from counterfoil.domain.taking_back import Around, Returns, decide_return, is_return
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Erp, Posted
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import LineageEvent, RunStore
from counterfoil.runtime.operations import (
    Site,
    Sites,
    look_for_receipt,
    news_of,
    read_payment,
    receipt_of,
)
from counterfoil.runtime.posting_steps import POSTING_OUTCOMES, answered, post_one
from counterfoil.runtime.refund_operations import credit_of
from counterfoil.runtime.result_records import FACTS, PAYMENT, POSTING
from counterfoil.runtime.step import Operation, Step, StepResult

DECIDE = OperationSpec(
    name="receipt.decide_return",
    label="Decide whether the receipt is taken back",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("take_back", "asks"),
    takes={"payment": PAYMENT},
    gives={"take_back": FACTS["reversal"]},
)
TAKE_BACK = OperationSpec(
    name="receipt.take_back",
    label="Take the receipt back",
    nature=Nature.EFFECT,
    inputs=("decision",),
    outcomes=POSTING_OUTCOMES,
    takes={"decision": FACTS["reversal"]},
    gives=POSTING,
)
SPECS = (DECIDE, TAKE_BACK)

_DISPUTES = tuple(f"chargeback.{stage.value}" for stage in DisputeStage)


def return_operations(sites: Sites, store: RunStore, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=DECIDE, act=lambda step: _Return(step, sites(step.run), store, known).decide()),
        Operation(spec=TAKE_BACK, act=lambda step: _take_back(step, sites(step.run))),
    )
    return {operation.spec.name: operation for operation in operations}


class _Return:
    """News that contradict the books, and everything that decides about them."""

    def __init__(self, step: Step, site: Site, store: RunStore, known: KnownPayments) -> None:
        self._step, self._site, self._store, self._known = step, site, store, known
        self._payment = read_payment(step)

    def decide(self) -> StepResult:
        question = look_for_receipt(self._step, self._site, self._store)
        posted = self._site.erp.find_posting(receipt_key(self._payment))
        takes_back = self._site.returns is Returns.POST and is_return(self._payment)
        if posted is None or question.review is None or not takes_back:
            return StepResult(outcome="asks", summary=question.summary, review=question.review)
        told_on = self._step.run.event.received_at.astimezone(self._site.zone).date()
        decided = decide_return(
            self._payment, receipt_of(posted), self._around(posted), told_on, question.review
        )
        if isinstance(decided, Hold):
            return StepResult(outcome="asks", summary={"why": decided.why}, review=decided)
        return StepResult(
            outcome="take_back",
            value=encoding.FACT.encode(decided),
            summary={"decision": "take_back", "why": decided.reason},
        )

    def _around(self, posted: Posted) -> Around:
        run = self._step.run
        others = self._store.find_lineage(run)
        return Around(
            news=[news_of(other) for other in others],
            is_disputed=_is_disputed(others),
            is_given_back=self._known.is_given_back(run.event.connection, self._payment.transaction),
            entries=list(_entries(posted, self._site.erp)),
            credit=credit_of(posted, self._site.erp),
        )


def _is_disputed(others: Sequence[LineageEvent]) -> bool:
    return any(other.kind in _DISPUTES for other in others)


def _entries(posted: Posted, erp: Erp) -> Iterator[ReceiptEntry]:
    for part in receipt_of(posted).applications:
        yield from erp.find_receipts(part.invoice)


def _take_back(step: Step, site: Site) -> StepResult:
    return answered(post_one(site.erp, encoding.FACT.decode(step.inputs["decision"])), what="reversal")
