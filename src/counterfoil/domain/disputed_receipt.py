"""The receipt of a disputed payment: whether it is what it seems, and which documents hold its money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from counterfoil.domain.dispute import Dispute
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice, ItemKind, ReceiptEntry
from counterfoil.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBy:
    """A receipt of ours as it stands in the books."""

    fact: ReceiptFact
    document: InvoiceNumber
    """Under which a clerk finds it: its open credit's number, else its mark."""
    item: Invoice | None = None
    """What bears that number: the open credit, or the document that a clerk keyed the receipt on."""
    invoices: Sequence[Invoice] = ()
    """Those that it paid, as they stand now."""
    entries: Sequence[ReceiptEntry] = ()
    """What was received and given back on its documents, without refunds and chargebacks of ours."""
    is_taken_back: bool = False


def placed_by(fact: ReceiptFact, document: InvoiceNumber) -> tuple[Part, ...]:
    """Where the receipt put its money: `document` is the number that it stands under."""
    paid = tuple(Part(document=part.invoice, amount=part.amount) for part in fact.applications)
    return (*paid, Part(document=document, amount=fact.on_account)) if fact.on_account.is_positive else paid


def odd_amount(dispute: Dispute, receipt: ReceiptFact) -> str:
    """Why the amounts do not agree; a part is one only where the whole amount was told beside it."""
    told = dispute.paid_amount or dispute.amount
    if dispute.amount > receipt.amount or told != receipt.amount:
        what = "" if told == dispute.amount else f", the processor tells it as one of {told}"
        return f"it brought {receipt.amount}{what}"
    return ""


def odd_receipt(paid: PaidBy, opened_on: date) -> str:
    """Why nobody knows which documents hold the money; empty where the receipt tells it."""
    receipt, item = paid.fact, paid.item
    if opened_on < receipt.received_on:
        return f"it came on {receipt.received_on}, after it is told as disputed"
    if any(not part.adjustments.is_zero for part in receipt.applications):
        return "its invoice was closed with a discount or a write-off: say whether that goes back too"
    if receipt.on_account.is_positive and (item is None or not _is_credit_of(item, receipt)):
        return f"the {receipt.on_account} that it left on account do not stand there as they did"
    if receipt.on_account.is_zero and item is not None:
        return f"it stands in the books as a receipt that was keyed on {item.number}"
    parts = placed_by(receipt, paid.document)
    whys = (
        *(_odd_invoice(part, paid) for part in receipt.applications),
        *(_odd(part, paid) for part in parts),
    )
    return next((why for why in whys if why), "")


def _odd_invoice(part: Application, paid: PaidBy) -> str:
    found = [item for item in paid.invoices if item.number == part.invoice]
    if len(found) != 1 or found[0].void or found[0].customer != paid.fact.customer:
        return f"invoice {part.invoice} does not stand as it did when it was paid"
    held = found[0].total - found[0].open
    why = f"{held} of {part.invoice} are paid now, {part.amount} were by this payment: some went back already"
    return why if held < part.amount else ""


def _is_credit_of(item: Invoice, receipt: ReceiptFact) -> bool:
    is_its_own = item.customer == receipt.customer and item.total == -receipt.on_account
    return is_its_own and item.kind is ItemKind.OPEN_CREDIT and not item.void


def _odd(part: Part, paid: PaidBy) -> str:
    """What somebody gave back may be this very money; what is not there any more was moved by somebody.

    Receipts that a period close put into history are not among the entries: then there are none at all.
    """
    entries = [entry for entry in paid.entries if entry.document == part.document]
    for entry in entries:
        is_later = entry.paid_on is None or entry.paid_on >= paid.fact.received_on
        if entry.amount.amount < 0 and is_later:
            who = entry.entered_by or "somebody"
            return f"{entry.amount} stands on {part.document} by {who}, which may be this very chargeback"
    marks = {paid.fact.reference, paid.document}
    if entries and not any(entry.reference in marks and entry.amount == part.amount for entry in entries):
        return f"it does not stand on {part.document} as it was posted"
    return ""


def parts_taken_back(amount: Money, paid: PaidBy) -> tuple[Part, ...] | str:
    """The documents whose money went back, or why that is a person's to say."""
    receipt = paid.fact
    if amount == receipt.amount:
        return _whole(paid)
    if receipt.surcharge is not None:
        return f"{receipt.surcharge} of {receipt.amount} were charged on top, and a part went back"
    if not receipt.applications:
        return _of_credit(amount, paid)
    if len(receipt.applications) == 1 and receipt.on_account.is_zero:
        return (Part(document=receipt.applications[0].invoice, amount=amount),)
    return f"its money stands on several documents: say of which of them {amount} went back"


def _whole(paid: PaidBy) -> tuple[Part, ...] | str:
    on_account = paid.fact.on_account
    credit = _of_credit(on_account, paid) if on_account.is_positive else ()
    return credit if isinstance(credit, str) else placed_by(paid.fact, paid.document)


def _of_credit(amount: Money, paid: PaidBy) -> tuple[Part, ...] | str:
    held = -paid.item.open if paid.item is not None else Money.zero(amount.currency)
    if held < amount:
        return f"{held} of it are left on account: see what it paid since"
    return (Part(document=paid.document, amount=amount),)
