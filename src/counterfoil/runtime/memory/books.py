"""One company's books without an ERP: guards and posting ledger as the real backends have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from typing_extensions import override

from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ItemKind, Order, ReceiptEntry, Shelf
from counterfoil.domain.money import Money
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.erp import (
    AlreadyPosted,
    Changed,
    Conflict,
    Erp,
    FieldChange,
    Posted,
    PostingAnswer,
    Preview,
    PreviewAnswer,
    References,
    Refused,
    RowChange,
)
from counterfoil.runtime.memory.disputes import Stage, gone_of, lowered_by_stage, objection
from counterfoil.runtime.memory.entries import Setting, entries_of, lowered_by


class MemoryErp(Erp):
    """Receipts, refunds, disputes, applied credits and reversals move what is open; all facts are kept."""

    def __init__(
        self,
        *invoices: Invoice,
        orders: Sequence[Order] = (),
        customers: Sequence[str] = (),
        entries: Sequence[ReceiptEntry] = (),
    ) -> None:
        self.invoices = {invoice.number: invoice for invoice in invoices}
        self.orders = tuple(orders)
        self.customers = {CustomerNumber(number) for number in customers}
        self.customers |= {invoice.customer for invoice in invoices}
        self.entries = tuple(entries)
        """Receipts that stand in the books beside those of the ledger."""
        self.ledger: dict[PostingKey, Posted] = {}
        self.on_account: dict[CustomerNumber, Money] = {}
        self.asked: list[str] = []
        self.before_post: list[Callable[[], PostingAnswer | None]] = []
        """What happens just before a posting, one per call: an edit of the books, or another answer."""
        self.after_post: list[Callable[[], None]] = []

    @override
    def find_references(self, reference: str) -> References:
        self.asked.append(reference)
        return References(
            invoices=tuple(item for item in self.invoices.values() if item.number == reference),
            orders=tuple(order for order in self.orders if order.number == reference),
        )

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        if number not in self.customers:
            return None
        return Customer(number=number, name=f"{number} Ltd", balance=Money.zero("USD"))

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        return tuple(i for i in self.invoices.values() if i.customer == customer and not i.open.is_zero)

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        given = [entry for entry in self.entries if entry.document == document]
        known = {entry.reference for entry in given}
        facts = [each.fact for each in self.ledger.values()]
        posted = (entry for fact in facts for entry in entries_of(fact, document, self.ledger))
        return (*given, *(entry for entry in posted if entry.reference not in known))

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        return None

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return ()

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        return self.ledger.get(key)

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        return self._guard(fact) or Preview(key=fact.key, rows=self._rows(fact))

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        answers = tuple(self._post(fact) for fact in facts)
        if self.after_post:
            self.after_post.pop(0)()
        return answers

    def _post(self, fact: Fact) -> PostingAnswer:
        scripted = self.before_post.pop(0)() if self.before_post else None
        if scripted is not None:
            return scripted
        first = self.ledger.get(fact.key)
        if first is not None:
            if first.fact.digest == fact.digest:
                return AlreadyPosted(first=first)
            return Conflict(key=fact.key, why="the key stands for another receipt")
        return self._guard(fact) or self._write(fact)

    def _guard(self, fact: Fact) -> Changed | Refused | None:
        unidentified = replace(fact.key, effect=Effect.UNIDENTIFIED) in self.ledger
        if isinstance(fact, ReceiptFact) and (fact.identification is not None) != unidentified:
            return Refused(key=fact.key, why="the receipt must name the unidentified one, where there is one")
        if isinstance(fact, RefundFact):
            return self._guard_refund(fact)
        if isinstance(fact, ReversalFact):
            return self._guard_reversal(fact)
        if isinstance(fact, Stage):
            return objection(fact, self.ledger, self.invoices)
        return self._guard_setting(fact) if isinstance(fact, Setting) else None

    def _guard_setting(self, fact: Setting) -> Changed | Refused | None:
        if fact.customer not in self.customers:
            return Refused(key=fact.key, why=f"customer {fact.customer} does not exist")
        named = tuple(self.invoices[n] for part in fact.applications if (n := part.invoice) in self.invoices)
        if len(named) < len(fact.applications):
            return Changed(key=fact.key, current=named, why="an invoice is no longer in the books")
        for part, invoice in zip(fact.applications, named, strict=True):
            if invoice.customer != fact.customer:
                why = f"{invoice.number} belongs to {invoice.customer}, not {fact.customer}"
                return Changed(key=fact.key, current=named, why=why)
            if not invoice.is_payable or invoice.open < part.settled:
                why = f"{invoice.open} is open on {invoice.number}, not {part.settled}"
                return Changed(key=fact.key, current=named, why=why)
        return self._guard_credit(fact) if isinstance(fact, CreditApplicationFact) else None

    def _guard_credit(self, fact: CreditApplicationFact) -> Changed | None:
        credit = self.invoices.get(fact.credit)
        if credit is None or credit.customer != fact.customer or -credit.open < fact.amount:
            current = () if credit is None else (credit,)
            return Changed(key=fact.key, current=current, why=f"{fact.credit} does not hold {fact.amount}")
        return None

    def _guard_refund(self, fact: RefundFact) -> Changed | Refused | None:
        if fact.payment not in self.ledger:
            return Refused(key=fact.key, why=f"{fact.payment} is not in the books")
        disputed = [each for each in gone_of(fact.payment, self.ledger) if isinstance(each, ChargebackFact)]
        if disputed and not fact.confirmed_by:
            return Refused(key=fact.key, why=f"{disputed[0].summary} stands: do not refund it as well")
        for part in fact.parts:
            if part.document not in self.invoices:
                return Changed(key=fact.key, current=(), why=f"{part.document} is no longer in the books")
        return None

    def _guard_reversal(self, fact: ReversalFact) -> Refused | None:
        """What other postings build on is not taken back."""
        if fact.reverses not in self.ledger:
            return Refused(key=fact.key, why=f"{fact.reverses} does not stand in the posting ledger")
        for later in self.ledger.values():
            if fact.reverses in later.fact.cites and later.key.reversal not in self.ledger:
                why = f"{later.fact.summary} builds on {fact.reverses}: take that back first"
                return Refused(key=fact.key, why=why)
        return None

    def _write(self, fact: Fact) -> Posted:
        rows, document = self._rows(fact), f"R{len(self.ledger) + 1:05}"
        for number, amount in self._lowered(fact):
            item = self.invoices[number]
            self.invoices[number] = replace(item, open=item.open - amount)
        if isinstance(fact, ReversalFact):
            document = self._void(self.ledger[fact.reverses])
        elif isinstance(fact, ReceiptFact):
            self._hold(fact, InvoiceNumber(document))
        elif isinstance(fact, CreditApplicationFact):
            document = fact.credit
        posted = Posted(key=fact.key, fact=fact, document=document, rows=rows)
        self.ledger[fact.key] = posted
        return posted

    def _lowered(self, fact: Fact) -> list[tuple[InvoiceNumber, Money]]:
        if isinstance(fact, Stage):
            return list(lowered_by_stage(fact, self.ledger, self.invoices))
        if not isinstance(fact, ReversalFact):
            return lowered_by(fact)
        lowered = self._lowered(self.ledger[fact.reverses].fact)
        return [(number, -amount) for number, amount in lowered if number in self.invoices]

    def _void(self, posted: Posted) -> str:
        """The open credit that a receipt left is void once that is taken back."""
        credit = self.invoices.get(InvoiceNumber(posted.document))
        if isinstance(posted.fact, ReceiptFact) and posted.fact.on_account.is_positive and credit:
            nothing = Money.zero(credit.open.currency)
            held = self.on_account.get(credit.customer, posted.fact.on_account)
            self.on_account[credit.customer] = held - posted.fact.on_account
            self.invoices[credit.number] = replace(credit, open=nothing, void=True)
        return posted.document

    def _hold(self, fact: ReceiptFact, number: InvoiceNumber) -> None:
        """What no invoice took is an open credit."""
        held = self.on_account.get(fact.customer, Money.zero(fact.amount.currency))
        self.on_account[fact.customer] = held + fact.on_account
        if fact.on_account.is_positive:
            self.invoices[number] = Invoice(
                number=number,
                customer=fact.customer,
                kind=ItemKind.OPEN_CREDIT,
                shelf=Shelf.CURRENT,
                invoiced_on=fact.received_on,
                due_on=None,
                total=-fact.on_account,
                open=-fact.on_account,
                order=fact.deposit_on,
            )

    def _rows(self, fact: Fact) -> tuple[RowChange, ...]:
        return (
            *self._added(fact),
            *self._changed(fact),
        )

    @staticmethod
    def _added(fact: Fact) -> Iterator[RowChange]:
        """The open credit of what no invoice takes."""
        if isinstance(fact, ReceiptFact) and fact.on_account.is_positive:
            change = FieldChange(field="open", before="", after=str(-fact.on_account))
            yield RowChange(table="invoice", record=0, added=True, fields=(change,))

    def _changed(self, fact: Fact) -> Iterator[RowChange]:
        return (
            RowChange(
                table="invoice",
                record=1,
                added=False,
                fields=(
                    FieldChange(
                        field="open",
                        before=str(self.invoices[number].open),
                        after=str(self.invoices[number].open - amount),
                    ),
                ),
            )
            for number, amount in self._lowered(fact)
        )
