"""Sets the stage: the sample company, the sandbox, the hub with its database and its agent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from counterfoil.bootstrap.demo_connections import DemoConnections, connect_sandboxes
from counterfoil.bootstrap.processes import Child
from counterfoil.cli.demo.hub import Hub, StoryStuckError
from counterfoil.cli.demo.plan import Plan
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.cli.demo.story import Cast
from counterfoil.config import Settings
from counterfoil.ports.clock import Clock

HUB_PORT = 8800
SANDBOX_PORT = 8180
POLL_SECONDS = 1
_START_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the demo keeps its things, all under one folder."""

    data: Path

    @property
    def company(self) -> Path:
        return self.data / "sagepro"

    @property
    def hub(self) -> Path:
        return self.data / "hub"

    @property
    def sandbox_ledger(self) -> Path:
        return self.data / "paytrace" / "ledger.sqlite"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def plan(self) -> Path:
        return self.data / "story.json"

    @property
    def lock(self) -> Path:
        return self.data / "run" / "demo.lock"

    def begin(self, chapter: int) -> bool:
        """Notes that a chapter begins; False when an earlier start began it already."""
        marker = self.data / "chapters" / str(chapter)
        marker.parent.mkdir(parents=True, exist_ok=True)
        is_fresh = not marker.exists()
        marker.touch()
        return is_fresh


def free_port(wanted: int) -> int:
    """The wanted port of this machine, or a free one where it is taken."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return int(listener.getsockname()[1])
    raise StoryStuckError("no port of this machine is free")


def wait_until_listening(port: int, child: Child, what: str) -> None:
    """Returns when something listens on the port; stops waiting when the child has ended."""
    pause = threading.Event()
    for _ in range(_START_SECONDS * 20):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if not child.is_alive:
            break
        pause.wait(0.05)
    raise StoryStuckError(f"{what} did not start; its log says:\n{child.tail()}")


def wait_until_ready(hub: Hub, child: Child) -> None:
    """Returns when the hub says that work is being done."""
    pause = threading.Event()
    for _ in range(_START_SECONDS * 20):
        if hub.is_ready():
            return
        if not child.is_alive:
            break
        pause.wait(0.05)
    raise StoryStuckError(f"the hub did not become ready; its log says:\n{child.tail()}")


@contextlib.contextmanager
def running_sandbox(folders: Folders) -> Iterator[str]:
    """The PayTrace sandbox as a process of its own; gives its address."""
    port = free_port(SANDBOX_PORT)
    folders.sandbox_ledger.parent.mkdir(parents=True, exist_ok=True)
    arguments = ("sandbox", "paytrace", "--port", str(port), "--ledger", str(folders.sandbox_ledger))
    child = Child(arguments, folders.logs / "sandbox.log")
    child.start()
    try:
        wait_until_listening(port, child, "the PayTrace sandbox")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.stop()


@contextlib.contextmanager
def running_hub(folders: Folders) -> Iterator[Hub]:
    """The hub as a process of its own, with its database, worker and agent."""
    port = free_port(HUB_PORT)
    child = Child(
        ("serve", "--data", str(folders.hub), "--port", str(port)),
        folders.logs / "hub.log",
        {"COUNTERFOIL_POLL_SECONDS_MAX": str(POLL_SECONDS)},
    )
    child.start()
    hub = Hub(f"http://127.0.0.1:{port}", lambda: child.is_alive)
    try:
        wait_until_ready(hub, child)
        yield hub
    finally:
        hub.close()
        child.stop()


def connect(folders: Folders, sandbox_url: str, plan: Plan) -> DemoConnections:
    """Tells the hub of both sandboxes and of the stored cards' owners, before it starts."""
    settings = Settings(data=folders.hub)
    return connect_sandboxes(settings, sandbox_url, folders.company, plan.vault_customers)


@contextlib.contextmanager
def cast(sandbox_url: str, hub: Hub, connections: DemoConnections, clock: Clock) -> Iterator[Cast]:
    """Everybody who plays."""
    shopper = Shopper(sandbox_url, clock)
    shopper.log_in()

    def relay(transaction: str) -> int:
        body, headers = connections.sign_relay(transaction, clock.now())
        return hub.post_hint(connections.relay_path, body, headers)

    def charge(vault: str, amount: Decimal, invoice: str) -> str:
        return connections.charge(vault, amount, invoice)

    try:
        yield Cast(
            shopper=shopper,
            hub=hub,
            relay=relay,
            silent_post_path=connections.silent_post_path,
            charge=charge,
        )
    finally:
        shopper.close()
