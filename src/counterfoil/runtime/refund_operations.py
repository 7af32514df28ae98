"""What a flow does with a refund that the gateway tells: whose money it was, what it means, the posting.

Summaries are flat texts: transaction, kind, status, amount, tender, decision, why, payment, posting,
posting_key, document, fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from counterfoil.domain.cut_over import judge_start
from counterfoil.domain.dispute import Matched, Unmatched
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.identifiers import InvoiceNumber, possible_references
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.payment import Payment, PaymentKind, named_documents
from counterfoil.domain.receipt import Superseded, judge_lineage, judge_no_money
from counterfoil.domain.refunding import (
    brought_money,
    decide_refund,
    judge_by_hand,
    judge_refund_repeat,
    match_payment,
    may_be_of,
    refund_key,
)
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Erp, Posted
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import RunStore
from counterfoil.runtime.operations import Site, Sites, news_of
from counterfoil.runtime.posting_steps import (
    POSTING_OUTCOMES,
    answered,
    is_on_its_way,
    post_one,
    told_posting,
)
from counterfoil.runtime.result_records import FACTS, FINDINGS, FOUND, FOUND_KINDS, PAYMENT, POSTING
from counterfoil.runtime.step import Operation, Step, StepResult

FIND_POSTING = OperationSpec(
    name="refund.find_posting",
    label="Look whether the refund counts and is in the books",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("absent", "no_money", "in_the_books", "superseded", "contradicted"),
    takes={"payment": PAYMENT},
)
FIND_PAYMENT = OperationSpec(
    name="refund.find_payment",
    label="Find the payment that was given back",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("found", "not_yet", "unknown"),
    takes={"payment": PAYMENT},
    gives={"found": FINDINGS["matched"], "not_yet": FINDINGS["unmatched"], "unknown": FINDINGS["unmatched"]},
)
DECIDE = OperationSpec(
    name="refund.decide",
    label="Decide what the refund means",
    nature=Nature.READING,
    inputs=("payment", "found"),
    outcomes=("refund", "hold"),
    takes={"payment": PAYMENT, "found": FOUND},
    gives={"refund": FACTS["refund"]},
)
POST = OperationSpec(
    name="refund.post",
    label="Post the refund",
    nature=Nature.EFFECT,
    inputs=("payment", "decision"),
    outcomes=("superseded", *POSTING_OUTCOMES),
    takes={"payment": PAYMENT, "decision": FACTS["refund"]},
    gives=POSTING,
)
SPECS = (FIND_POSTING, FIND_PAYMENT, DECIDE, POST)
PATIENCE = 4
"""How often a run looks for the receipt before a person is asked: a payment and its refund may be told
together, and the receipt may come a little later."""


NAMED_BEFORE = timedelta(days=60)
"""How far back records are looked through of which nobody read what they name."""


def refund_operations(sites: Sites, store: RunStore, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=FIND_POSTING, act=lambda step: _find_posting(step, sites(step.run), store)),
        Operation(spec=FIND_PAYMENT, act=lambda step: _find_payment(step, sites(step.run), known)),
        Operation(spec=DECIDE, act=lambda step: _decide(step, sites(step.run))),
        Operation(spec=POST, act=lambda step: _post(step, sites(step.run), store)),
    )
    return {operation.spec.name: operation for operation in operations}


def _refund(step: Step) -> Payment:
    refund = encoding.decode(Payment, step.inputs["payment"])
    if refund.kind is not PaymentKind.REFUND:
        raise DefectError(f"{refund.transaction} is a {refund.kind.value}; the flow takes refunds alone")
    return refund


def _find_posting(step: Step, site: Site, store: RunStore) -> StepResult:
    refund = _refund(step)
    posted = site.erp.find_posting(refund_key(refund))
    if posted is not None:
        return _in_the_books(refund, posted)
    verdict = judge_lineage(refund, [news_of(other) for other in store.find_lineage(step.run)])
    match verdict:
        case Superseded():
            return _superseded(verdict)
        case Hold():
            summary = {"decision": "hold", "why": verdict.why}
            return StepResult(outcome="contradicted", summary=summary, review=verdict)
        case None:
            return _counts(refund, site)
    assert_never(verdict)


def _counts(refund: Payment, site: Site) -> StepResult:
    """Whether money moved, after the connection's start."""
    nothing = judge_start(refund, site.start) or judge_no_money(
        refund, ach_when_captured=site.ach_when_captured
    )
    if nothing is None:
        return StepResult(outcome="absent")
    return StepResult(outcome="no_money", summary={"decision": "no_money", "why": nothing.why})


def _in_the_books(refund: Payment, posted: Posted) -> StepResult:
    if not isinstance(posted.fact, RefundFact):
        raise DefectError(f"{posted.key} stands for {posted.fact.summary}, not for a refund")
    question = judge_refund_repeat(refund, posted.fact)
    why = question.why if question else "the refund is in the books already"
    return StepResult(
        outcome="contradicted" if question else "in_the_books",
        summary={"decision": "in_the_books", **told_posting(posted), "why": why},
        review=question,
    )


def _superseded(verdict: Superseded) -> StepResult:
    return StepResult(outcome="superseded", summary={"decision": "superseded", "why": verdict.why})


