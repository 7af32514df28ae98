"""`counterfoil notify`: the channels by which flows tell people something."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.channels import Channels, channel_rows, put_channel
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document
from counterfoil.cli.secret_input import read_secret
from counterfoil.config import read_settings
from counterfoil.ports.notifier import Notice

app = typer.Typer(help="The channels by which flows tell people something.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The channel's name, as flows call it.")]
Environment = Annotated[str, typer.Option(help="dev, qa or production.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command()
def add(
    name: Name,
    *,
    environment: Environment,
    address_from: Annotated[
        Path | None, typer.Option(help="A private file with the address; a dash reads standard input.")
    ] = None,
    data: Data = None,
) -> None:
    """Adds a channel, or gives it another address (a URL of Apprise), which is kept sealed."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        is_new = put_channel(workspace, name, environment, read_secret(address_from, "The channel's address"))
    say(f"channel {name} {'added to' if is_new else 'changed in'} {environment}; try it: notify test {name}")


@app.command("list")
def list_(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows the channels by name; never an address."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        rows = channel_rows(workspace)
    if as_json:
        say_document({"channels": [{"name": row.name, "environment": row.environment} for row in rows]})
        return
    for row in rows:
        say(f"{row.name}  {row.environment}")
    if not rows:
        say("there is no channel")


@app.command("test")
def try_(name: Name, *, environment: Environment, data: Data = None) -> None:
    """Sends a notice through a channel, so that somebody sees whether it comes."""
    notice = Notice(
        channel=name, title="Counterfoil: a test", text=f"Channel {name} of {environment} can be reached."
    )
    with told(), Workspace(read_settings(data=data)) as workspace:
        Channels(workspace).send(environment, notice)
    say(f"channel {name} took a test notice")
