"""Sets the stage: the sample company, the sandbox, the hub with its database and its agent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import msgspec

from counterfoil.bootstrap.agents import DATABASE_VARIABLE
from counterfoil.bootstrap.demo_connections import DemoConnections, connect_sandboxes
from counterfoil.bootstrap.processes import Child, hub_lock
from counterfoil.bootstrap.workspace import server_folder
from counterfoil.cli.demo.hub import Hub, StoryStuckError
from counterfoil.cli.demo.plan import Plan
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.cli.demo.story import Cast
from counterfoil.config import Settings
from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.ports.clock import Clock
from counterfoil.store.server import EmbeddedServer

HUB_PORT = 8800
SANDBOX_PORT = 8180
POLL_SECONDS = 1
_START_SECONDS = 180
_STOP_SECONDS = 60


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

    def open_log(self) -> TextIO:
        """Where this very process logs to: the terminal is for the story."""
        self.logs.mkdir(parents=True, exist_ok=True)
        return (self.logs / "demo.log").open("a", encoding="utf-8")

    def begin(self, chapter: int, balances: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Notes the balances with which a chapter begins; gives those of its first beginning."""
        path = self._chapter(chapter, "begun")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".draft")
            draft.write_bytes(msgspec.json.encode(balances))
            draft.replace(path)
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Decimal])

    def end(self, chapter: int) -> None:
        """Notes that a chapter was played and found right."""
        self._chapter(chapter, "right").touch()

    def has_ended(self, chapter: int) -> bool:
        return self._chapter(chapter, "right").exists()

    def _chapter(self, chapter: int, what: str) -> Path:
        return self.data / "chapters" / f"{chapter}.{what}"


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
    why = hub.what_does_not_work() or f"its log says:\n{child.tail()}"
    raise StoryStuckError(f"the hub did not become ready; {why}")


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
        {"COUNTERFOIL_POLL_SECONDS_MAX": str(POLL_SECONDS), DATABASE_VARIABLE: ""},
        stop_seconds=_STOP_SECONDS,
    )
    child.start()
    hub = Hub(f"http://127.0.0.1:{port}", lambda: child.is_alive)
    try:
        wait_until_ready(hub, child)
        yield hub
    finally:
        hub.close()
        child.stop()


def connect(folders: Folders, sandbox_url: str, plan: Plan, generation: Generation) -> DemoConnections:
    """Tells the hub of both sandboxes and of the stored cards' owners, before it starts."""
    settings = _hub_settings(folders)
    with hub_lock(settings):
        return connect_sandboxes(
            settings, sandbox_url, folders.company, plan.vault_customers, generation=generation
        )


@contextlib.contextmanager
def database_stopped_at_the_end(folders: Folders) -> Iterator[None]:
    """The hub stops its database itself; this is for a hub that never came to run, or was killed."""
    try:
        yield
    finally:
        EmbeddedServer(server_folder(_hub_settings(folders))).stop()


def _hub_settings(folders: Folders) -> Settings:
    """The demo has a database of its own, whatever the environment names."""
    return Settings(data=folders.hub, database_url="")


@contextlib.contextmanager
def shopping(sandbox_url: str, clock: Clock, plan: Plan) -> Iterator[Shopper]:
    """The people at the gateway, who have stored the cards that the story charges."""
    shopper = Shopper(sandbox_url, clock)
    try:
        shopper.log_in()
        for vault in plan.vault_customers:
            shopper.store_card(vault)
        yield shopper
    finally:
        shopper.close()


def cast(shopper: Shopper, hub: Hub, connections: DemoConnections, clock: Clock) -> Cast:
    """Everybody who plays."""

    def relay(transaction: str) -> int:
        body, headers = connections.sign_relay(transaction, clock.now())
        return hub.post_hint(connections.relay_path, body, headers)

    return Cast(
        shopper=shopper,
        hub=hub,
        relay=relay,
        silent_post_path=connections.silent_post_path,
        charge=connections.charge,
    )
