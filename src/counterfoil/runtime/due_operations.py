"""What a flow does with an invoice that is due: whether it is charged, and the charge.

What is charged becomes a receipt as every payment does, once the gateway's own record tells of it: nothing is
posted here. Summaries are flat texts: invoice, customer, amount, decision, why, method, charge, transaction.
"""

from __future__ import annotations

from typing import assert_never

from counterfoil.domain.consent import NotAllowed
from counterfoil.domain.due_charges import (
    DueCharge,
    Judgement,
    LeftAlone,
    question_after,
)
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.errors import DefectError
from counterfoil.ports.instructions import Carried, Declined, NotOffered, NotYet, TooLate
from counterfoil.ports.run_store import Json
from counterfoil.runtime.cashier import Cashier
from counterfoil.runtime.due_judging import DueReach, Judging
from counterfoil.runtime.gateway_writes import OtherContent, Outcome, Pending
from counterfoil.runtime.result_records import DUE_CHARGE, DUE_INVOICES
from counterfoil.runtime.sending import WritesHeld
from counterfoil.runtime.starting import told_item
from counterfoil.runtime.step import Operation, Step, StepResult

FIND = OperationSpec(
    name="invoice.find_due",
    label="Find the invoices that are due and whose customers saved a method",
    nature=Nature.READING,
    outcomes=("found", "none"),
    gives={"found": DUE_INVOICES, "none": DUE_INVOICES},
    item_key="invoice",
)
JUDGE = OperationSpec(
    name="invoice.judge_due",
    label="Decide whether a due invoice is charged to a saved method",
    nature=Nature.READING,
    outcomes=("charge", "left_alone", "hold"),
    gives={"charge": DUE_CHARGE},
)
CHARGE = OperationSpec(
    name="invoice.charge",
    label="Charge the invoice to the customer's saved method",
    nature=Nature.EFFECT,
    inputs=("charge",),
    outcomes=("charged", "declined", "given_up", "under_way", "unknown", "changed", "refused"),
    takes={"charge": DUE_CHARGE},
)
SPECS = (FIND, JUDGE, CHARGE)

TOLD_MAX = 20
"""Of so many invoices that are left alone a run's summary says why."""


def due_operations(reach: DueReach) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=FIND, act=lambda step: _find(step, reach)),
        Operation(spec=JUDGE, act=lambda step: _judge(step, reach)),
        Operation(spec=CHARGE, act=lambda step: _charge(step, reach)),
    )
    return {operation.spec.name: operation for operation in operations}


def _find(step: Step, reach: DueReach) -> StepResult:
    """What is to be charged or asked about today; each is judged again when its own run takes it up."""
    judging = Judging(step.run, reach)
    judged = {invoice.number: (invoice, judging.judge(invoice.number)) for invoice in judging.due_today()}
    left = {number: each.why for number, (_, each) in judged.items() if isinstance(each, LeftAlone)}
    items = [_item(invoice) for number, (invoice, _) in judged.items() if number not in left]
    alone = [{"invoice": number, "why": why} for number, why in left.items()]
    return StepResult(
        outcome="found" if items else "none",
        value={"items": items},
        summary={"due": str(len(judged)), "left_alone": str(len(left)), "left": alone[:TOLD_MAX]},
    )


def _item(invoice: Invoice) -> Json:
    return {
        "invoice": invoice.number,
        "customer": invoice.customer,
        "open": encoding.encode(invoice.open),
        "due_on": str(invoice.due_on),
    }


def _judge(step: Step, reach: DueReach) -> StepResult:
    number = told_invoice(step.run.event.body)
    judged = Judging(step.run, reach, is_asked=_is_asked(step, reach)).judge(number)
    summary = {"invoice": number, "decision": _word(judged), "why": judged.why}
    match judged:
        case DueCharge():
            told = {"customer": judged.customer, "amount": str(judged.amount), "charge": str(judged.number)}
            return StepResult(outcome="charge", value=encoding.encode(judged), summary=summary | told)
        case LeftAlone():
            return StepResult(outcome="left_alone", summary=summary)
        case Hold():
            return StepResult(outcome="hold", summary=summary, review=judged)
    assert_never(judged)


def _word(judged: Judgement) -> str:
    match judged:
        case DueCharge():
            return "charge"
        case LeftAlone():
            return "left_alone"
        case Hold():
            return "hold"
    assert_never(judged)


def told_invoice(body: Json) -> InvoiceNumber:
    """The invoice of an `item.invoice_due`."""
    invoice = told_item(body).get("invoice")
    if not isinstance(invoice, str) or not invoice:
        raise DefectError("the event names no invoice")
    return InvoiceNumber(invoice)


def _is_asked(step: Step, reach: DueReach) -> bool:
    """Whether an earlier run about the same invoice ended with a question, or was closed by a person."""
    return any(other.held or other.dropped for other in reach.store.find_lineage(step.run))


def _charge(step: Step, reach: DueReach) -> StepResult:
    """Charges what was decided, unless something has changed since."""
    wanted = encoding.decode(DueCharge, step.inputs["charge"])
    cashier = reach.cashiers(step.run)
    begun = cashier.begun(wanted)
    if begun is not None:
        return _told(begun, wanted, cashier)
    judged = Judging(step.run, reach, is_asked=_is_asked(step, reach)).judge(wanted.invoice)
    if judged != wanted:
        return _summed("changed", "changed", why=judged.why)
    return _told(cashier.charge(wanted), wanted, cashier)


def _told(outcome: Outcome | NotAllowed, wanted: DueCharge, cashier: Cashier) -> StepResult:
    """The gateway's answer; only a plain yes is a charge, and only a plain no a refusal."""
    match outcome:
        case Carried():
            return _summed("charged", "charged", transaction=outcome.transaction)
        case Declined() | NotYet() | TooLate() | NotOffered():
            return _refused(outcome.why, wanted, cashier)
        case Pending() | WritesHeld():
            word = "unknown" if isinstance(outcome, Pending) else "under_way"
            return _summed(word, "open", why=outcome.why)
        case NotAllowed():
            return _summed("changed", "changed", why=outcome.why)
        case OtherContent():
            return _conflict(outcome.key, wanted)
    assert_never(outcome)


def _summed(outcome: str, decision: str, **told: str) -> StepResult:
    return StepResult(outcome=outcome, summary={"decision": decision, **told})


def _refused(why: str, wanted: DueCharge, cashier: Cashier) -> StepResult:
    question = question_after(wanted, cashier.charges_of(wanted.invoice), cashier.policy)
    return StepResult(
        outcome="given_up" if question else "declined",
        summary={"decision": "declined", "why": question.why if question else why},
        review=question,
    )


def _conflict(key: str, wanted: DueCharge) -> StepResult:
    why = f"{key} was begun for something else: see counterfoil paytrace effects"
    question = Hold(
        kind=ReviewKind.CONFLICT,
        title=f"Invoice {wanted.invoice} was not charged: another charge has its key",
        why=why,
    )
    return StepResult(outcome="refused", summary={"decision": "refused", "why": why}, review=question)
