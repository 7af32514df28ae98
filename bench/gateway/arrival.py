"""How soon a payment stands in the inbox, by how the hub came to know of it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.results import Result
from counterfoil.bootstrap.demo_connections import GATEWAY, DemoConnections, connect_sandboxes
from counterfoil.bootstrap.gateway_feeds import OWN_ANSWER
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.demo.hub import Hub
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.cli.demo.stage import POLL_SECONDS, Folders, running_hub, running_sandbox
from counterfoil.config import Settings
from counterfoil.ports.clock import SystemClock
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.store.hints import HintInbox, NewHint

PAYMENTS = 40
SECONDS_MAX = 30
MILLISECONDS = 1000
LOOK = 0.002
STEPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
"""Pauses between payments, so that they fall on all moments between two polls."""
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A hub and the sandbox as processes, a shopper, and a look into the hub's database."""

    hub: Hub
    shopper: Shopper
    connections: DemoConnections
    database: psycopg.Connection
    hints: HintInbox

    def tell_by_silent_post(self, transaction: str) -> None:
        body = f"parmList={quote(f'ORDERID~1|TRANSACTIONID~{transaction}|')}".encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        self._push(self.connections.silent_post_path, body, kind)

    def tell_by_relay(self, transaction: str) -> None:
        body, headers = self.connections.sign_relay(transaction, SystemClock().now())
        self._push(self.connections.relay_path, body, headers)

    def tell_by_own_answer(self, transaction: str) -> None:
        hint = NewHint(connection=GATEWAY, source=OWN_ANSWER, subject=transaction, body={}, redacted=False)
        self.hints.submit(hint).result()

    def source_of(self, transaction: str) -> str:
        """Waits for the payment's event."""
        pause, deadline = threading.Event(), time.monotonic() + SECONDS_MAX
        lineage = f"paytrace/demo/{transaction}"
        while time.monotonic() < deadline:
            found = self.database.execute("SELECT source FROM inbox WHERE order_key = %s", (lineage,))
            if row := found.fetchone():
                return str(row[0])
            pause.wait(LOOK)
        raise AssertionError(f"transaction {transaction} did not arrive")

    def _push(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        if self.hub.post_hint(path, body, dict(headers)) >= 300:  # noqa: PLR2004 - HTTP statuses
            raise AssertionError("the hub did not take the push")


def run() -> Iterator[Result]:
    with ExitStack() as stack:
        at = _scene(stack)
        ways: dict[str, Tell] = {
            "silent_post": at.tell_by_silent_post,
            "relay": at.tell_by_relay,
            OWN_ANSWER: at.tell_by_own_answer,
            "poll": lambda _: None,
        }
        for source, tell in ways.items():
            yield from _arrivals(at, source, tell)


def _arrivals(at: Scene, source: str, tell: Tell) -> Iterator[Result]:
    taken, pause = [], threading.Event()
    for number in range(PAYMENTS):
        transaction = at.shopper.pay_at_terminal(f"{source} {number}", Decimal("12.50"), "")
        started = time.perf_counter()
        tell(transaction)
        by = at.source_of(transaction)
        if by == source:  # a poll may have been sooner
            taken.append((time.perf_counter() - started) * MILLISECONDS)
        pause.wait(STEPS[number % len(STEPS)])
    taken.sort()
    how = f", polled every {POLL_SECONDS} s" if source == "poll" else ""
    middle, late = taken[len(taken) // 2], taken[len(taken) * 9 // 10]
    yield Result(
        f"told to in the inbox, {source}{how}",
        middle,
        "ms p50",
        f"p90 {late:.0f}, max {taken[-1]:.0f} ms; {len(taken)} of {PAYMENTS} came so",
    )


def _scene(stack: ExitStack) -> Scene:
    name = stack.enter_context(tempfile.TemporaryDirectory(prefix="cf-bench-"))
    folders = Folders(Path(name))
    write_company(make_company(1, date(2026, 11, 20)), folders.company)
    address = stack.enter_context(running_sandbox(folders))
    settings = Settings(data=folders.hub)
    connections = connect_sandboxes(settings, address, folders.company, {})
    hub = stack.enter_context(running_hub(folders))
    workspace = stack.enter_context(Workspace(settings))
    hints = HintInbox(workspace.database, clock=workspace.clock, ids=workspace.ids)
    hints.start()
    stack.callback(hints.close)
    shopper = Shopper(address, workspace.clock)
    stack.callback(shopper.close)
    shopper.log_in()
    database = stack.enter_context(psycopg.connect(workspace.database.conninfo, autocommit=True))
    return Scene(hub=hub, shopper=shopper, connections=connections, database=database, hints=hints)
