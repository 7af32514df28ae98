"""Events to posted receipts: one at a time and as a backlog, one and two workers, beside raw commits."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psutil
import psycopg
import sqlalchemy as sa

from bench.results import Result
from counterfoil.bootstrap.agents import AgentKeeper, books_connections, open_erp
from counterfoil.bootstrap.demo_connections import COMPANY, GATEWAY, connect_sandboxes
from counterfoil.bootstrap.gateways import open_gateways
from counterfoil.bootstrap.processes import Child
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.ports.gateway import Gateway, GatewayRecord
from counterfoil.runtime.engine import Engine
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.balances import unpaid_invoices
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.store import schema
from counterfoil.store.events import StoredEvents
from counterfoil.store.inbox import Inbox

SINGLES = 60
BACKLOG = 1_000
COMMITS = 1_000
LATER = timedelta(minutes=1)
USER = "CFOL"
"""Who posted a receipt, where it was us."""
AMOUNT = Decimal("0.01")
ENDED = ("done", "held", "dead", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The product without its HTTP edge: a workspace, a company with its agent, an inbox."""

    workspace: Workspace
    gateway: Gateway
    inbox: Inbox
    invoices: list[str]
    folder: Path
    made_at: str
    """When the payments were made, as PayTrace writes it: after the connection's start."""

    def accept(self, number: int) -> None:
        """One captured payment of one cent on one of the open invoices, told by a poll."""
        record = self._record(number)
        StoredEvents(self.workspace.database, self.inbox).accept(GATEWAY, record, "poll")

    def ended(self) -> int:
        count = sa.select(sa.func.count()).select_from(schema.run).where(schema.run.c.status.in_(ENDED))
        with self.workspace.database.autocommit() as connection:
            return int(connection.execute(count).scalar_one())

    def _record(self, number: int) -> GatewayRecord:
        body = {
            "transaction_id": str(500_000_000 + number),
            "transaction_type": "SALE",
            "amount": str(AMOUNT),
            "invoice_id": self.invoices[number % len(self.invoices)],
            "status_code": "Y",
            "status_message": "Pending Settlement",
            "customer_id": "",
            "created": {"at": self.made_at, "through": "API"},
        }
        return GatewayRecord(body=body, payment=self.gateway.normalise(body))


@contextmanager
def scene() -> Iterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="cf-bench-") as folder, ExitStack() as stack:
        root = Path(folder)
        write_company(make_company(1, date(2026, 11, 20)), root / "sagepro")
        settings = Settings(data=root / "hub")
        connect_sandboxes(settings, "http://127.0.0.1:9", root / "sagepro", {}).close()
        workspace = Workspace(settings)
        stack.callback(stop, workspace)
        agents = AgentKeeper(workspace)
        agents.start()
        stack.callback(agents.stop)
        inbox = Inbox(
            workspace.database,
            Engine(workspace.database.conninfo).defer,
            clock=workspace.clock,
            ids=workspace.ids,
        )
        inbox.start()
        stack.callback(inbox.close)
        await_agents(workspace)
        books = read_books(root / "sagepro", COMPANY)
        link = open_gateways(workspace)[0]
        yield Scene(
            workspace=workspace,
            gateway=link.gateway,
            inbox=inbox,
            invoices=[item.invoice for item in unpaid_invoices(books)],
            folder=root,
            made_at=f"{workspace.clock.now().astimezone(link.zone) + LATER:%m/%d/%Y %I:%M:%S %p}",
        )


def stop(workspace: Workspace) -> None:
    workspace.close()
    if workspace.server is not None:
        workspace.server.stop()


def await_agents(workspace: Workspace) -> None:
    """Returns when every agent answers."""
    pause = threading.Event()
    for row in books_connections(workspace):
        erp = open_erp(workspace, row)
        for _ in range(600):
            try:
                erp.health()
                break
            except Exception:  # noqa: BLE001 - not up yet, whatever the reason
                pause.wait(0.05)
        erp.close()


@contextmanager
def workers(at: Scene, count: int) -> Iterator[list[Child]]:
    children = [
        Child(("worker", "--data", str(at.folder / "hub")), at.folder / f"worker-{number}.log")
        for number in range(count)
    ]
    for child in children:
        child.start()
    try:
        yield children
    finally:
        for child in children:
            child.stop()


def await_ended(at: Scene, count: int) -> None:
    pause = threading.Event()
    while at.ended() < count:
        pause.wait(0.002)


def singles(at: Scene, first: int) -> list[int]:
    """Milliseconds from stored to closed, for payments that come one at a time."""
    took = []
    for number in range(first, first + SINGLES):
        before = at.ended()
        at.accept(number)
        started = time.perf_counter()
        await_ended(at, before + 1)
        took.append(int((time.perf_counter() - started) * 1000))
    return sorted(took)


def backlog(at: Scene, first: int, count: int) -> int:
    """Receipts a second while a backlog is drained; the workers start when it is there."""
    for number in range(first, first + BACKLOG):
        at.accept(number)
    before = at.ended()
    with workers(at, count):
        await_ended(at, before + 20)
        started = time.perf_counter()
        begun = at.ended()
        await_ended(at, before + BACKLOG)
        return int((before + BACKLOG - begun) / (time.perf_counter() - started))


def raw_commits(at: Scene) -> int:
    with psycopg.connect(at.workspace.database.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (id bigint, at timestamptz)")
        started = time.perf_counter()
        for number in range(COMMITS):
            connection.execute("INSERT INTO raw VALUES (%s, %s)", (number, datetime.now(UTC)))  # noqa: TID251 - a payload
        return int(COMMITS / (time.perf_counter() - started))


def memory_mib(pids: list[int]) -> int:
    return sum(psutil.Process(pid).memory_full_info().pss for pid in pids) // 2**20


def run() -> list[Result]:
    with scene() as at:
        raw = raw_commits(at)
        with workers(at, 1):
            at.accept(0)
            await_ended(at, 1)
            took = singles(at, 1)
        one = backlog(at, 10_000, 1)
        two = backlog(at, 20_000, 2)
        books = read_books(at.folder / "sagepro")
        verdicts = audit(books)
    off = [verdict.name for verdict in verdicts if not verdict.ok]
    if off:
        raise AssertionError(f"the books are off: {off}")
    posted = sum(entry.text("userid") == USER for entry in books.rows("arcash"))
    if posted != SINGLES + 1 + 2 * BACKLOG:
        raise AssertionError(f"{posted} receipts were posted: what was measured is something else")
    return [
        Result("raw commits of one row, one connection", raw, "commits/s"),
        Result(
            "one payment from stored to posted and closed",
            took[len(took) // 2],
            "ms p50",
            f"max {took[-1]}",
        ),
        Result("backlog to posted receipts, one worker", one, "per s", f"{one / raw:.3f} x raw commits"),
        Result(
            "backlog to posted receipts, two workers",
            two,
            "per s",
            f"{two / raw:.3f} x raw commits, {two / one:.2f} x one worker on {os.cpu_count()} cores",
        ),
    ]
