from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, Order
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


class MemoryErp(Erp):
    """One company's books in memory: guards and posting ledger as the real backends have them."""

    def __init__(
        self, *invoices: Invoice, orders: Sequence[Order] = (), customers: Sequence[str] = ()
    ) -> None:
        self.invoices = {invoice.number: invoice for invoice in invoices}
        self.orders = tuple(orders)
        self.customers = {CustomerNumber(number) for number in customers}
        self.customers |= {invoice.customer for invoice in invoices}
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
        receipt = _receipt(fact)
        return self._guard(receipt) or Preview(key=fact.key, rows=self._rows(receipt))

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
        receipt = _receipt(fact)
        return self._guard(receipt) or self._write(receipt)

    def _guard(self, fact: ReceiptFact) -> Changed | Refused | None:
        if fact.customer not in self.customers:
            return Refused(key=fact.key, why=f"customer {fact.customer} does not exist")
        named = tuple(self.invoices[n] for part in fact.applications if (n := part.invoice) in self.invoices)
        if len(named) < len(fact.applications):
            return Changed(key=fact.key, current=named, why="an invoice is no longer in the books")
        for part, invoice in zip(fact.applications, named, strict=True):
            if invoice.customer != fact.customer:
                why = f"{invoice.number} belongs to {invoice.customer}, not {fact.customer}"
                return Changed(key=fact.key, current=named, why=why)
            if not invoice.is_payable or invoice.open < part.amount:
                why = f"{invoice.open} is open on {invoice.number}, not {part.amount}"
                return Changed(key=fact.key, current=named, why=why)
        return None

    def _write(self, fact: ReceiptFact) -> Posted:
        rows = self._rows(fact)
        for part in fact.applications:
            invoice = self.invoices[part.invoice]
            self.invoices[part.invoice] = replace(invoice, open=invoice.open - part.amount)
        held = self.on_account.get(fact.customer, Money.zero(fact.amount.currency))
        self.on_account[fact.customer] = held + fact.on_account
        posted = Posted(key=fact.key, fact=fact, document=f"R{len(self.ledger) + 1:05}", rows=rows)
        self.ledger[fact.key] = posted
        return posted

    def _rows(self, fact: ReceiptFact) -> tuple[RowChange, ...]:
        return tuple(
            RowChange(
                table="invoice",
                record=1,
                added=False,
                fields=(
                    FieldChange(
                        field="open",
                        before=str(self.invoices[part.invoice].open),
                        after=str(self.invoices[part.invoice].open - part.amount),
                    ),
                ),
            )
            for part in fact.applications
        )


def _receipt(fact: Fact) -> ReceiptFact:
    """The only kind that these books keep."""
    assert isinstance(fact, ReceiptFact)
    return fact
