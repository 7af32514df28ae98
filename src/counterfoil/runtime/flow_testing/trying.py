"""Carries the events of a flow test through the flow, by the interpreter itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from typing_extensions import override

from counterfoil.domain.due_charges import DueCharge
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.nodes.notify import Notify
from counterfoil.ports import encoding
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Failed, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.erp import (
    Busy,
    Changed,
    Conflict,
    Erp,
    HandedOver,
    KeyedByHand,
    Posted,
    PostingAnswer,
    Refused,
)
from counterfoil.ports.known_payments import VAULT_CUSTOMER, KnownPayments
from counterfoil.ports.run_store import Run, RunResult, StoredEvent
from counterfoil.runtime.cashier import Cashiers
from counterfoil.runtime.flow_testing.afterwards import Afterwards, Passing, Recalled
from counterfoil.runtime.flow_testing.case import (
    COMPANY,
    MERCHANT,
    NOON,
    Case,
    SiteTerms,
    Told,
    TriedEvent,
)
from counterfoil.runtime.flow_testing.starts import is_start, started_body
from counterfoil.runtime.flow_testing.stated_books import Books
from counterfoil.runtime.flow_testing.stated_charges import Counter, stated_cashier
from counterfoil.runtime.flow_testing.stated_errors import TroubledNotices, Troubles, channel_name
from counterfoil.runtime.flow_testing.stated_gateway import StatedGateway
from counterfoil.runtime.flow_testing.stated_news import stated_payers
from counterfoil.runtime.flow_testing.stated_systems import StatedSystems
from counterfoil.runtime.flow_testing.telling import Tree, tell
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.books import MemoryErp
from counterfoil.runtime.memory.known import MemoryKnown
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.memory.pay_links import MemoryPayLinks
from counterfoil.runtime.memory.payers import MemoryPayers
from counterfoil.runtime.memory.runs import MemoryRunStore
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.operations import Site
from counterfoil.runtime.reach import Reach, every_operation
from counterfoil.runtime.step import Operation, StepResult

CONNECTION, ENVIRONMENT = "gateway", "dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What came of one event, in texts."""

    way: Sequence[Mapping[str, str]]
    """Each node with how it ended."""
    end: str
    """One of the ends, or `failed`."""
    why: str
    postings: Sequence[Tree]
    """What was sent to the books, each with the answer."""
    told: Sequence[Tree]
    """Items that start runs of their own, each with the kind of its event."""
    charges: Sequence[Tree]
    """What was charged, each with the gateway's answer."""
    calls: Sequence[Tree]
    """What other systems were asked, each with the answer."""
    notices: Sequence[Tree]
    """What people were told through channels."""
    asked: Tree | None
    summary: Tree

    @property
    def tree(self) -> dict[str, Tree]:
        """As a test says it under `expect`."""
        tree: dict[str, Tree] = {"way": list(self.way), "end": self.end}
        if self.why:
            tree["why"] = self.why
        lists = {
            "postings": self.postings,
            "told": self.told,
            "charges": self.charges,
            "calls": self.calls,
            "notices": self.notices,
        }
        tree |= {name: list(found) for name, found in lists.items() if found}
        if self.asked is not None:
            tree["asked"] = self.asked
        return tree | ({"summary": self.summary} if self.summary else {})


class SentErp(Erp, Protocol):
    """Books that keep what was sent to them."""

    sent: list[tuple[Fact, PostingAnswer]]
    script: list[str]
    """What is answered to the next postings, instead of posting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a run of a test reaches."""

    store: MemoryRunStore
    books: SentErp
    known: KnownPayments
    till: Till
    links: MemoryPayLinks = field(default_factory=MemoryPayLinks)
    payers: MemoryPayers = field(default_factory=MemoryPayers)
    systems: StatedSystems = field(default_factory=StatedSystems)


@dataclass(kw_only=True)
class Till:
    """Who charges in a test, and what was charged."""

    find: Cashiers
    sent: list[tuple[DueCharge, str]]
    script: list[str] = field(default_factory=list)
    """What is answered to the next charges, instead of a yes."""


