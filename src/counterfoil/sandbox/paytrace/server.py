"""The sandbox behind a socket of this machine."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import Settings

# Never another address: the sandbox knows one user with a public password.
LOOPBACK = "127.0.0.1"


def create_server(port: int, ledger: Ledger, settings: Settings) -> uvicorn.Server:
    """A server that is not yet running; the caller runs it and closes the ledger after it."""
    app = create_app(ledger, SystemClock(), SystemIds(), settings)
    return uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_level="warning", lifespan="off"))


def serve(port: int, ledger_path: Path | None, settings: Settings | None = None) -> None:
    """Runs the sandbox until it is stopped; without a path its ledger ends with it."""
    ledger = Ledger.open(ledger_path, SystemIds())
    try:
        create_server(port, ledger, settings or Settings()).run()
    finally:
        ledger.close()
