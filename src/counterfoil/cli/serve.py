"""`counterfoil serve`: the hub as one process."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from counterfoil.bootstrap import processes
from counterfoil.bootstrap.hub import Hub
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings, read_settings
from counterfoil.ports.errors import CounterfoilError
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
    settings = read_settings(data=data, port=port)
    lock = processes.FolderLock(settings.sockets / "hub.lock")
    try:
        lock.acquire()
        _run(settings)
    except CounterfoilError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        lock.release()


def _run(settings: Settings) -> None:
    hub = Hub(Workspace(settings))
    # uvicorn raises the signal that ended it once more; the hub must be stopped first.
    processes.on_stop(lambda: None)
    hub.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", settings.port))
            listener.listen(512)
            config = uvicorn.Config(create_app(hub.deps()), log_level="warning", access_log=False, ws="none")
            uvicorn.Server(config).run([listener])
    finally:
        hub.stop()
