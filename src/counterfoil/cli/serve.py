"""`counterfoil serve`: the hub as one process."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from counterfoil.bootstrap import processes, serving
from counterfoil.bootstrap.hub import Hub
from counterfoil.bootstrap.tracing import traced
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.config import Settings, read_settings
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging
from counterfoil.web.app import create_app


def serve(
    data: Annotated[Path | None, typer.Option(help="Folder of everything that the hub keeps.")] = None,
    port: Annotated[int | None, typer.Option(help="Port on the loopback address.", min=0, max=65535)] = None,
) -> None:
    """Runs the hub until it is stopped: intake, worker, polls, pages and API."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    with told():
        settings = read_settings(data=data, port=port)
        with processes.hub_lock(settings), serving.listening(settings.port) as listener, traced():
            _run(settings, listener)


def _run(settings: Settings, listener: socket.socket) -> None:
    hub = Hub(Workspace(settings))
    config = uvicorn.Config(
        create_app(hub.deps()),
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    server = serving.stoppable(config)
    hub.start()
    all_ended = True
    try:
        server.run([listener])
    finally:
        all_ended = hub.stop()
    if not all_ended:
        processes.leave()
