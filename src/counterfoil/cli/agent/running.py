"""`counterfoil agent run` and `counterfoil agent child`: the program beside one company's files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap import agent_serving, processes
from counterfoil.bootstrap.agent_folder import AgentFolder
from counterfoil.bootstrap.agents import TOKEN_VARIABLE
from counterfoil.bootstrap.tracing import traced
from counterfoil.cli.agent.folder import Folder, Profile
from counterfoil.cli.failures import told
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging


def run(folder: Folder) -> None:
    """Owns one Sage Pro company's tables and answers its callers, with TLS, until it is stopped."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    with told(), traced():
        agent_serving.serve_apart(AgentFolder(folder))


def child(
    profile: Profile,
    socket: Annotated[Path, typer.Option(help="Unix socket to listen at, in a folder of yours alone.")],
) -> None:
    """The same for a hub on this machine, which starts it; asks for COUNTERFOIL_AGENT_TOKEN."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        typer.echo(f"set {TOKEN_VARIABLE} to the token that callers must bear", err=True)
        raise typer.Exit(2)
    with told(), traced():
        agent_serving.serve_child(profile, socket, token)
