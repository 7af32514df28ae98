"""`counterfoil support-bundle`: one file for whoever helps, without any value of a row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.support_bundle import write_bundle
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import say
from counterfoil.config import read_settings


def support_bundle(
    file: Annotated[Path, typer.Argument(help="The zip file to write.", dir_okay=False)],
    *,
    log: Annotated[
        list[Path] | None,
        typer.Option(help="A further log, such as of the hub; masked too.", exists=True, dir_okay=False),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Writes versions, configuration without secrets, table structures, queue figures and masked logs."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        names = write_bundle(workspace, file, log or ())
    for name in names:
        say(f"  {name}")
    say(f"written to {file}: look through it before you send it")
