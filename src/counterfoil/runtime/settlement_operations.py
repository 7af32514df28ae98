"""What a flow does with a batch that the gateway closed: what of it is in the books, and the deposit.

Summaries are flat texts: transaction, kind, status, amount, decision, why, posting, posting_key, document,
fact. The transaction is the batch's number.
"""

from __future__ import annotations

from typing import assert_never

from counterfoil.domain.facts.settlement import SettlementFact
from counterfoil.domain.review import Hold
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.settling import (
    BatchNews,
    Content,
    Incomplete,
    Member,
    NothingPaidOut,
    ask_incomplete,
    decide_deposit,
    examine,
    judge_batch_news,
    judge_batch_repeat,
    judge_batch_start,
    settlement_key,
)
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import BATCH_CHANGED, GatewayRecord
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import RunStore
from counterfoil.runtime.in_books import amount_in_books, standing
from counterfoil.runtime.operations import Site, Sites
from counterfoil.runtime.posting_steps import POSTING_OUTCOMES, answered, post_one, told_posting
from counterfoil.runtime.result_records import CONTENT, FACTS, POSTING, SETTLEMENT
from counterfoil.runtime.step import Operation, Step, StepResult

READ = OperationSpec(
    name="settlement.read",
    label="Read the gateway's record of a batch",
    nature=Nature.PURE,
    outcomes=("settlement",),
    gives={"settlement": SETTLEMENT},
)
FIND_POSTING = OperationSpec(
    name="settlement.find_posting",
    label="Look whether the batch counts and its deposit is in the books",
    nature=Nature.READING,
    inputs=("settlement",),
    outcomes=("absent", "history", "in_the_books", "superseded", "contradicted"),
    takes={"settlement": SETTLEMENT},
)
FIND_RECEIPTS = OperationSpec(
    name="settlement.find_receipts",
    label="Find the batch's payments and refunds in the books",
    nature=Nature.READING,
    inputs=("settlement",),
    outcomes=("whole", "not_yet", "incomplete"),
    takes={"settlement": SETTLEMENT},
    gives={"whole": CONTENT},
)
DECIDE = OperationSpec(
    name="settlement.decide",
    label="Decide whether the batch is posted as one deposit",
    nature=Nature.READING,
    inputs=("settlement", "found"),
    outcomes=("deposit", "nothing", "hold"),
    takes={"settlement": SETTLEMENT, "found": CONTENT},
    gives={"deposit": FACTS["settlement"]},
)
POST = OperationSpec(
    name="settlement.post",
    label="Post the deposit",
    nature=Nature.EFFECT,
    inputs=("settlement", "decision"),
    outcomes=("superseded", *POSTING_OUTCOMES),
    takes={"settlement": SETTLEMENT, "decision": FACTS["settlement"]},
    gives=POSTING,
)
SPECS = (READ, FIND_POSTING, FIND_RECEIPTS, DECIDE, POST)
PATIENCE = 4
"""How often a run looks for what is missing before a person is asked: the last receipts of a batch may be
posted a little after it closed."""


def settlement_operations(sites: Sites, store: RunStore, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=READ, act=lambda step: _read(step, sites(step.run))),
        Operation(spec=FIND_POSTING, act=lambda step: _find_posting(step, sites(step.run), store)),
        Operation(spec=FIND_RECEIPTS, act=lambda step: _find_receipts(step, sites(step.run), known)),
        Operation(spec=DECIDE, act=lambda step: _decide(step, sites(step.run))),
        Operation(spec=POST, act=lambda step: _post(step, sites(step.run), store)),
    )
    return {operation.spec.name: operation for operation in operations}


def _batch(step: Step) -> Settlement:
    return encoding.decode(Settlement, step.inputs["settlement"])


def _read(step: Step, site: Site) -> StepResult:
    batch = site.gateway.normalise_batch(step.run.event.body)
    summary = {
        "transaction": batch.number,
        "kind": "settlement",
        "status": step.run.event.kind.rpartition(".")[2],
        "amount": str(batch.net),
    }
    return StepResult(outcome="settlement", value=encoding.encode(batch), summary=summary)


