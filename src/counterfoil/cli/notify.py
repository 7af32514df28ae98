"""`counterfoil notify`: the channels by which flows tell people something."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.channels import Channels, channel_rows, put_channel
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.notifier import Notice
from counterfoil.security.private_files import PrivateFileError, require_private
from counterfoil.security.secrets import Secret

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
        is_new = put_channel(workspace, name, environment, _address(address_from))
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


def _address(source: Path | None) -> Secret:
    if source is None:
        return Secret(typer.prompt("The channel's address", hide_input=True, err=True).strip())
    try:
        if str(source) == "-":
            return Secret(sys.stdin.read().strip())
        require_private(source)
        return Secret(source.read_text("utf-8").strip())
    except PrivateFileError as error:
        raise ConfigurationError(str(error)) from error
    except UnicodeDecodeError:
        # The library's own words, and its error as cause, hold what stands in the file.
        raise ConfigurationError("an address is a text in UTF-8") from None
