"""The agent served on a socket, as it is beside a company's files."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from counterfoil.agent.app import Deps, create_app
from counterfoil.agent.gates import Gate, OneToken
from counterfoil.agent.site import Site
from counterfoil.connectors.sagepro.company import CompanyHealth
from counterfoil.connectors.sagepro.remote import RemoteErp, connect_agent
from counterfoil.ports.changes import ChangesAnswer, Page
from tests.support.memory_erp import MemoryErp

TOKEN = "agent-token-of-the-tests"
GATE = OneToken(TOKEN)


class PausableErp(MemoryErp):
    """A company in memory that an agent can stand beside."""

    def __init__(self, customers: Sequence[str] = ()) -> None:
        super().__init__(customers=customers)
        self.paused = False

    @property
    def mode(self) -> str:
        return "test"

    @property
    def health(self) -> CompanyHealth:
        return CompanyHealth(company="01", paused=self.paused, waiting=0, quarantined=(), mode=self.mode)

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        del since, limit
        return Page(notices=(), cursor="memory", more=False)


@contextmanager
def served(site: Site, folder: Path, gate: Gate = GATE) -> Iterator[str]:
    """The address of an agent over the site; requests that come before it runs are served when it does."""
    path = folder / "agent.sock"
    app = create_app(Deps(site=site, gate=gate))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with at_work(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"), listener):
            yield f"unix:{path}"


@contextmanager
def at_work(config: uvicorn.Config, listener: socket.socket) -> Iterator[None]:
    """Serves in a thread."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def remote(site: Site, folder: Path, token: str = TOKEN, mode: str = "test") -> Iterator[RemoteErp]:
    """The site through its agent."""
    with served(site, folder) as address:
        erp = connect_agent(address, token, mode=mode)
        try:
            yield erp
        finally:
            erp.close()
