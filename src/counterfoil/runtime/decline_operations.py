"""What a flow does with a payment that was declined: which document it was for, and the note there.

Summaries are flat texts: declined, customer, noted, posting, posting_key, document, fact.
"""

from __future__ import annotations

from counterfoil.domain.cut_over import judge_start
from counterfoil.domain.declines import Declines, Unnoted, decide_note, is_declined, is_paid_since, told_of
from counterfoil.domain.facts.note import PaymentNoteFact
from counterfoil.domain.identification import Named
from counterfoil.domain.identifiers import document_number
from counterfoil.domain.payment import Payment
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Erp
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import RunStore
from counterfoil.runtime.operations import Site, Sites, named_in_books, owner_by_vault, read_payment
from counterfoil.runtime.posting_steps import POSTING_OUTCOMES, answered, post_one
from counterfoil.runtime.result_records import FACTS, PAYMENT, POSTING
from counterfoil.runtime.step import Operation, Step, StepResult

DECIDE = OperationSpec(
    name="decline.decide_note",
    label="Decide where a declined payment is noted",
    nature=Nature.READING,
    inputs=("payment",),
    outcomes=("note", "nowhere", "nothing"),
    takes={"payment": PAYMENT},
    gives={"note": FACTS["payment_note"]},
)
NOTE = OperationSpec(
    name="decline.note",
    label="Note the declined payment in the books",
    nature=Nature.EFFECT,
    inputs=("decision",),
    outcomes=POSTING_OUTCOMES,
    takes={"decision": FACTS["payment_note"]},
    gives=POSTING,
)
SPECS = (DECIDE, NOTE)


def decline_operations(sites: Sites, store: RunStore, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=DECIDE, act=lambda step: _decide(step, sites(step.run), store, known)),
        Operation(spec=NOTE, act=lambda step: _note(step, sites(step.run))),
    )
    return {operation.spec.name: operation for operation in operations}


def _decide(step: Step, site: Site, store: RunStore, known: KnownPayments) -> StepResult:
    payment = read_payment(step)
    is_history = judge_start(payment, site.start) is not None
    if site.declines is Declines.LEAVE or not is_declined(payment) or is_history:
        return StepResult(outcome="nothing")
    named = _named(payment, site.erp)
    clue = owner_by_vault(step.run, payment, site.erp, store)
    owner = clue.customer if clue else None
    decided = decide_note(payment, named, owner)
    if isinstance(decided, PaymentNoteFact) and _is_paid_since(step, payment, decided, site, known):
        decided = Unnoted(why="the document was paid since, or a later payment for it cannot be read")
    summary: dict[str, object] = {"declined": told_of(payment, named, owner)}
    if isinstance(decided, Unnoted):
        return StepResult(outcome="nowhere", summary=summary | {"noted": f"nowhere: {decided.why}"})
    return StepResult(
        outcome="note",
        value=encoding.FACT.encode(decided),
        summary=summary | {"noted": f"on {decided.target}"},
    )


def _named(payment: Payment, erp: Erp) -> Named:
    """What the payment was for: its invoice reference, which may name an order, else its order reference."""
    named = named_in_books(payment.invoice_reference, erp)
    if named.invoices or named.orders:
        return named
    return Named(orders=named_in_books(payment.order_reference, erp).orders)


def _is_paid_since(
    step: Step, payment: Payment, note: PaymentNoteFact, site: Site, known: KnownPayments
) -> bool:
    number = document_number(note.invoice or note.order or "")
    connection = step.run.event.connection
    told = known.records_naming(connection, [number], payment.created_at)
    bodies = {record.lineage: record.body for record in told if record.lineage != payment.lineage}
    try:
        return is_paid_since(payment, [site.gateway.normalise(body) for body in bodies.values()])
    except DecisionError:
        return True


def _note(step: Step, site: Site) -> StepResult:
    """Says in the summary where the books do not take the note; nobody is asked about a word."""
    result = answered(post_one(site.erp, encoding.FACT.decode(step.inputs["decision"])), what="note")
    if result.outcome in {"posted", "already_posted"}:
        return result
    told = {"noted": f"not yet: {result.summary.get('why', result.outcome)}", "posting": result.outcome}
    return StepResult(outcome=result.outcome, value=result.value, summary=told, review=result.review)
