"""`counterfoil worker`: a further worker on a hub's database, beside the hub or on another machine."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from counterfoil.bootstrap import processes
from counterfoil.bootstrap.carrying import Carrying
from counterfoil.bootstrap.interpreting import open_interpreter
from counterfoil.bootstrap.tracing import traced
from counterfoil.bootstrap.workers import require_fit, require_reach
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.config import Settings, read_settings
from counterfoil.runtime.engine import Engine
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging
from counterfoil.telemetry.meters import Meters


def worker(
    data: Annotated[Path | None, typer.Option(help="The hub's folder, where they share one.")] = None,
) -> None:
    """Carries runs of a hub's database until it is stopped."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    stop = Event()
    processes.on_stop(stop.set)
    with told(), traced():
        settings = read_settings(data=data)
        require_fit(settings)
        all_ended = _work(settings, stop)
    if not all_ended:
        processes.leave()


def _work(settings: Settings, stop: Event) -> bool:
    """Whether every run in hand came to the end of its turn."""
    with Workspace(settings) as workspace:
        require_reach(workspace)
        with open_interpreter(workspace) as interpreter:
            meters = Meters()
            if settings.worker_metrics_port:
                meters.serve(settings.worker_metrics_port)
            carrying = Carrying(workspace, Engine(workspace.database.conninfo), interpreter.carry, meters)
            carrying.start()
            stop.wait()
            return carrying.stop()
