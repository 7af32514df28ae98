"""`counterfoil paytrace push`: the addresses and secrets by which payments are told at once."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from counterfoil.bootstrap import pushes
from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import AsJson, Base, Data, Environment, Name, reached_at
from counterfoil.config import read_settings

app = typer.Typer(
    help="Ways in for pushes, so that a payment is known in seconds; without one, polls find it in minutes.",
    no_args_is_help=True,
)

Alone = Annotated[
    bool, typer.Option("--alone", help="The former ones end now; else the newest of them stays open beside.")
]
_NEXT_START = "A hub that runs takes it from its next start on. It is shown this once: keep it."


@app.command("silent-post")
def silent_post(
    name: Name,
    *,
    alone: Alone = False,
    base: Base = "",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Opens a new secret address for PayTrace's silent post of hosted pages."""
    with told():
        settings = read_settings(data=data)
        with Workspace(settings) as workspace:
            row = find_gateway(workspace, name, environment)
            path = pushes.open_silent_post(workspace, row, alone=alone)
    typer.echo(reached_at(base, settings) + path)
    typer.echo(_NEXT_START, err=True)


@app.command()
def relay(
    name: Name,
    *,
    alone: Alone = False,
    base: Base = "",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Gives a new secret by which a program of yours signs what it forwards."""
    with told():
        settings = read_settings(data=data)
        with Workspace(settings) as workspace:
            row = find_gateway(workspace, name, environment)
            path, secret = pushes.open_relay(workspace, row, alone=alone)
    typer.echo(reached_at(base, settings) + path)
    typer.echo(secret.reveal())
    typer.echo(_NEXT_START, err=True)


@app.command()
def show(name: Name, *, environment: Environment = None, as_json: AsJson = False, data: Data = None) -> None:
    """Counts the ways in that are open; neither addresses nor secrets are told again."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
        found = pushes.count_pushes(workspace, row)
    if as_json:
        counts = {"silent_posts": found.silent_posts, "relay_secrets": found.relay_secrets}
        typer.echo(json.dumps({"connection": row.name, "environment": row.environment} | counts, indent=1))
    else:
        typer.echo(f"{row.name} ({row.environment}): {found.silent_posts} silent post addresses,")
        typer.echo(f"    {found.relay_secrets} relay secrets")


@app.command()
def end(name: Name, *, environment: Environment = None, data: Data = None) -> None:
    """Closes every way in; what is paid is found by polls alone."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        pushes.end_pushes(workspace, find_gateway(workspace, name, environment))
    typer.echo("Closed. A hub that runs goes on taking pushes until its next start.")