def _find_posting(step: Step, site: Site, store: RunStore) -> StepResult:
    batch = _batch(step)
    key = settlement_key(batch)
    posted = standing(site.erp, key)
    if posted is not None:
        return _in_the_books(batch, posted)
    if site.erp.find_posting(key) is not None:
        why = "a person took its deposit back; nothing is posted again"
        return StepResult(outcome="superseded", summary={"decision": "superseded", "why": why})
    verdict = _news(step, store)
    if verdict is not None:
        return verdict
    why = judge_batch_start(batch, site.start)
    if why:
        return StepResult(outcome="history", summary={"decision": "history", "why": why})
    return StepResult(outcome="absent")


def _news(step: Step, store: RunStore) -> StepResult | None:
    """Whether what else was told of the batch leaves it to be decided."""
    others = [
        BatchNews(later=other.later, asked=other.held or other.dropped)
        for other in store.find_lineage(step.run)
    ]
    verdict = judge_batch_news(others, again=step.run.event.kind == BATCH_CHANGED)
    if verdict is None:
        return None
    return StepResult(outcome="superseded", summary={"decision": "superseded", "why": verdict.why})


def _in_the_books(batch: Settlement, posted: Posted) -> StepResult:
    if not isinstance(posted.fact, SettlementFact):
        raise DefectError(f"{posted.key} stands for {posted.fact.summary}, not for a settlement")
    question = judge_batch_repeat(batch, posted.fact)
    why = question.why if question else "the deposit is in the books already"
    return StepResult(
        outcome="contradicted" if question else "in_the_books",
        summary={"decision": "in_the_books", **told_posting(posted), "why": why},
        review=question,
    )


def _find_receipts(step: Step, site: Site, known: KnownPayments) -> StepResult:
    batch = _batch(step)
    records = site.gateway.fetch_batch(batch.number)
    payments = [record.payment for record in records if isinstance(record, GatewayRecord)]
    unread = [record.lineage for record in records if not isinstance(record, GatewayRecord)]
    asked = known.asked_about(site.connection, [payment.lineage for payment in payments])
    members = [
        Member(payment=payment, posted=amount_in_books(site.erp, payment), asked=payment.lineage in asked)
        for payment in payments
    ]
    found = examine(batch, members, unread, site.start)
    match found:
        case Content():
            return StepResult(outcome="whole", value=encoding.encode(found))
        case Incomplete():
            is_waited_for = found.passes and step.run.attempt < PATIENCE
            return StepResult(
                outcome="not_yet" if is_waited_for else "incomplete",
                summary={"decision": "hold", "why": found.why},
                review=ask_incomplete(batch, found),
            )
    assert_never(found)


def _decide(step: Step, site: Site) -> StepResult:
    content = encoding.decode(Content, step.inputs["found"])
    decided = decide_deposit(_batch(step), content, site.settlements, site.zone)
    match decided:
        case SettlementFact():
            summary = {"decision": "deposit", "fact": decided.summary, "why": ""}
            return StepResult(outcome="deposit", value=encoding.FACT.encode(decided), summary=summary)
        case NothingPaidOut():
            return StepResult(outcome="nothing", summary={"decision": "nothing", "why": decided.why})
        case Hold():
            summary = {"decision": "hold", "why": decided.why}
            return StepResult(outcome="hold", summary=summary, review=decided)
    assert_never(decided)


def _post(step: Step, site: Site, store: RunStore) -> StepResult:
    """Posts what was decided, unless the batch was told with other numbers while the run waited."""
    fact = encoding.FACT.decode(step.inputs["decision"])
    if site.erp.find_posting(fact.key) is None:
        superseded = _news(step, store)
        if superseded is not None:
            return superseded
    return answered(post_one(site.erp, fact), what="deposit")
