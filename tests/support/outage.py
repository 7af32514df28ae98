"""Runs of two companies over interpreter, breakers and re-drive, at a time that passes second by second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from typing_extensions import override

from counterfoil.domain.identifiers import InvoiceNumber, TransactionId
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.ports import encoding
from counterfoil.ports.breakers import AwaitingRuns
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Finished, Parked, RetryAfter
from counterfoil.ports.erp import Erp
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.run_store import Run, StoredEvent
from counterfoil.runtime.calls import ConnectionGuard, one_turn
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.breakers import MemoryBreakers
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.operations import Site
from counterfoil.runtime.reach import every_operation
from counterfoil.runtime.recovery import SWEEP_SECONDS
from counterfoil.runtime.redrive import Redrive
from tests.support.hub import NOW, START, RecordedGateway, memory_reach
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import MemoryRunStore
from tests.support.samples import a_payment, an_invoice

COMPANIES = ("01", "02")
INVOICES = 200


@dataclass
class Line:
    """The way to one company's agent, each call of which passes the guard; it can be cut."""

    guard: ConnectionGuard
    erp: MemoryErp
    clock: ManualClock
    cut: TransientError | None = None
    """What a call meets; a lost answer comes after the agent did what it was asked for."""
    fails_at: str = ""
    """The agent fails at postings to this invoice, and answers all else."""
    calls: list[datetime] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*words: Any) -> Any:
            with self.guard.calling():
                self.calls.append(self.clock.now())
                if self.cut is not None and not isinstance(self.cut, OutcomeUnknownError):
                    raise self.cut
                if name == "post" and self.fails_at and self.fails_at in repr(words):
                    raise OutcomeUnknownError("the agent answered 500")
                answer = getattr(self.erp, name)(*words)
                if self.cut is not None:
                    raise self.cut
                return answer

        return call


class World(AwaitingRuns):
    """A hub with one worker; every second it carries what is due, one run of an order key after the other."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.breakers = MemoryBreakers(self.clock)
        self.store = MemoryRunStore(self.clock)
        self.lines = {company: self._line(company) for company in COMPANIES}
        self.done_at: dict[str, datetime] = {}
        self.posted: dict[str, list[str]] = {company: [] for company in COMPANIES}
        self._due: dict[str, datetime | None] = {}
        self._awaits: dict[str, str] = {}
        self._redrive = Redrive(self.breakers, self)
        text = read_library_flow(PAYMENT_TO_RECEIPT)
        self._version = parse_flow(text).version
        self.store.flows[self._version] = text
        means = Means(
            operations=every_operation(memory_reach(self.store, lambda run: self._site(run.company))),
            events=MemoryOwnEvents(),
        )
        self._interpreter = Interpreter(self.store, means, self.clock)

    def _line(self, company: str) -> Line:
        def seconds() -> int:
            return (self.clock.now() - NOW) // timedelta(seconds=1)

        guard = ConnectionGuard(company, company, self.breakers, seconds)
        invoices = [an_invoice(str(1000 + number)) for number in range(INVOICES)]
        return Line(guard=guard, erp=MemoryErp(*invoices), clock=self.clock)

    def _site(self, company: str) -> Site:
        erp = cast("Erp", self.lines[company])
        return Site(gateway=RecordedGateway(), connection="shop", erp=erp, zone=UTC, start=START)

    def pay(self, company: str, *, lineage: str = "") -> str:
        """A payment of its own invoice is told; its run."""
        number = len(self.store.runs)
        payment = a_payment(
            invoice_reference=InvoiceNumber(str(1000 + number)), transaction=TransactionId(str(number))
        )
        event = StoredEvent(
            id=f"event-{number}",
            key=f"{payment.lineage}/{payment.status.value}",
            connection="shop",
            kind=f"payment.{payment.status.value}",
            source="poll",
            occurred_at=self.clock.now(),
            received_at=self.clock.now(),
            body=encoding.encode(payment),
        )
        run = f"run-{number}"
        self.store.runs[run] = Run(
            id=run,
            event=event,
            flow=PAYMENT_TO_RECEIPT,
            flow_version=self._version,
            environment="dev",
            company=company,
            order_key=lineage or payment.lineage,
            attempt=0,
        )
        self._due[run] = self.clock.now()
        return run

    def pass_seconds(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(timedelta(seconds=1))
            if (self.clock.now() - NOW) // timedelta(seconds=1) % SWEEP_SECONDS == 0:
                self._redrive.turn()
            self._carry_due()

    @contextmanager
    def cut(self, company: str, error: TransientError) -> Iterator[Line]:
        """The agent cannot be reached while the block lasts."""
        line = self.lines[company]
        line.calls.clear()
        line.cut = error
        try:
            yield line
        finally:
            line.cut = None

    def _carry_due(self) -> None:
        behind: set[str] = set()
        for run, due in list(self._due.items()):
            key = self.store.runs[run].order_key
            if key not in behind and due is not None and due <= self.clock.now():
                self._carry(run)
            if run in self._due:
                behind.add(key)

    def _carry(self, run: str) -> None:
        self.store.begin_attempt(run)
        before = len(self.lines[self.store.runs[run].company].erp.ledger)
        with one_turn():
            outcome = self._interpreter.carry(run)
        self.store.end_attempt(run, outcome)
        company = self.store.runs[run].company
        if len(self.lines[company].erp.ledger) > before:
            self.posted[company].append(run)
        match outcome:
            case Finished():
                del self._due[run]
                self.done_at[run] = self.clock.now()
            case RetryAfter():
                self._due[run] = self.clock.now() + timedelta(seconds=outcome.seconds)
            case Parked(awaits=str(awaits)):
                self._due[run], self._awaits[run] = None, awaits
            case Parked():
                self._due[run] = outcome.until
            case _:
                raise AssertionError(outcome)

    @override
    def awaited(self) -> dict[str, int]:
        waiting = list(self._awaits.values())
        return {connection: waiting.count(connection) for connection in waiting}

    @override
    def release(self, connection: str, count: int, *, probe: bool) -> int:
        runs = [run for run, awaits in self._awaits.items() if awaits == connection]
        order = list(self._due)
        chosen = (runs if probe else sorted(runs, key=order.index))[:count]
        for run in chosen:
            del self._awaits[run]
            self._due[run] = self.clock.now()
        return len(chosen)