class StatedBooks(MemoryErp, SentErp):
    """The books as a test states them."""

    def __init__(self, books: Books) -> None:
        super().__init__(
            *books.invoices,
            orders=books.orders,
            customers=(*books.customers, *(order.customer for order in books.orders)),
            entries=books.receipts,
        )
        self.script: list[str] = []
        for each in books.postings:
            posted = Posted(key=each.fact.key, fact=each.fact, document=each.document, rows=())
            self.ledger[each.fact.key] = posted
        self.sent: list[tuple[Fact, PostingAnswer]] = []

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        if self.script:
            answer = _ANSWERS[self.script.pop(0)]
            answers: tuple[PostingAnswer, ...] = tuple(answer(fact.key) for fact in facts)
        else:
            answers = super().post(facts)
        self.sent += zip(facts, answers, strict=True)
        return answers


def try_case(flow: Flow, text: str, case: Case) -> list[Trail]:
    """What comes of each event, one after the other; the flow must be sound."""
    return Bench(flow, text, case, stated_ports(case.books, case.site, case.now)).carry_all()


def stated_ports(books: Books, terms: SiteTerms, now: datetime = NOON) -> Ports:
    store = MemoryRunStore(ManualClock(now))
    for vault, customer in books.vault_customers.items():
        store.cross_references[CONNECTION, VAULT_CUSTOMER, vault] = customer
    refunded = {TransactionId(refund): TransactionId(of) for refund, of in books.own_refunds.items()}
    counter = Counter(
        connection=CONNECTION,
        merchant=MERCHANT,
        gateway=StatedGateway(store),
        clock=store.clock,
        zone=terms.zone,
    )
    cashier = stated_cashier(books.methods, books.charges, counter, terms.due)
    return Ports(
        store=store,
        books=StatedBooks(books),
        known=MemoryKnown(store, refunded),
        till=Till(find=lambda _run: cashier, sent=cashier.sent, script=cashier.script),
        payers=stated_payers(books.payers, terms.payers),
    )


def operations_in_memory(terms: SiteTerms, ports: Ports) -> dict[str, Operation]:
    """Every operation of the catalogue, bound to what a test states."""
    site = Site(
        gateway=StatedGateway(ports.store, terms.zone),
        connection=CONNECTION,
        erp=ports.books,
        zone=terms.zone,
        start=terms.start,
        ach_when_captured=terms.ach_when_captured,
        refunds=terms.refunds,
        returns=terms.returns,
        declines=terms.declines,
        settlements=terms.settlements,
        disputes=terms.disputes,
        dispute_fee_limit=terms.dispute_fee_limit,
    )

    def find(_run: Run) -> Site:
        return site

    reach = Reach(
        sites=find,
        store=ports.store,
        known=ports.known,
        cashiers=ports.till.find,
        links=lambda _run: ports.links,
        payers=lambda _run: ports.payers,
        connections=ports.systems.open,
    )
    return every_operation(reach)


