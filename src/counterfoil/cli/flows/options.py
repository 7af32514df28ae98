"""Options that several commands of the group take, and how they open a workspace of flows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.ports.clock import SystemClock
from counterfoil.store.repository import FlowRepository

Folder = Annotated[
    Path,
    typer.Option("--workspace", envvar="COUNTERFOIL_FLOWS", help="The workspace's folder.", file_okay=False),
]
HERE = Path()
By = Annotated[str, typer.Option(help="Who does it; kept with it.")]
Environment = Annotated[str, typer.Argument(help="dev, qa or production.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


def opened(folder: Path) -> FlowRepository:
    return FlowRepository(folder, SystemClock())
