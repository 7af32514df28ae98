"""The sandbox behind a socket of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import Settings

# Never another address: the sandbox knows one user with a public password.
LOOPBACK = "127.0.0.1"

_STOP_SECONDS = 10


class PortTakenError(ConfigurationError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} of this machine is taken or not allowed: choose another one.")
        self.port = port


def serve(
    port: int,
    ledger_path: Path | None,
    settings: Settings | None = None,
    *,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Runs the sandbox until it is stopped; without a path its ledger ends with it.

    Raises:
        PortTakenError: another program listens on the port.
    """
    with listening(port) as (listener, url):
        ledger = Ledger.open(ledger_path, SystemIds())
        try:
            app = create_app(ledger, SystemClock(), SystemIds(), settings or Settings())
            on_ready(url)
            _server(app).run([listener])
        finally:
            ledger.close()


@contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Runs an app in a thread for as long as the block lasts; gives its address. Port 0 takes a free one."""
    with listening(port) as (listener, url):
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), name="paytrace-sandbox", daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)


@contextmanager
def listening(port: int) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket and its address; who connects before the app runs is served when it does."""
    # With the protocol named, asyncio switches Nagle's delay off; without, each answer took 40 ms more.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise PortTakenError(port) from error
        listener.listen()
        yield listener, f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
