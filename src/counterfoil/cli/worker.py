"""`counterfoil worker`: a further worker beside the hub, on the same database."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from counterfoil.bootstrap import processes
from counterfoil.bootstrap.carrying import Carrying
from counterfoil.bootstrap.interpreting import open_interpreter
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.config import read_settings
from counterfoil.runtime.engine import Engine
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging
from counterfoil.telemetry.meters import Meters


def worker(
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Carries runs beside the hub until it is stopped."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    stop = Event()
    processes.on_stop(stop.set)
    with (
        told(),
        Workspace(read_settings(data=data)) as workspace,
        open_interpreter(workspace) as interpreter,
    ):
        meters = Meters()
        if workspace.settings.worker_metrics_port:
            meters.serve(workspace.settings.worker_metrics_port)
        carrying = Carrying(workspace, Engine(workspace.database.conninfo), interpreter.carry, meters)
        carrying.start()
        stop.wait()
        carrying.stop()
