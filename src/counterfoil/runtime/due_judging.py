"""Reads all that is known of an invoice that may be due, and judges it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.cut_over import judge_start
from counterfoil.domain.due_charges import (
    DueCharge,
    DueInvoice,
    Judgement,
    LeftAlone,
    NamedPayment,
    expected_receipt,
    is_due,
    judge_due,
)
from counterfoil.domain.identifiers import InvoiceNumber, document_number
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.payment import Payment, PaymentStatus, named_documents
from counterfoil.domain.receipt import TAKEN_BACK, receipt_key
from counterfoil.ports.erp import Changed, Erp, KeyedByHand, Preview, Refused
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.known_payments import VAULT_CUSTOMER, KnownPayments, KnownRecord
from counterfoil.ports.run_store import Run, RunStore
from counterfoil.runtime.cashier import Account, Cashier, Cashiers
from counterfoil.runtime.in_books import standing
from counterfoil.runtime.operations import Sites

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


class Judging:
    """Reads all that is known of an invoice and judges it."""

    def __init__(self, run: Run, reach: DueReach, *, is_asked: bool = False) -> None:
        self._run = run
        self._is_asked = is_asked
        self._reach = reach
        self._site = reach.sites(run)
        self._cashier: Cashier = reach.cashiers(run)

    def due_today(self) -> Iterator[Invoice]:
        """The invoices that are due of those customers who saved a method."""
        cashier, today = self._cashier, self._cashier.today()
        for customer in dict.fromkeys(method.customer for method in cashier.methods()):
            items = self._site.erp.find_open_items(customer)
            yield from (item for item in items if is_due(item, cashier.policy, today))

    def judge(self, number: InvoiceNumber) -> Judgement:
        invoice = find_invoice(number, self._site.erp)
        if invoice is None:
            return LeftAlone(why=f"invoice {number} is not in the books, or is there more than once")
        cashier = self._cashier
        if invoice.open.currency != cashier.currency:
            return LeftAlone(
                why=f"{invoice.open} is not in {cashier.currency}, which the merchant account takes"
            )
        judged = judge_due(self.known_of(invoice), cashier.policy, cashier.today())
        return self._planned(judged) if isinstance(judged, DueCharge) else judged

    def _planned(self, charge: DueCharge) -> Judgement:
        """The charge, as long as the books would take its receipt today."""
        cashier = self._cashier
        answer = self._site.erp.preview(expected_receipt(charge, cashier.merchant, cashier.today()))
        match answer:
            case Preview(withheld=""):
                return charge
            case Preview():
                why = answer.withheld
            case Changed() | Refused() | KeyedByHand():
                why = answer.why
            case _:
                assert_never(answer)
        return LeftAlone(why=f"its receipt could not be posted now: {why}")

    def known_of(self, invoice: Invoice) -> DueInvoice:
        erp, cashier = self._site.erp, self._cashier
        receipts = erp.find_receipts(invoice.number)
        named, unread = self._payments(invoice)
        unnamed, unread_too = self._unnamed(invoice)
        items = erp.find_open_items(invoice.customer)
        return DueInvoice(
            invoice=invoice,
            receipts=receipts,
            credits=[item for item in items if item.open.amount < 0],
            methods=cashier.methods(invoice.customer),
            payments=named,
            unnamed=unnamed,
            unread=[*unread, *unread_too],
            disputed_receipts=[each.reference for each in receipts if self._is_disputed_receipt(each)],
            charges=cashier.charges_of(invoice.number),
            is_link_sent=cashier.is_link_sent(invoice.number, invoice.open),
            is_asked=self._is_asked,
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

    def _unnamed(self, invoice: Invoice) -> tuple[list[Payment], list[str]]:
        """Payments of what is open that name nothing and may be the customer's, and those nobody can read."""
        methods = self._cashier.methods(invoice.customer)
        words = sorted({word for each in methods for word in (each.reference, each.last_four) if word})
        since = self._run.event.received_at - UNREAD_FOR
        unnamed, unread = [], []
        for account in self._cashier.accounts:
            for record in self._reach.known.unnamed_of(account.connection, invoice.customer, words, since):
                payment = _read(record, account)
                if payment is None:
                    unread.append(record.lineage)
                elif self._may_be_for(payment, invoice, methods, account):
                    unnamed.append(payment)
        return unnamed, unread

    def _may_be_for(
        self, payment: Payment, invoice: Invoice, methods: Sequence[SavedMethod], account: Account
    ) -> bool:
        """Whether it is money of the customer over what is open, and neither named nor in the books."""
        is_named = not _documents(invoice).isdisjoint(named_documents(payment))
        if (
            is_named
            or payment.status in TAKEN_BACK
            or invoice.open not in {payment.amount, payment.for_customer}
        ):
            return False
        owner = payment.vault_customer and self._reach.store.find_cross_reference(
            account.connection, VAULT_CUSTOMER, payment.vault_customer
        )
        by_method = payment.vault_customer in {each.reference for each in methods}
        by_card = payment.last_four in {each.last_four for each in methods} - {""}
        is_theirs = owner == invoice.customer or by_method or by_card
        is_ours = judge_start(payment, self._site.start) is None
        return is_theirs and is_ours and standing(self._site.erp, receipt_key(payment)) is None

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
