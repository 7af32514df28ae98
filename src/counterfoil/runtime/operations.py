"""The operations of the payment flows, built from ports.

Summaries are flat texts for people and lists: transaction, kind, status, amount, tender, decision, why,
how, customer, applications, applied, on_account, posting, posting_key, document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import assert_never

from counterfoil.domain.candidates import candidates
from counterfoil.domain.cash_application import Applied, apply
from counterfoil.domain.correcting import corrected, told_corrections
from counterfoil.domain.cut_over import judge_start
from counterfoil.domain.declines import Declines
from counterfoil.domain.disputing import FEE_LIMIT, DisputePolicy
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identification import (
    Clue,
    Disagreement,
    Identified,
    Named,
    Source,
    Unidentified,
    identify,
)
from counterfoil.domain.identifiers import CustomerNumber, possible_references
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import total
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.receipt import (
    TAKEN_BACK,
    Decision,
    News,
    NoMoney,
    Superseded,
    judge,
    judge_lineage,
    judge_repeat,
    receipt_fact,
    receipt_key,
)
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.review import Hold
from counterfoil.domain.settling import SettlementPolicy
from counterfoil.domain.taking_back import Returns, judge_reversed
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Erp, Posted, PostingAnswer
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.ports.run_store import LineageEvent, Run, RunStore
from counterfoil.runtime.posting_steps import POSTING_OUTCOMES, answered, is_on_its_way, post_one
from counterfoil.runtime.result_records import DECISION, DECISIONS, PAYMENT, POSTED, POSTING
from counterfoil.runtime.step import Operation, Step, StepResult

_OF_DISPUTES = "chargeback."
_STATUSES = frozenset(status.value for status in PaymentStatus)

NORMALISE = OperationSpec(
    name="payment.normalise",
    label="Read the gateway's record",
    nature=Nature.PURE,
    outcomes=("payment",),
    gives={"payment": PAYMENT},
)
FIND_POSTING = OperationSpec(
    name="receipt.find_posting",
    label="Look whether the receipt is in the books",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("absent", "in_the_books", "superseded", "contradicted"),
    takes={"payment": PAYMENT},
    gives={"in_the_books": POSTED, "contradicted": POSTED},
)
MATCH = OperationSpec(
    name="cash_application.match",
    label="Decide whose money it is and what it pays",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("money", "no_money", "hold"),
    takes={"payment": PAYMENT},
    gives={"money": DECISIONS["applied"], "no_money": DECISIONS["no_money"], "hold": DECISIONS["hold"]},
)
POST = OperationSpec(
    name="erp.post",
    label="Post the receipt",
    nature=Nature.EFFECT,
    inputs=("payment", "decision"),
    outcomes=("superseded", *POSTING_OUTCOMES),
    takes={"payment": PAYMENT, "decision": DECISIONS["applied"]},
    gives=POSTING,
)
RECORD = OperationSpec(
    name="run.record",
    label="Record what happened",
    nature=Nature.PURE,
    optional_inputs=("decision",),
    outcomes=("done", "review"),
    takes={"decision": DECISION},
)
SPECS = (NORMALISE, FIND_POSTING, MATCH, POST, RECORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a run's connection reaches: the gateway, the company's books, and the zone of their days."""

    gateway: GatewayRecords
    connection: str
    """The gateway's, also where the event came from elsewhere."""
    erp: Erp
    zone: tzinfo
    start: datetime
    """Payments made before are history and never posted."""
    ach_when_captured: bool = False
    """Whether bank payments are posted before they settled."""
    refunds: RefundPolicy = field(default_factory=RefundPolicy)
    returns: Returns = Returns.ASK
    """What becomes of the receipt of a bank payment that came back."""
    declines: Declines = Declines.LEAVE
    """Whether declined payments are noted in the books."""
    settlements: SettlementPolicy = SettlementPolicy.ASK
    disputes: DisputePolicy = DisputePolicy.ASK
    dispute_fee_limit: Decimal = FEE_LIMIT
    """A larger fee of a dispute is a person's."""


Sites = Callable[[Run], Site]
"""The site of a run's connection; raises ConfigurationError where there is none."""


