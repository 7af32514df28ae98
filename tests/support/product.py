"""The whole product on small books: sandbox, database, agent process, hub and web application."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import sqlalchemy as sa
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from counterfoil.bootstrap.agents import open_erp
from counterfoil.bootstrap.demo_connections import BOOKS, GATEWAY, DemoConnections, connect_sandboxes
from counterfoil.bootstrap.gateways import PASSWORD, RELAY_SECRETS
from counterfoil.bootstrap.hub import Hub
from counterfoil.bootstrap.processes import Child
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.demo.hub import Hub as HubClient
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.cli.demo.stage import free_port, wait_until_ready
from counterfoil.config import Settings
from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.connectors.sagepro.remote import RemoteErp
from counterfoil.ports.clock import Clock, SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.polling import CURSOR
from counterfoil.sandbox.paytrace import server
from counterfoil.sandbox.paytrace.app import create_app as create_sandbox
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import DEMO_USER, SandboxUser
from counterfoil.sandbox.paytrace.settings import Settings as SandboxSettings
from counterfoil.sandbox.sagepro import balances
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.cast import Cast, Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import Size
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.schema import cursor, hint
from counterfoil.store.server import EmbeddedServer
from counterfoil.web.app import create_app

SIZE = Size(customers=70, items=10, open_invoices=200, closed_invoices=60, open_orders=12)
UNPAID = 24
CAPTURED = "payment.captured"
PATIENCE_SECONDS = 60
VAULT = "vault-of-the-tests"
GATEWAY_USER = "counterfoil-hub"
GATEWAY_PASSWORD = "gateway-password-of-the-tests"


class ShiftedClock(Clock):
    """The machine's clock, put forward by whoever does not want to wait."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._clock = SystemClock()

    @override
    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def advance(self, step: timedelta) -> None:
        self._ahead += step


class TokenTap:
    """Notes every access token that the sandbox hands out."""

    def __init__(self, app: ASGIApp, bodies: list[bytes]) -> None:
        self._app = app
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if scope["path"] == "/oauth/token" and message["type"] == "http.response.body":
                self._bodies.append(bytes(message["body"]))
            await send(message)

        await self._app(scope, receive, noting)


def wait_until(is_met: Callable[[], bool], what: str, seconds: int = PATIENCE_SECONDS) -> None:
    """Returns once the condition is met; looks twenty times a second."""
    pause = Event()
    for _ in range(seconds * 20):
        if is_met():
            return
        pause.wait(0.05)
    raise AssertionError(f"not in {seconds} s: {what}")


@dataclass(kw_only=True)
class Ground:
    """What the hub meets: the sandbox with its people, the company's files, the connections."""

    folder: Path
    sandbox_url: str
    token_bodies: list[bytes]
    cast: Cast
    shopper: Shopper
    connections: DemoConnections
    settings: Settings
    clock: ShiftedClock
    _spent: int = field(default=0)

    @property
    def company(self) -> Path:
        return self.folder / "sagepro"

    @property
    def tables(self) -> Path:
        return self.company / "ardata"

    def unpaid(self) -> Pick:
        """An open invoice that no other test has; each is of another customer."""
        self._spent += 1
        return self.cast.unpaid[self._spent - 1]

    def received(self, transaction: str) -> Decimal:
        """Money that stands in the books under the transaction, by an independent reader."""
        books = read_books(self.company, only=balances.TABLES)
        return balances.receipts_by_reference(books).get(transaction, Decimal(0))

    def cash_rows(self, transaction: str) -> int:
        books = read_books(self.company, only=("arcash",))
        return sum(entry.text("refno") == transaction for entry in books.rows("arcash"))

    def invoice_balance(self, invoice: str) -> Decimal:
        return balances.invoice_balance(read_books(self.company, only=balances.TABLES), invoice)

    def customer_balance(self, customer: str) -> Decimal:
        return balances.customer_balance(read_books(self.company, only=balances.TABLES), customer)

    def postings(self, transaction: str) -> int:
        """How often the transaction stands in the posting ledger."""
        path = self.tables / "counterfoil" / "01" / "postings.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as ledger:
            query = "SELECT count(*) FROM posting WHERE key LIKE ?"
            return int(ledger.execute(query, (f"%/{transaction}/%",)).fetchone()[0])

    def broken_rules(self) -> list[str]:
        """Every invariant of the books that does not hold."""
        verdicts = audit(read_books(self.company))
        return [f"{v.meaning}: {v.differences[:3]}" for v in verdicts if not v.ok]

    def stop_database(self) -> None:
        EmbeddedServer(self.settings.data / "postgres").stop()


