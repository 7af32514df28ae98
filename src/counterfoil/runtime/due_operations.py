"""What a flow does with an invoice that is due: whether it is charged, and the charge.

What is charged becomes a receipt as every payment does, once the gateway's own record tells of it: nothing is
posted here. Summaries are flat texts: invoice, customer, amount, decision, why, method, charge, transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from counterfoil.domain.consent import NotAllowed
from counterfoil.domain.due_charges import (
    DueCharge,
    DueInvoice,
    Judgement,
    LeftAlone,
    NamedPayment,
    judge_due,
    question_after,
)
from counterfoil.domain.identifiers import InvoiceNumber, document_number
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.payment import Payment, PaymentStatus, named_documents
from counterfoil.domain.receipt import receipt_key
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.erp import Erp
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.instructions import Carried, Declined, NotOffered, NotYet, TooLate
from counterfoil.ports.known_payments import KnownPayments, KnownRecord
from counterfoil.ports.run_store import Json, RunStore
from counterfoil.runtime.cashier import Account, Cashier, Cashiers
from counterfoil.runtime.gateway_writes import OtherContent, Outcome, Pending, WritesHeld
from counterfoil.runtime.operations import Sites
from counterfoil.runtime.step import Operation, Step, StepResult

JUDGE = OperationSpec(
    name="invoice.judge_due",
    label="Decide whether a due invoice is charged to a saved method",
    nature=Nature.READING,
    outcomes=("charge", "left_alone", "hold"),
)
CHARGE = OperationSpec(
    name="invoice.charge",
    label="Charge the invoice to the customer's saved method",
    nature=Nature.EFFECT,
    inputs=("charge",),
    outcomes=("charged", "declined", "given_up", "under_way", "unknown", "changed", "refused"),
)
SPECS = (JUDGE, CHARGE)

UNREAD_FOR = timedelta(days=60)
"""How far back records are looked through of which nobody read what they name."""
WON = "chargeback.won"


@dataclass(frozen=True, slots=True)
class DueReach:
    """What the operations ask."""

    sites: Sites
    store: RunStore
    known: KnownPayments
    cashiers: Cashiers


def due_operations(reach: DueReach) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=JUDGE, act=lambda step: _judge(step, reach)),
        Operation(spec=CHARGE, act=lambda step: _charge(step, reach)),
    )
    return {operation.spec.name: operation for operation in operations}


def _judge(step: Step, reach: DueReach) -> StepResult:
    number = told_invoice(step.run.event.body)
    judged = Judging(step, reach).judge(number)
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
    item = body.get("item")
    invoice = item.get("invoice") if isinstance(item, Mapping) else None
    if not isinstance(invoice, str) or not invoice:
        raise DefectError("the event names no invoice")
    return InvoiceNumber(invoice)


class Judging:
    """Reads all that is known of an invoice and judges it."""

    def __init__(self, step: Step, reach: DueReach) -> None:
        self._run = step.run
        self._reach = reach
        self._site = reach.sites(step.run)
        self._cashier: Cashier = reach.cashiers(step.run)

    def judge(self, number: InvoiceNumber) -> Judgement:
        invoice = find_invoice(number, self._site.erp)
        if invoice is None:
            return LeftAlone(why=f"invoice {number} is not in the books, or is there more than once")
        cashier = self._cashier
        return judge_due(self.known_of(invoice), cashier.policy, cashier.today())

    def known_of(self, invoice: Invoice) -> DueInvoice:
        erp, cashier = self._site.erp, self._cashier
        receipts = erp.find_receipts(invoice.number)
        named, unread = self._payments(invoice)
        items = erp.find_open_items(invoice.customer)
        others = self._reach.store.find_lineage(self._run)
        return DueInvoice(
            invoice=invoice,
            receipts=receipts,
            credits=[item for item in items if item.open.amount < 0],
            methods=cashier.methods(invoice.customer),
            payments=named,
            unread=unread,
            disputed_receipts=[each.reference for each in receipts if self._is_disputed_receipt(each)],
            charges=cashier.charges_of(invoice.number),
            is_asked=any(other.held for other in others),
        )

    def _payments(self, invoice: Invoice) -> tuple[list[NamedPayment], list[str]]:
        """Payments that name the invoice or its order, and those that may."""
        since = self._run.event.received_at - UNREAD_FOR
        documents = _documents(invoice)
        named, unread = [], []
        for account in self._cashier.accounts:
            records = self._reach.known.records_naming(account.connection, sorted(documents), since)
            for newest in {record.lineage: record for record in records}.values():
                payment = _read(newest, account)
                if payment is None:
                    unread.append(newest.lineage)
                elif not documents.isdisjoint(named_documents(payment)):
                    named.append(self._named(payment, account))
        return named, unread

    def _named(self, payment: Payment, account: Account) -> NamedPayment:
        return NamedPayment(
            payment=payment,
            in_books=self._site.erp.find_posting(receipt_key(payment)) is not None,
            disputed=self._is_disputed(account, payment.lineage),
        )

    def _is_disputed_receipt(self, entry: ReceiptEntry) -> bool:
        if not entry.reference or not entry.amount.is_positive:
            return False
        return any(
            self._is_disputed(account, f"{account.merchant}/{entry.reference}")
            for account in self._cashier.accounts
        )

    def _is_disputed(self, account: Account, lineage: str) -> bool:
        told = self._reach.known.kinds_told(account.connection, lineage)
        stages = [kind for kind in told if kind.startswith("chargeback.")]
        return bool(stages) and WON not in stages


def find_invoice(number: InvoiceNumber, erp: Erp) -> Invoice | None:
    found = [each for each in erp.find_references(number).invoices if each.number == number]
    return found[0] if len(found) == 1 else None


def _read(record: KnownRecord, account: Account) -> Payment | None:
    """The payment as it was told last; an expired one's record does not say so."""
    try:
        payment = account.gateway.normalise(record.body)
    except DecisionError:
        return None
    is_expired = record.kind.endswith(f".{PaymentStatus.EXPIRED.value}")
    return replace(payment, status=PaymentStatus.EXPIRED) if is_expired else payment


def _documents(invoice: Invoice) -> set[str]:
    return {document_number(invoice.number), document_number(invoice.order or "")} - {""}


def _charge(step: Step, reach: DueReach) -> StepResult:
    """Charges what was decided, unless something has changed since."""
    wanted = encoding.decode(DueCharge, step.inputs["charge"])
    cashier = reach.cashiers(step.run)
    begun = cashier.begun(wanted)
    if begun is not None:
        return _told(begun, wanted, cashier)
    judged = Judging(step, reach).judge(wanted.invoice)
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