def payment_operations(sites: Sites, store: RunStore) -> dict[str, Operation]:
    """The operations by name."""
    return _by_name(
        Operation(spec=NORMALISE, act=lambda step: _normalise(step, sites(step.run))),
        Operation(spec=FIND_POSTING, act=lambda step: look_for_receipt(step, sites(step.run), store)),
        Operation(spec=MATCH, act=lambda step: _match(step, sites(step.run), store)),
        Operation(spec=POST, act=lambda step: _post(step, sites(step.run), store)),
        Operation(spec=RECORD, act=_record),
    )


def _by_name(*operations: Operation) -> dict[str, Operation]:
    return {operation.spec.name: operation for operation in operations}


def read_payment(step: Step) -> Payment:
    return encoding.decode(Payment, step.inputs["payment"])


def _normalise(step: Step, site: Site) -> StepResult:
    told = site.gateway.normalise(step.run.event.body)
    payment = corrected(told, step.run.corrections)
    if step.run.event.kind.endswith(f".{PaymentStatus.EXPIRED.value}"):
        # No record tells of it: the poll concluded it from the record's age.
        payment = replace(payment, status=PaymentStatus.EXPIRED)
    summary = {
        "transaction": payment.transaction,
        "kind": payment.kind.value,
        "status": payment.status.value,
        "amount": str(payment.amount),
        "tender": payment.tender.value,
    }
    if step.run.corrections:
        summary |= {"corrected": told_corrections(told, step.run.corrections)}
    return StepResult(outcome="payment", value=encoding.encode(payment), summary=summary)


def look_for_receipt(step: Step, site: Site, store: RunStore) -> StepResult:
    """Whether the receipt is in the books and agrees with what is told now; carries out FIND_POSTING."""
    payment = read_payment(step)
    posted = site.erp.find_posting(receipt_key(payment))
    if posted is None:
        return _look_around(payment, store.find_lineage(step.run))
    if _is_reversed(payment, posted, site.erp):
        others = [news_of(other) for other in store.find_lineage(step.run)]
        question = judge_reversed(payment, receipt_of(posted), others)
        stands = "the receipt was taken back in the books"
    else:
        question = judge_repeat(payment, receipt_of(posted))
        stands = "the receipt is in the books already"
    why = question.why if question else stands
    return StepResult(
        outcome="contradicted" if question else "in_the_books",
        value=encoding.encode(posted),
        summary={"decision": "in_the_books"} | _posted_summary(posted) | {"why": why},
        review=question,
    )


def _is_reversed(payment: Payment, posted: Posted, erp: Erp) -> bool:
    """Whether the receipt was taken back; asked only where the news may be about that."""
    may_be = payment.tender is Tender.ACH or payment.status in TAKEN_BACK
    return may_be and erp.find_posting(posted.key.reversal) is not None


def _look_around(payment: Payment, others: Sequence[LineageEvent]) -> StepResult:
    """Whether what else was told of the payment leaves anything to decide."""
    verdict = judge_lineage(payment, [news_of(other) for other in others])
    match verdict:
        case None:
            return StepResult(outcome="absent")
        case Superseded():
            return _superseded(verdict)
        case Hold():
            summary = {"decision": "hold", "why": verdict.why}
            return StepResult(outcome="contradicted", summary=summary, review=verdict)
    assert_never(verdict)


def _superseded(verdict: Superseded) -> StepResult:
    return StepResult(outcome="superseded", summary={"decision": "superseded", "why": verdict.why})


def news_of(other: LineageEvent) -> News:
    """What else was told; a question about a dispute of the payment is none about the payment itself."""
    word = other.kind.rpartition(".")[2]
    status = PaymentStatus(word) if word in _STATUSES else None
    is_own = not other.kind.startswith(_OF_DISPUTES)
    return News(
        status=status, later=other.later, asked=other.held and is_own, dropped=other.dropped and is_own
    )


def _match(step: Step, site: Site, store: RunStore) -> StepResult:
    payment = read_payment(step)
    decision, how, open_items = decide(step.run, payment, site, store)
    value = encoding.DECISION.encode(decision)
    word = encoding.DECISION.word(decision)
    summary: dict[str, object] = {"decision": word, "why": decision.why, "how": how}
    if _asks(decision):
        summary |= {"candidates": list(candidates(payment.for_customer, open_items))}
    match decision:
        case Applied():
            summary |= {"customer": decision.customer}
            return StepResult(outcome="money", value=value, summary=summary)
        case NoMoney():
            return StepResult(outcome="no_money", value=value, summary=summary)
        case Hold():
            return StepResult(outcome="hold", value=value, summary=summary, review=decision)
    assert_never(decision)


