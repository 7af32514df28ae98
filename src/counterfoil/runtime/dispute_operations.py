"""What a flow does with a dispute: reads what was told, decides what it means, posts it, or asks a person.

Summaries are flat texts: transaction, kind, status, amount, case, decision, why, payment, posting,
posting_key, document, fact, stands.
"""

from __future__ import annotations

from typing import assert_never

from counterfoil.domain.dispute import Dispute, DisputeStage, Matched, Unmatched
from counterfoil.domain.disputing import InTheBooks, ask_about, decide_dispute
from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.errors import DefectError
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import Json, RunStore
from counterfoil.runtime.dispute_books import Told, read_books, told_back
from counterfoil.runtime.operations import Site, Sites
from counterfoil.runtime.posting_steps import POSTING_OUTCOMES, answered, post_one
from counterfoil.runtime.refunds_unposted import unposted_refunds
from counterfoil.runtime.result_records import DISPUTE, FACT, POSTING
from counterfoil.runtime.step import Operation, Step, StepResult

READ = OperationSpec(
    name="dispute.read",
    label="Read what the processor told of a dispute",
    nature=Nature.PURE,
    outcomes=("matched", "unmatched"),
    gives={"matched": DISPUTE, "unmatched": DISPUTE},
)
DECIDE = OperationSpec(
    name="dispute.decide",
    label="Decide what the stage of the dispute means",
    nature=Nature.READING,
    inputs=("dispute",),
    outcomes=("clear", "in_the_books", "hold"),
    takes={"dispute": DISPUTE},
    gives={"clear": FACT},
)
POST = OperationSpec(
    name="dispute.post",
    label="Post the stage of the dispute",
    nature=Nature.EFFECT,
    inputs=("dispute", "decision"),
    outcomes=("contradicted", *POSTING_OUTCOMES),
    takes={"dispute": DISPUTE, "decision": FACT},
    gives=POSTING,
)
RECORD = OperationSpec(
    name="dispute.record",
    label="Record how the dispute stands",
    nature=Nature.PURE,
    inputs=("dispute",),
    outcomes=("done",),
    takes={"dispute": DISPUTE},
)
SPECS = (READ, DECIDE, POST, RECORD)

_MATCH: encoding.Kinds[Matched | Unmatched] = encoding.Kinds({"matched": Matched, "unmatched": Unmatched})


def dispute_operations(sites: Sites, store: RunStore, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=READ, act=_read),
        Operation(spec=DECIDE, act=lambda step: _decide(step, sites(step.run), store, known)),
        Operation(spec=POST, act=lambda step: _post(step, sites(step.run), store, known)),
        Operation(spec=RECORD, act=_record),
    )
    return {operation.spec.name: operation for operation in operations}


def written(dispute: Dispute, match: Matched | Unmatched, told_by: str) -> Json:
    """A dispute as an event's body."""
    return {
        "dispute": encoding.encode(dispute),
        "match": _MATCH.encode(match),
        "told_by": told_by,
    }


def told_dispute(body: Json) -> Dispute:
    return encoding.decode(Dispute, body["dispute"])


def told_match(body: Json) -> Matched | Unmatched:
    return _MATCH.decode(body["match"])


def _read(step: Step) -> StepResult:
    dispute, match = told_dispute(step.run.event.body), told_match(step.run.event.body)
    summary = {
        "transaction": step.run.order_key.rpartition("/")[2],
        "kind": "chargeback",
        "status": dispute.stage.value,
        "amount": str(dispute.amount),
        "case": dispute.case,
        "why": match.why,
    }
    return StepResult(
        outcome=_MATCH.word(match),
        value=encoding.encode(dispute),
        summary=summary,
        review=_question(dispute, match),
    )


def _question(dispute: Dispute, match: Matched | Unmatched) -> Hold:
    if isinstance(match, Matched):
        return ask_about(dispute, match.lineage, f"{match.why}. This flow posts no disputes")
    fitting = f" (it may be {', '.join(match.candidates)})" if match.candidates else ""
    return Hold(
        kind=ReviewKind.DISPUTED_PAYMENT,
        title=f"Which payment is case {dispute.case} about?",
        why=f"{match.why}{fitting}. Say it: counterfoil disputes match {dispute.case}",
    )


def _dispute(step: Step) -> Dispute:
    return encoding.decode(Dispute, step.inputs["dispute"])


def _lineage(step: Step) -> str:
    match = told_match(step.run.event.body)
    if isinstance(match, Unmatched):
        raise DefectError("only a dispute of a known payment can be decided; the flow leads here without one")
    return match.lineage


def _decide(step: Step, site: Site, store: RunStore, known: KnownPayments) -> StepResult:
    dispute, lineage = _dispute(step), _lineage(step)
    payment = TransactionId(lineage.rpartition("/")[2])
    told = Told(
        others=store.find_lineage(step.run),
        is_given_back=known.is_given_back(step.run.event.connection, payment),
        given_back_unposted=unposted_refunds(lineage, site, known),
        today=step.run.event.received_at.astimezone(site.zone).date(),
    )
    books = read_books(dispute, lineage, site.erp, told)
    decided = decide_dispute(dispute, lineage, books, site.disputes, site.dispute_fee_limit)
    match decided:
        case Hold():
            summary = {"decision": "hold", "why": decided.why, "payment": lineage}
            return StepResult(outcome="hold", summary=summary, review=decided)
        case InTheBooks():
            summary = {
                "decision": "in_the_books",
                "why": decided.why,
                "payment": lineage,
                "posting_key": str(decided.posted.key),
                "fact": decided.posted.summary,
            }
            return StepResult(outcome="in_the_books", summary=summary)
        case _:
            summary = {"decision": dispute.stage.value, "payment": lineage}
            return StepResult(outcome="clear", value=encoding.FACT.encode(decided), summary=summary)


def _post(step: Step, site: Site, store: RunStore, known: KnownPayments) -> StepResult:
    """Posts what was decided, unless the payment's money went back elsewhere while the run waited."""
    fact = encoding.FACT.decode(step.inputs["decision"])
    gone = _gone_meanwhile(step, fact, site, store, known)
    if gone and site.erp.find_posting(fact.key) is None:
        why = f"the gateway told meanwhile that {gone}: its money may go back twice"
        question = ask_about(_dispute(step), _lineage(step), why, ReviewKind.TAKEN_BACK)
        summary = {"decision": "hold", "why": question.why}
        return StepResult(outcome="contradicted", summary=summary, review=question)
    return answered(post_one(site.erp, fact), what="stage of the dispute")


def _gone_meanwhile(step: Step, fact: Fact, site: Site, store: RunStore, known: KnownPayments) -> str:
    status = told_back(store.find_lineage(step.run))
    if status:
        return f"it is {status}"
    if not isinstance(fact, ChargebackFact):
        return ""
    refunds = unposted_refunds(_lineage(step), site, known)
    return f"{refunds} may be of it" if refunds else ""


def _record(step: Step) -> StepResult:
    dispute = _dispute(step)
    return StepResult(outcome="done", summary={"stands": _stands(dispute)})


def _stands(dispute: Dispute) -> str:
    match dispute.stage:
        case DisputeStage.OPENED:
            return f"{dispute.amount} are with the customer's bank"
        case DisputeStage.WON:
            return f"{dispute.amount} came back"
        case DisputeStage.LOST:
            return f"{dispute.amount} are lost"
        case DisputeStage.FEE:
            return f"{dispute.amount} were taken as a fee"
    assert_never(dispute.stage)
