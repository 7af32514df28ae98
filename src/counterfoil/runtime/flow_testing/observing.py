"""The real books as one run saw them: what is read is kept, what the run itself posted is undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from typing_extensions import override

from counterfoil.domain.charge_history import PastCharge
from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackOutcomeFact, DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber, TransactionId
from counterfoil.domain.invoice import Customer, Invoice, ItemKind, Order, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Erp, Posted, PostingAnswer, Preview, PreviewAnswer, References
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.known_payments import KnownPayments, KnownRecord
from counterfoil.ports.run_store import Json
from counterfoil.runtime.flow_testing.case import NOON
from counterfoil.runtime.flow_testing.stated_gateway import UNREADABLE
from counterfoil.runtime.memory.runs import MemoryRunStore

T = TypeVar("T")
Find = Callable[[str, str], str | None]
"""What an outside identifier of a kind means in the ERP."""


@dataclass
class Seen:
    """What a run read, each once, in the order in which it was read."""

    customers: dict[CustomerNumber, Customer] = field(default_factory=dict)
    invoices: dict[InvoiceNumber, Invoice] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    receipts: dict[ReceiptEntry, None] = field(default_factory=dict)
    postings: dict[PostingKey, Posted] = field(default_factory=dict)
    vault_customers: dict[str, str] = field(default_factory=dict)
    own_refunds: dict[str, str] = field(default_factory=dict)
    records: dict[str, Sequence[Json]] = field(default_factory=dict)
    """The gateway's records of other payments, by lineage."""
    methods: dict[str, SavedMethod] = field(default_factory=dict)
    charges: dict[InvoiceNumber, Sequence[PastCharge]] = field(default_factory=dict)
    merchant: str = ""
    """The account by which the run would charge."""
    due: DuePolicy | None = None
    """When and how much is charged, where the run asked who charges."""


class ObservedErp(Erp):
    """Reads the real books and writes nothing.

    What the run itself posted is not there. Where it posts under the same key again, that stands for the
    posting; any other one is planned by the books' own preview.
    """

    def __init__(self, erp: Erp, own: Sequence[Posted]) -> None:
        self.seen = Seen()
        self.sent: list[tuple[Fact, PostingAnswer]] = []
        self.script: list[str] = []
        self.trouble: CounterfoilError | None = None
        """Why the books could not be read; a run takes such a thing as a reason to wait."""
        self._erp = erp
        self._own = {posted.key: posted for posted in own}
        self._references = {reference_of(posted.fact) for posted in own} - {""}

    @override
    def find_references(self, reference: str) -> References:
        found = self._asked(lambda: self._erp.find_references(reference))
        invoices = tuple(self._before(item) for item in found.invoices if not self._is_own_credit(item))
        self.seen.invoices |= {item.number: item for item in invoices}
        self.seen.orders |= {order.number: order for order in found.orders}
        return References(invoices=invoices, orders=found.orders)

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        found = self._asked(lambda: self._erp.find_customer(number))
        if found is not None:
            self.seen.customers[number] = found
        return found

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        items = self._asked(lambda: self._erp.find_open_items(customer))
        standing = [item for item in items if not self._is_own_credit(item)]
        numbers = {item.number for item in standing}
        closed = [
            item
            for number in self._touched()
            if number not in numbers
            for item in self._standing(number)
            if item.customer == customer
        ]
        before = [self._before(item) for item in (*standing, *closed)]
        found = sorted((item for item in before if not item.open.is_zero), key=_age)
        self.seen.invoices |= {item.number: item for item in found}
        return tuple(found)

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        entries = self._asked(lambda: self._erp.find_receipts(document))
        taken_back = {reference_of(posted.fact) for posted in self._taken_back().values()}
        found = tuple(
            each
            for each in entries
            if each.reference not in self._references
            and not (each.amount.amount < 0 and each.reference in taken_back)
        )
        self.seen.receipts |= dict.fromkeys(found)
        return found

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        return self._erp.find_item(number)

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return self._erp.find_stock(number)

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        found = None if key in self._own else self._asked(lambda: self._erp.find_posting(key))
        if found is not None:
            self.seen.postings[key] = found
        return found

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        """The books' own plan; on what the run itself wrote they cannot tell, which speaks not against it."""
        if not set(self._touched()).isdisjoint(_documents(fact)):
            return Preview(key=fact.key, rows=())
        return self._asked(lambda: self._erp.preview(fact))

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        answers = tuple(self._posted(fact) for fact in facts)
        self.sent += zip(facts, answers, strict=True)
        return answers

    def _posted(self, fact: Fact) -> PostingAnswer:
        own = self._own.get(fact.key)
        planned = None if own else self.preview(fact)
        if planned is None or isinstance(planned, Preview):
            return Posted(key=fact.key, fact=fact, document=own.document if own else "", rows=())
        return planned

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except CounterfoilError as error:
            self.trouble = error
            raise

    def _standing(self, number: InvoiceNumber) -> tuple[Invoice, ...]:
        return self._asked(lambda: self._erp.find_references(number)).invoices

    def _touched(self) -> list[InvoiceNumber]:
        posted = [*self._own.values(), *self._taken_back().values()]
        left = [InvoiceNumber(each.document) for each in self._taken_back().values()]
        return [*(number for each in posted for number in _documents(each.fact)), *left]

    def _taken_back(self) -> dict[PostingKey, Posted]:
        """What the run itself took back, by the key of the reversal."""
        facts = [posted.fact for posted in self._own.values()]
        found = {
            fact.key: self._own.get(fact.reverses)
            or self._asked(partial(self._erp.find_posting, fact.reverses))
            for fact in facts
            if isinstance(fact, ReversalFact)
        }
        return {key: posted for key, posted in found.items() if posted is not None}

    def _is_own_credit(self, item: Invoice) -> bool:
        own = {posted.document for posted in self._own.values() if isinstance(posted.fact, ReceiptFact)}
        return item.kind is ItemKind.OPEN_CREDIT and item.number in own

    def _before(self, item: Invoice) -> Invoice:
        """The item as it was before the run's own postings, which are undone from the newest on."""
        taken_back = self._taken_back()
        for posted in reversed(self._own.values()):
            undone = taken_back.get(posted.key)
            if undone is not None:
                item = _with_receipt(item, undone)
                continue
            opened = _open_before(item, posted.fact, self._own)
            item = item if opened is None else replace(item, open=opened)
        return item