def _asks(decision: Decision) -> bool:
    """Whether a person is asked what the money is for."""
    return isinstance(decision, Hold) or (isinstance(decision, Applied) and decision.review is not None)


def decide(
    run: Run, payment: Payment, site: Site, store: RunStore
) -> tuple[Decision, str, Sequence[Invoice]]:
    """Cash application on the books as they stand now.

    The decision, how the customer was found, and the customer's open items.
    """
    verdict = judge_start(payment, site.start) or judge(payment, ach_when_captured=site.ach_when_captured)
    if verdict is not None:
        return verdict, "", ()
    found = _identify(run, payment, site.erp, store)
    if not isinstance(found, Identified):
        return found.hold, "", ()
    open_items = site.erp.find_open_items(found.customer)
    return apply(payment.for_customer, found, open_items), found.how, open_items


def _identify(
    run: Run, payment: Payment, erp: Erp, store: RunStore
) -> Identified | Disagreement | Unidentified:
    return identify(
        named_in_books(payment.invoice_reference, erp),
        named_in_books(payment.order_reference, erp),
        owner_by_vault(run, payment, erp, store),
    )


def named_in_books(written: str, erp: Erp) -> Named:
    """What a reference names, as it was written or reduced to the number."""
    named = Named()
    for reference in possible_references(written):
        found = erp.find_references(reference)
        named = Named(reference=reference, invoices=found.invoices, orders=found.orders)
        if named.invoices or named.orders:
            break
    return named


def owner_by_vault(run: Run, payment: Payment, erp: Erp, store: RunStore) -> Clue | None:
    """The customer known for the stored payment method, if the books know the customer."""
    if not payment.vault_customer:
        return None
    known = store.find_cross_reference(run.event.connection, VAULT_CUSTOMER, payment.vault_customer)
    customer = erp.find_customer(CustomerNumber(known)) if known else None
    if customer is None:
        return None
    return Clue(customer=customer.number, source=Source.CROSS_REFERENCE, document=payment.vault_customer)


def _fact(step: Step, site: Site) -> ReceiptFact:
    decision = encoding.DECISION.decode(step.inputs["decision"])
    if not isinstance(decision, Applied):
        raise DefectError("only received money can be posted; the flow leads something else to erp.post")
    try:
        return receipt_fact(read_payment(step), decision, site.zone)
    except FactError as error:
        raise DefectError(str(error)) from error


def _post(step: Step, site: Site, store: RunStore) -> StepResult:
    """Posts what was decided, unless the money was taken back while the run waited."""
    fact = _fact(step, site)
    verdict = judge_lineage(read_payment(step), [news_of(other) for other in store.find_lineage(step.run)])
    if isinstance(verdict, Superseded) and not is_on_its_way(site.erp, fact):
        return _superseded(verdict)
    return _answered(post_one(site.erp, fact))


def _answered(answer: PostingAnswer) -> StepResult:
    return answered(answer, what="receipt", tell=_posted_summary)


def _posted_summary(posted: Posted) -> dict[str, object]:
    place = {"posting_key": str(posted.key), "document": posted.document}
    return place | _fact_summary(receipt_of(posted))


def receipt_of(posted: Posted) -> ReceiptFact:
    """What stands under the key of a receipt."""
    if not isinstance(posted.fact, ReceiptFact):
        raise DefectError(f"{posted.key} stands for {posted.fact.summary}, not for a receipt")
    return posted.fact


def _fact_summary(fact: ReceiptFact) -> dict[str, object]:
    applied = total((part.amount for part in fact.applications), fact.amount.currency)
    return {
        "customer": fact.customer,
        "applications": [{"invoice": part.invoice, "amount": str(part.amount)} for part in fact.applications],
        "applied": str(applied),
        "on_account": str(fact.on_account),
    }


def _record(step: Step) -> StepResult:
    """Asks a person where the money stands in the books but the decision wants somebody to look."""
    decision = encoding.DECISION.decode(step.inputs["decision"]) if "decision" in step.inputs else None
    review = decision.review if isinstance(decision, Applied) else None
    return StepResult(outcome="review" if review else "done", review=review)