@contextmanager
def new_ground(
    *, poll_seconds: int = 1, unpaid: int = UNPAID, generation: Generation = "v1"
) -> Iterator[Ground]:
    """A new company and a new sandbox, connected; the folder goes with them."""
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    clock, bodies = ShiftedClock(), list[bytes]()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        company = make_company(1, clock.now().date(), size=SIZE)
        write_company(company, folder / "sagepro")
        cast = cast_of(company, unpaid)
        url = stack.enter_context(_running_sandbox(folder / "paytrace.sqlite", bodies))
        settings = Settings(data=folder / "hub", poll_seconds_max=poll_seconds)
        settings.data.mkdir()
        stack.callback(EmbeddedServer(settings.data / "postgres").stop)
        vault = {VAULT: cast.without_invoice.number}
        connections = connect_sandboxes(settings, url, folder / "sagepro", vault, generation=generation)
        stack.callback(connections.close)
        _log_in_as_other(settings, connections)
        shopper = Shopper(url, SystemClock())
        stack.callback(shopper.close)
        shopper.log_in()
        yield Ground(
            folder=folder,
            sandbox_url=url,
            token_bodies=bodies,
            cast=cast,
            shopper=shopper,
            connections=connections,
            settings=settings,
            clock=clock,
        )


@contextmanager
def _running_sandbox(path: Path, bodies: list[bytes]) -> Iterator[str]:
    """The sandbox with a second user, whose password stands nowhere else."""
    users = (DEMO_USER, SandboxUser(GATEWAY_USER, GATEWAY_PASSWORD))
    ledger = Ledger.open(path, SystemIds())
    app = create_sandbox(ledger, SystemClock(), SystemIds(), SandboxSettings(users=users, batch_time=None))
    try:
        with server.running(TokenTap(app, bodies)) as url:
            yield url
    finally:
        ledger.close()


def _log_in_as_other(settings: Settings, connections: DemoConnections) -> None:
    with Workspace(settings) as workspace:
        row = workspace.connections.find(GATEWAY)
        assert row is not None
        secrets = {PASSWORD: Secret(GATEWAY_PASSWORD), RELAY_SECRETS[0]: connections.relay_secret}
        settings_of_user = {**row.settings, "username": GATEWAY_USER}
        workspace.connections.put(replace(row, settings=settings_of_user), secrets)


