"""`counterfoil agent connect`: an agent on another machine becomes a connection of the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.agent_credentials import read_credentials
from counterfoil.bootstrap.processes import hub_lock
from counterfoil.bootstrap.remote_agents import Place, connect_remote
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.config import read_settings


def connect(
    credentials: Annotated[Path, typer.Argument(help="The file that counterfoil agent admit wrote.")],
    *,
    environment: Annotated[str, typer.Option(help="Where the company's flows run, such as dev.")],
    name: Annotated[str, typer.Option(help="What people call the connection.")] = "Sage Pro",
    live: Annotated[bool, typer.Option(help="Whether the company keeps real books.")] = False,
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Has the hub reach a company through an agent on another machine; the hub must not run meanwhile."""
    place = Place(environment=environment, name=name, mode="live" if live else "test")
    with told():
        settings = read_settings(data=data)
        with hub_lock(settings), Workspace(settings) as workspace:
            row = connect_remote(workspace, read_credentials(credentials), place)
    typer.echo(f"Company {row.company} of {row.environment} is reached at {row.settings['address']}.")
    typer.echo(f"The credentials are sealed in the hub's database now: delete {credentials}.")