class Bench:
    """A hub in memory with one flow."""

    def __init__(
        self, flow: Flow, text: str, case: Case, ports: Ports, recalled: Recalled | None = None
    ) -> None:
        self._flow, self._case = flow, case
        self._store, self._books, self._till = ports.store, ports.books, ports.till
        self._links, self._payers = ports.links, ports.payers
        self._store.flows[flow.version] = text
        self._way: list[dict[str, str]] = []
        self._recalled = recalled
        self._events = MemoryOwnEvents()
        self._systems = ports.systems
        self._troubles = Troubles()
        self._notices = TroubledNotices(self._troubles)
        operations = operations_in_memory(case.site, ports).items()
        means = Means(
            operations={name: self._troubles.around(each) for name, each in operations},
            events=self._events,
            notifier=self._notices,
        )
        self._interpreter = Interpreter(self._store, means, self._store.clock, watch=self._keep)
        self._interpreter.know(flow)

    def carry_all(self) -> list[Trail]:
        for told in self._case.before:
            self._accept(told)
        return [self._carry(event) for event in self._case.events]

    def _carry(self, event: TriedEvent) -> Trail:
        run = self._accept(event.told, attempt=event.attempt)
        for told in event.meanwhile:
            self._accept(told)
        self._way.clear()
        self._books.sent.clear()
        self._notices.sent.clear()
        self._events.told.clear()
        self._books.script = list(event.answers)
        self._till.sent.clear()
        self._till.script[:] = event.gateway_answers
        self._links.script[:] = event.gateway_answers
        self._payers.script[:] = event.gateway_answers
        self._systems.expect(event.systems)
        self._troubles.expect(event.errors, self._fails_as)
        outcome = self._turn(run)
        for each in event.afterwards:
            if isinstance(outcome, Finished):
                break
            outcome = self._go_on(run, each)
        while self._recalled and (then := self._recalled.after(self._store, run, outcome)):
            outcome = self._go_on(run, then)
        return self._trail(run, outcome)

    def _fails_as(self, node: str) -> str:
        """Under which name the node's errors are met: a notice's by its channel."""
        deed = expand(self._flow).nodes[node].deed
        return channel_name(deed.to) if isinstance(deed, Notify) else node

    def _go_on(self, run: str, then: Afterwards) -> Outcome:
        if isinstance(then, Passing):
            self._store.clock.advance(then.time)
        else:
            self._store.answer_open(run, then)
        self._way.clear()
        self._store.begin_attempt(run)
        return self._turn(run)

    def _turn(self, run: str) -> Outcome:
        try:
            return self._interpreter.carry(run)
        except (ValueError, ArithmeticError) as error:  # such as two currencies in one sum
            return Failed(why=str(error))

    def _accept(self, told: Told, attempt: int = 1) -> str:
        name = f"run-{len(self._store.runs) + 1}"
        event = StoredEvent(
            id=f"event-{name}",
            key=f"{told.order_key}/{told.kind}",
            connection=CONNECTION,
            kind=told.kind,
            source="test",
            occurred_at=told.occurred_at,
            received_at=told.received_at,
            body=started_body(self._flow, told.body) if is_start(told.kind) else told.body,
        )
        self._store.runs[name] = Run(
            id=name,
            event=event,
            flow=self._flow.name,
            flow_version=self._flow.version,
            environment=ENVIRONMENT,
            company=COMPANY,
            order_key=told.order_key,
            attempt=attempt,
        )
        if told.held:
            self._store.closed[name] = (RunResult.HELD, {})
        return name

    def _keep(self, node: Node, result: StepResult) -> None:
        self._way.append({node.name: result.outcome})

    def _trail(self, run: str, outcome: Outcome) -> Trail:
        asked = next((each for each in self._store.reviews if each.run == run), None)
        result, summary = self._store.closed.get(run, (None, {}))
        return Trail(
            way=list(self._way),
            end=_end(outcome, result),
            why="" if isinstance(outcome, Finished) else outcome.why,
            postings=[
                {"answer": encoding.POSTING_ANSWER.word(answer)} | tell(fact)
                for fact, answer in self._books.sent
            ],
            told=[
                {"kind": each.kind} | tell(each.body.get("item", {})) for each in self._events.told.values()
            ],
            charges=[{"answer": answer} | tell(charge) for charge, answer in self._till.sent],
            calls=list(self._systems.sent),
            notices=[tell(notice) for notice in self._notices.sent],
            asked=tell({"kind": asked.kind, "title": asked.title, "why": asked.why}) if asked else None,
            summary=tell(summary),
        )


def _end(outcome: Outcome, result: RunResult | None) -> str:
    match outcome:
        case Finished():
            return "review" if result is RunResult.HELD else "done"
        case Parked():
            return "wait"
        case RetryAfter():
            return "retry"
        case Failed():
            return "failed"


_WHY = "as the test says"
_ANSWERS: Mapping[str, Callable[[PostingKey], PostingAnswer]] = {
    "busy": lambda key: Busy(key=key, what=_WHY),
    "handed_over": lambda key: HandedOver(key=key, where=_WHY),
    "changed": lambda key: Changed(key=key, current=(), why=_WHY),
    "conflict": lambda key: Conflict(key=key, why=_WHY),
    "keyed_by_hand": lambda key: KeyedByHand(key=key, receipts=()),
    "refused": lambda key: Refused(key=key, why=_WHY),
}
