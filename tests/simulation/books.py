"""The company's books: an ERP in memory that clerks work in too, with a journal of its own beside it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment
from counterfoil.ports.clock import Clock
from counterfoil.ports.erp import (
    Busy,
    HandedOver,
    KeyedByHand,
    KeyedReceipt,
    Posted,
    PostingAnswer,
    Preview,
    PreviewAnswer,
    Refused,
)
from counterfoil.ports.errors import TransientError
from counterfoil.runtime.memory.books import MemoryErp
from tests.simulation.journal import CLEARING, Journal, lines_of, receivable

CLERK = "ann"


@dataclass
class Keyed:
    """A card payment that a clerk entered by hand."""

    payment: Payment
    receipt: KeyedReceipt
    linked: bool = False


@dataclass
class Stood:
    """The books as they stood at a moment."""

    invoices: dict[InvoiceNumber, Invoice]
    ledger: dict[PostingKey, Posted]
    entries: tuple[ReceiptEntry, ...]
    keyed: list[Keyed]
    journal: Journal


class Books(MemoryErp):
    """Answers everything that an ERP may; nothing is posted after a restore until a person decided."""

    def __init__(self, clock: Clock, *, outbox: bool) -> None:
        super().__init__()
        self._clock = clock
        self.outbox = outbox
        """Whether another program enters what is posted."""
        self.journal = Journal()
        self.keyed: list[Keyed] = []
        self.handed: dict[PostingKey, Fact] = {}
        self.locked_until: datetime | None = None
        self.refused: set[str] = set()
        """Customers for whom nothing may be posted now."""
        self.in_question: dict[PostingKey, ReceiptFact] = {}
        """What was asked about because a clerk may have keyed it."""
        self.other_money: set[tuple[PostingKey, str]] = set()
        self.linked: set[PostingKey] = set()
        """Payments that count as posted by what a clerk keyed."""
        self.copy: dict[PostingKey, Posted] = {}
        """The posting ledger's copy, which no restore of the books puts back."""
        self._lost = self.back_up()

    # What clerks do.

    def invoice(self, invoice: Invoice) -> None:
        self.customers.add(invoice.customer)
        self.invoices[invoice.number] = invoice
        self.journal.enter(
            f"invoice {invoice.number}",
            (receivable(invoice.customer), invoice.open),
            ("sales", -invoice.open),
        )

    def pay_by_cheque(self, number: InvoiceNumber, amount: Money) -> None:
        """Other money than the gateway's on an invoice."""
        item = self._lower(number, amount)
        self._entry(item, amount, f"CHK{len(self.entries)}")
        self.journal.enter(f"cheque {number}", ("cash", amount), (receivable(item.customer), -amount))

    def key(self, payment: Payment, number: InvoiceNumber) -> None:
        """A clerk who saw the payment at the gateway enters it on the invoice."""
        item = self._lower(number, payment.amount)
        reference = f"VT {payment.transaction}"
        self._entry(item, payment.amount, reference)
        receipt = KeyedReceipt(
            number=number,
            reference=reference,
            paid_on=self._clock.now().date(),
            amount=payment.amount,
            keyed_by=CLERK,
        )
        self.keyed.append(Keyed(payment, receipt))
        self.journal.enter(
            f"keyed {payment.transaction}",
            (CLEARING, payment.amount),
            (receivable(item.customer), -payment.amount),
        )

    def _lower(self, number: InvoiceNumber, amount: Money) -> Invoice:
        item = self.invoices[number]
        self.invoices[number] = replace(item, open=item.open - amount)
        return item

    def _entry(self, item: Invoice, amount: Money, reference: str) -> None:
        entry = ReceiptEntry(
            document=item.number,
            customer=item.customer,
            paid_on=self._clock.now().date(),
            amount=amount,
            discount=Money.zero(amount.currency),
            reference=reference,
            entered_by=CLERK,
        )
        self.entries = (*self.entries, entry)

    def say(self, key: PostingKey) -> None:
        """A person links the payment to what was keyed for it, or says that it is other money."""
        fact = self.in_question.pop(key)
        for keyed in self._alike(fact):
            if keyed.payment.lineage != key.lineage:
                self.other_money.add((key, keyed.receipt.reference))
            elif key not in self.ledger:
                self._link(fact, keyed)

    def _link(self, fact: ReceiptFact, keyed: Keyed) -> None:
        """The clerk's receipt counts as the posting; nothing is written."""
        number, amount = InvoiceNumber(keyed.receipt.number), fact.amount
        part = Application(invoice=number, amount=amount, assumed_open=amount)
        nothing = Money.zero(amount.currency)
        linked = replace(fact, applications=(part,), on_account=nothing, reason="", surcharge=None)
        keyed.linked = True
        self.linked.add(fact.key)
        self._note(Posted(key=fact.key, fact=linked, document=number, rows=()))

    def enter_handed(self) -> None:
        """The other program enters what waits for it, unless the books moved."""
        for key, fact in list(self.handed.items()):
            del self.handed[key]
            if key not in self.ledger and self._objection(fact) is None:
                self._write(fact)

    # Backups.

    def back_up(self) -> Stood:
        return Stood(
            invoices=dict(self.invoices),
            ledger=dict(self.ledger),
            entries=self.entries,
            keyed=[copy.copy(each) for each in self.keyed],
            journal=self.journal.copied(),
        )

    def restore(self, backup: Stood) -> None:
        """The books as they were; the copy of the ledger tells that postings are missing."""
        if not self.is_held:
            self._lost = self.back_up()
            self._put_back(backup)
            self.handed.clear()
            if not self.is_held:
                self._put_back(self._lost)

    def _put_back(self, stood: Stood) -> None:
        self.invoices, self.ledger = dict(stood.invoices), dict(stood.ledger)
        self.entries, self.keyed, self.journal = stood.entries, stood.keyed, stood.journal

    @property
    def is_held(self) -> bool:
        return len(self.ledger) < len(self.copy)

    def post_again(self) -> None:
        """People key again what they had keyed, and the lost postings are posted again, under their keys."""
        if self.is_held:
            self._put_back(self._lost)

    # The ERP.

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        if key not in self.ledger and key in self.copy:
            raise TransientError(f"{key} was posted and is missing, as after a restore")
        return super().find_posting(key)

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        if fact.key in self.ledger or fact.key in self.handed:
            return Preview(key=fact.key, rows=())
        return super().preview(fact)

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        if self.is_held:
            raise TransientError("postings are missing, as after a restore: a person decides")
        return super().post(facts)

    @override
    def _post(self, fact: Fact) -> PostingAnswer:
        if self.locked_until is not None and self._clock.now() < self.locked_until:
            return Busy(key=fact.key, what="the month is being closed")
        if fact.key in self.ledger:
            return super()._post(fact)
        objection = self._objection(fact)
        if objection is not None:
            return objection
        if self.outbox:
            self.handed[fact.key] = fact
            return HandedOver(key=fact.key, where="the outbox")
        return super()._post(fact)

    def _objection(self, fact: Fact) -> PostingAnswer | None:
        if getattr(fact, "customer", None) in self.refused:
            return Refused(key=fact.key, why="the customer is on hold")
        if isinstance(fact, ReceiptFact):
            alike = self._alike(fact)
            if alike:
                self.in_question[fact.key] = fact
                return KeyedByHand(key=fact.key, receipts=tuple(each.receipt for each in alike))
        return self._guard(fact)

    def _alike(self, fact: ReceiptFact) -> list[Keyed]:
        """What a clerk keyed that looks like it and was not said to be other money."""
        return [
            each
            for each in self.keyed
            if not each.linked
            and each.receipt.amount == fact.amount
            and self.invoices[InvoiceNumber(each.receipt.number)].customer == fact.customer
            and (fact.key, each.receipt.reference) not in self.other_money
        ]

    @override
    def _write(self, fact: Fact) -> Posted:
        posted = super()._write(fact)
        self.copy[fact.key] = posted
        self.journal.enter(str(fact.key), *lines_of(fact, self.ledger, self.invoices))
        return posted

    def _note(self, posted: Posted) -> None:
        self.ledger[posted.key] = posted
        self.copy[posted.key] = posted