class Running:
    """A hub at work, and what tests ask of it."""

    def __init__(self, ground: Ground, client: HubClient) -> None:
        self.ground = ground
        self.client = client
        self.http = httpx2.Client(base_url=client.url, timeout=30)

    @property
    def silent_post_url(self) -> str:
        return self.client.url + self.ground.connections.silent_post_path

    def silent_post(self, transaction: str, path: str = "") -> int:
        content = f"parmList=ORDERID%7E1%7CTRANSACTIONID%7E{transaction}%7C".encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        where = path or self.ground.connections.silent_post_path
        return self.http.post(where, content=content, headers=headers).status_code

    def relay(self, transaction: str) -> int:
        body, headers = self.ground.connections.sign_relay(transaction, self.ground.clock.now())
        path = self.ground.connections.relay_path
        return self.http.post(path, content=body, headers=headers).status_code

    def pay(self, invoice: str, amount: Decimal) -> str:
        """A payment keyed at the gateway, of which only the poll tells."""
        return self.ground.shopper.pay_at_terminal("test", amount, invoice)

    def wait(self, transaction: str, kind: str = CAPTURED) -> dict[str, Any]:
        return self.client.wait_for_run(transaction, kind)

    def wait_for_try(self, transaction: str) -> dict[str, Any]:
        """The transaction's run after an attempt that did not end it."""
        tried = {"waiting", "parked"}

        def is_tried() -> bool:
            return any(run["attempts"] and run["status"] in tried for run in self.client.runs(transaction))

        wait_until(is_tried, f"a try of transaction {transaction} that ends in waiting")
        return self.client.runs(transaction)[0]

    def assert_posted_once(self, transaction: str, amount: Decimal, rows: int = 1) -> None:
        """In the table files, in the posting ledger and among the runs."""
        assert self.ground.received(transaction) == amount
        assert self.ground.cash_rows(transaction) == rows
        assert self.ground.postings(transaction) == 1
        captured = [run for run in self.client.runs(transaction) if run["kind"] == CAPTURED]
        assert len(captured) == 1

    def close(self) -> None:
        self.http.close()
        self.client.close()


class RunningHere(Running):
    """A hub in this process, so that its parts can be asked and its clock put forward."""

    def __init__(self, ground: Ground, client: HubClient, workspace: Workspace) -> None:
        super().__init__(ground, client)
        self.workspace = workspace
        row = workspace.connections.find(BOOKS)
        assert row is not None
        self.erp: RemoteErp = open_erp(workspace, row)

    def rows(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        with self.workspace.database.autocommit() as connection:
            return [dict(row) for row in connection.execute(sa.select(table).where(*conditions)).mappings()]

    def wait_for_poll(self) -> None:
        """Returns after a whole poll that began now or later."""
        for _ in range(2):
            begun = self._polled_at()
            wait_until(lambda: self._polled_at() != begun, "a poll")  # noqa: B023 - done within the loop's body

    def _polled_at(self) -> object:
        return self.rows(cursor, cursor.c.name == CURSOR)[0]["updated_at"]

    def wait_for_hints(self, transaction: str) -> None:
        """Returns when no hint of the transaction waits any more."""
        waiting = (hint.c.subject == transaction, hint.c.status == "waiting")
        wait_until(lambda: not self.rows(hint, *waiting), "every hint is confirmed or refused")

    def change_gateway(self, **settings: object) -> None:
        """Changes settings of the gateway connection; a hub that starts afterwards goes by them."""
        row = self.workspace.connections.find(GATEWAY)
        assert row is not None
        changed: ConnectionRow = replace(row, settings={**row.settings, **settings})
        self.workspace.connections.put(changed, self.workspace.connections.secrets(GATEWAY))

    @override
    def close(self) -> None:
        self.erp.close()
        super().close()


@contextmanager
def hub_here(ground: Ground) -> Iterator[RunningHere]:
    """The hub and its web application in this process; its agent is a child process."""
    workspace = Workspace(ground.settings, clock=ground.clock)
    hub = Hub(workspace)
    hub.start()
    try:
        with server.running(create_app(hub.deps())) as url:
            running = RunningHere(ground, HubClient(url, lambda: True), workspace)
            with closing(running):
                wait_until(running.client.is_ready, "the hub is ready")
                yield running
    finally:
        hub.stop()


@contextmanager
def hub_process(
    ground: Ground, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[Running, Child]]:
    """The hub as users start it: a process of its own."""
    port = free_port(0)
    arguments = ("serve", "--data", str(ground.settings.data), "--port", str(port))
    pace = {"COUNTERFOIL_POLL_SECONDS_MAX": str(ground.settings.poll_seconds_max)}
    child = Child(arguments, ground.folder / "hub.log", {**pace, **(environment or {})})
    child.start()
    client = HubClient(f"http://127.0.0.1:{port}", lambda: child.is_alive)
    try:
        wait_until_ready(client, child)
        with closing(Running(ground, client)) as running:
            yield running, child
    finally:
        child.stop()
