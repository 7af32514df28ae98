"""`counterfoil connectors`: which are installed, and connections to the systems that they reach."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.connections import put_connection
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import FINDINGS, say, say_error, shown
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.installed import installed_connectors
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow

app = typer.Typer(help="Connectors that are installed, and connections through them.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Shows the connectors that are installed; exit code 1 where one cannot be used, with the reason."""
    installed = installed_connectors()
    for name, connector in installed.connectors.items():
        operations = ", ".join(each.name for each in connector.spec.operations)
        say(f"{name}: {shown(connector.spec.label)} ({operations})")
    for trouble in installed.troubles:
        say_error(trouble)
    if installed.troubles:
        raise typer.Exit(FINDINGS)


@app.command()
def connect(  # noqa: PLR0913 - a command's options
    kind: Annotated[str, typer.Argument(help="The connector's name.")],
    name: Annotated[str, typer.Argument(help="What flows call the connection.")],
    *,
    environment: Annotated[str, typer.Option(help="dev, qa or production.")],
    settings: Annotated[list[str], typer.Option("--set", help="A setting: name=value.")],
    company: Annotated[str, typer.Option(help="The only company that may use it; without it all.")] = "",
    live: Annotated[bool, typer.Option("--live", help="What is reached there is real.")] = False,
    secret: Annotated[list[str] | None, typer.Option(help="Names of secrets, asked for one by one.")] = None,
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Adds a connection or replaces its settings; secrets are asked for, sealed, and stay where not asked."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        secrets = {each: Secret(typer.prompt(each, hide_input=True)) for each in secret or ()}
        place = ConnectionRow(
            id="",
            environment=environment,
            name=name,
            kind=kind,
            company=company,
            mode="live" if live else "test",
            settings=dict(map(_setting, settings)),
        )
        row = put_connection(workspace, place, secrets)
    say(f"{row.name} in {row.environment}: {row.kind}")


def _setting(written: str) -> tuple[str, str]:
    name, mark, value = written.partition("=")
    if not mark or not name:
        raise ConfigurationError(f"{written!r} is no setting: write name=value")
    return name, value