def _find_payment(step: Step, site: Site, known: KnownPayments) -> StepResult:
    refund = _refund(step)
    found = _match(step, refund, site, known)
    if isinstance(found, Matched) and _receipt(site.erp, found.lineage) is None:
        found = Unmatched(why=f"no receipt of payment {found.lineage} stands in the books")
    if isinstance(found, Matched):
        summary = {"payment": found.lineage, "how": found.why}
        return StepResult(outcome="found", value=FOUND_KINDS.encode(found), summary=summary)
    is_late = step.run.attempt >= PATIENCE
    fitting = f" (it may be {', '.join(found.candidates)})" if found.candidates else ""
    return StepResult(
        outcome="unknown" if is_late else "not_yet",
        value=FOUND_KINDS.encode(found),
        summary={"decision": "hold", "why": found.why + fitting},
        review=Hold(
            kind=ReviewKind.REFUND,
            title=f"Refund of {refund.amount}: of which payment?",
            why=f"{found.why}{fitting}. Enter it in the books and close this task",
        ),
    )


def _match(step: Step, refund: Payment, site: Site, known: KnownPayments) -> Matched | Unmatched:
    connection = step.run.event.connection
    own = known.find_refunded(connection, refund.transaction)
    if own is not None:
        return Matched(lineage=f"{refund.merchant}/{own}", why="Counterfoil made the refund of this payment")
    lineages = dict.fromkeys((*_lineages_of_document(refund, site.erp), *_named_alike(refund, site, known)))
    told = {lineage: _newest(site, known.records_of(connection, lineage)) for lineage in lineages}
    unknown = [lineage for lineage, payment in told.items() if payment is None]
    if unknown:
        return Unmatched(why=f"of {', '.join(unknown)}, whose receipt it may concern, no record is at hand")
    return match_payment(refund, [payment for payment in told.values() if payment is not None])


def _lineages_of_document(refund: Payment, erp: Erp) -> Iterator[str]:
    """Payments of ours on the documents that the refund may concern, by the marks of their receipts."""
    for document in _documents(refund, erp):
        for entry in erp.find_receipts(document):
            lineage = f"{refund.merchant}/{entry.reference}"
            if entry.amount.is_positive and _receipt(erp, lineage) is not None:
                yield lineage


def _named_alike(refund: Payment, site: Site, known: KnownPayments) -> Iterator[str]:
    """Payments by the same card that name a document of the refund's, whether the books have them or not."""
    since = refund.created_at - NAMED_BEFORE
    records = known.records_naming(site.connection, sorted(named_documents(refund)), since)
    for lineage, body in {record.lineage: record.body for record in records}.items():
        payment = _newest(site, [body])
        if payment is None or (brought_money(payment) and may_be_of(refund, payment)):
            yield lineage


def _documents(refund: Payment, erp: Erp) -> Iterator[InvoiceNumber]:
    """What the refund names, and its customer's open credits: an invoice that was paid twice left one."""
    for reference in possible_references(refund.invoice_reference):
        for invoice in erp.find_references(reference).invoices:
            yield invoice.number
            items = erp.find_open_items(invoice.customer)
            yield from (item.number for item in items if item.open.amount < 0)


def _newest(site: Site, bodies: object) -> Payment | None:
    """The payment as it was told last."""
    if not isinstance(bodies, list) or not bodies:
        return None
    try:
        return site.gateway.normalise(bodies[-1])
    except DecisionError:
        return None


def _receipt(erp: Erp, lineage: str) -> Posted | None:
    return erp.find_posting(PostingKey(lineage, Effect.RECEIPT))


def _decide(step: Step, site: Site) -> StepResult:
    refund, found = _refund(step), FOUND_KINDS.decode(step.inputs["found"])
    posted = _receipt(site.erp, found.lineage) if isinstance(found, Matched) else None
    if posted is None or not isinstance(posted.fact, ReceiptFact):
        raise DefectError("only a refund of a posted receipt can be decided; the flow leads here without one")
    decided = decide_refund(refund, posted.fact, credit_of(posted, site.erp), site.refunds, site.zone)
    if isinstance(decided, RefundFact):
        decided = judge_by_hand(decided, list(_foreign_entries(decided, refund, site.erp))) or decided
    if isinstance(decided, Hold):
        summary = {"decision": "hold", "why": decided.why}
        return StepResult(outcome="hold", summary=summary, review=decided)
    return StepResult(
        outcome="refund",
        value=encoding.FACT.encode(decided),
        summary={"decision": decided.meaning.value, "customer": decided.customer, "why": decided.reason},
    )


def _foreign_entries(fact: RefundFact, refund: Payment, erp: Erp) -> Iterator[ReceiptEntry]:
    """What went back on the refund's documents, without the refunds that we posted."""
    for part in fact.parts:
        for entry in erp.find_receipts(part.document):
            own = PostingKey(f"{refund.merchant}/{entry.reference}", Effect.REFUND)
            if entry.amount.amount < 0 and erp.find_posting(own) is None:
                yield entry


def credit_of(posted: Posted, erp: Erp) -> Invoice | None:
    """What a receipt left on account, as it stands now; None where nothing of it is left."""
    fact = posted.fact
    if not isinstance(fact, ReceiptFact) or not fact.on_account.is_positive:
        return None
    items = erp.find_open_items(fact.customer)
    return next((item for item in items if item.number == posted.document and item.open.amount < 0), None)


def _post(step: Step, site: Site, store: RunStore) -> StepResult:
    """Posts what was decided, unless the refund was taken back while the run waited."""
    fact = encoding.FACT.decode(step.inputs["decision"])
    verdict = judge_lineage(_refund(step), [news_of(other) for other in store.find_lineage(step.run)])
    if isinstance(verdict, Superseded) and not is_on_its_way(site.erp, fact):
        return _superseded(verdict)
    return answered(post_one(site.erp, fact), what="refund")
