"""`counterfoil agent`: the program beside one company's files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from counterfoil.agent.app import Deps, create_app
from counterfoil.agent.gates import OneToken
from counterfoil.bootstrap import processes, serving
from counterfoil.bootstrap.agents import TOKEN_VARIABLE, make_private
from counterfoil.cli.failures import told
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging


def agent(
    profile: Annotated[Path, typer.Option(help="The company's profile (YAML).")],
    socket: Annotated[Path, typer.Option(help="Unix socket to listen at, in a folder of yours alone.")],
) -> None:
    """Owns one Sage Pro company's tables; the hub starts it, and it asks for COUNTERFOIL_AGENT_TOKEN."""
    processes.end_with_parent()
    configure_logging(scrub_object, as_json=True)
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        typer.echo(f"set {TOKEN_VARIABLE} to the token that callers must bear", err=True)
        raise typer.Exit(2)
    with told():
        make_private(socket.parent)
        with SageProCompany(read_profile(profile), SystemClock()) as site:
            app = create_app(Deps(site=site, gate=OneToken(token)))
            config = uvicorn.Config(app, uds=str(socket), log_level="warning", access_log=False, ws="none")
            serving.stoppable(config).run()
            socket.unlink(missing_ok=True)