class ObservedKnown(KnownPayments):
    """What the hub remembers; what was asked for is kept."""

    def __init__(
        self, known: KnownPayments, seen: Seen, read: Callable[[Json], Json], charged: Collection[str] = ()
    ) -> None:
        self._known, self._seen, self._read = known, seen, read
        self._charged = charged
        """Transactions that came of the run itself."""

    @override
    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        found = self._known.find_refunded(connection, refund)
        if found is not None:
            self._seen.own_refunds[refund] = found
        return found

    @override
    def is_given_back(self, connection: str, payment: TransactionId) -> bool:
        found = self._known.is_given_back(connection, payment)
        if found:
            self._seen.own_refunds.setdefault(f"of {payment}", payment)
        return found

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        found = [self._read(body) for body in self._known.records_of(connection, lineage)]
        self._seen.records[lineage] = found
        return found

    @override
    def records_naming(
        self, connection: str, documents: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        found = self._known.records_naming(connection, documents, since)
        found = [each for each in found if each.lineage.rpartition("/")[2] not in self._charged]
        read = [replace(each, body=self._read(each.body)) for each in found]
        bodies: dict[str, list[Json]] = {}
        for each in read:
            bodies.setdefault(each.lineage, []).append(each.body)
        self._seen.records |= {
            lineage: told for lineage, told in bodies.items() if UNREADABLE not in told[-1]
        }
        return read

    @override
    def unnamed_of(
        self, connection: str, customer: CustomerNumber, words: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        return self._kept(self._known.unnamed_of(connection, customer, words, since))

    @override
    def refunds_since(self, connection: str, since: datetime, digits: str) -> Sequence[KnownRecord]:
        return self._kept(self._known.refunds_since(connection, since, digits))

    @override
    def kinds_told(self, connection: str, lineage: str) -> Sequence[str]:
        return self._known.kinds_told(connection, lineage)

    @override
    def told_between(self, connection: str, since: datetime, until: datetime) -> Sequence[KnownRecord]:
        found = self._known.told_between(connection, since, until)
        return [replace(each, body=self._read(each.body)) for each in found]

    @override
    def questions_open(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        return self._known.questions_open(connection, lineages)

    @override
    def asked_about(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        return self._known.asked_about(connection, lineages)

    def _kept(self, found: Sequence[KnownRecord]) -> Sequence[KnownRecord]:
        """As they are read, each as the one record of its payment or refund."""
        read = [replace(each, body=self._read(each.body)) for each in found]
        self._seen.records |= {each.lineage: [each.body] for each in read if UNREADABLE not in each.body}
        return read


class ObservedRuns(MemoryRunStore):
    """A run in memory that looks cross-references up where they are; what was found is kept."""

    def __init__(self, find: Find, seen: Seen, now: datetime = NOON) -> None:
        super().__init__(ManualClock(now))
        self._look_up, self._seen = find, seen

    @override
    def find_cross_reference(self, connection: str, kind: str, external: str) -> str | None:
        found = self._look_up(kind, external)
        if found is not None:
            self._seen.vault_customers[external] = found
        return found


def reference_of(fact: Fact) -> str:
    return fact.reference if isinstance(fact, ReceiptFact | RefundFact | ChargebackFact) else ""


def _documents(fact: Fact) -> list[InvoiceNumber]:
    match fact:
        case ReceiptFact():
            return [part.invoice for part in fact.applications]
        case RefundFact() | ChargebackFact():
            return [part.document for part in fact.parts]
        case _:
            return []


def _open_before(item: Invoice, fact: Fact, own: Mapping[PostingKey, Posted]) -> Money | None:
    """What was open on the item before the fact; None where the fact is not about it."""
    match fact:
        case ReceiptFact():
            applied = (part.assumed_open for part in fact.applications if part.invoice == item.number)
            return next(applied, None)
        case RefundFact() | ChargebackFact():
            back = _part_of(item, fact)
            return None if back is None else item.open - back
        case ChargebackOutcomeFact():
            opened = own.get(fact.chargeback)
            back = _part_of(item, opened.fact) if opened and isinstance(opened.fact, ChargebackFact) else None
            is_untouched = fact.outcome is DisputeOutcome.LOST and item.total.amount < 0
            return None if back is None or is_untouched else item.open + back
        case _:
            return None


def _with_receipt(item: Invoice, posted: Posted) -> Invoice:
    """The item as it was before a receipt was taken back."""
    fact = posted.fact
    if not isinstance(fact, ReceiptFact):
        return item
    if fact.on_account.is_positive and item.number == posted.document:
        return replace(item, open=-fact.on_account, void=False)
    settled = (part.settled for part in fact.applications if part.invoice == item.number)
    return replace(item, open=item.open - next(settled, Money.zero(item.open.currency)))


def _part_of(item: Invoice, fact: RefundFact | ChargebackFact) -> Money | None:
    return next((part.amount for part in fact.parts if part.document == item.number), None)


def _age(item: Invoice) -> tuple[date, str]:
    return (item.invoiced_on or date.min, item.number)
