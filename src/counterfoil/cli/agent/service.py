"""`counterfoil agent service`: what the operating system needs to keep the agent running."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.bootstrap.agent_folder import AgentFolder
from counterfoil.bootstrap.agent_services import service_of, systemd_unit, winsw_file
from counterfoil.cli.agent.folder import Folder
from counterfoil.cli.failures import told
from counterfoil.ports.errors import ConfigurationError


def service(
    folder: Folder,
    *,
    systemd: Annotated[bool, typer.Option("--systemd", help="A systemd unit, for Linux.")] = False,
    windows: Annotated[bool, typer.Option("--windows", help="A WinSW file; not run on Windows yet.")] = False,
    user: Annotated[str, typer.Option(help="The unit's user, who owns the folder.")] = "counterfoil",
) -> None:
    """Prints the file that makes the agent a service of this machine."""
    with told():
        if systemd == windows:
            raise ConfigurationError("choose one of --systemd and --windows")
        found = service_of(AgentFolder(folder))
        text = systemd_unit(found, user) if systemd else winsw_file(found)
    typer.echo(text, nl=False)
