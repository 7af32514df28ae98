"""`counterfoil paytrace settings`: how a connection's payments count."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from counterfoil.bootstrap.gateway_connections import change_settings, find_gateway
from counterfoil.bootstrap.gateway_policy import SETTINGS
from counterfoil.bootstrap.processes import hub_lock
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import AsJson, Data, Environment, Name
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow

Changes = Annotated[
    list[str] | None, typer.Argument(help="What to say, as name=value; name= for what is assumed.")
]


def settings(
    name: Name,
    changes: Changes = None,
    *,
    environment: Environment = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows how a connection's payments count, or changes it; to change, the hub must not run meanwhile."""
    with told():
        hub = read_settings(data=data)
        wanted = dict(_parted(change) for change in changes or [])
        if wanted:
            with hub_lock(hub), Workspace(hub) as workspace:
                row = change_settings(workspace, find_gateway(workspace, name, environment), wanted)
        else:
            with Workspace(hub) as workspace:
                row = find_gateway(workspace, name, environment)
    _tell(row, as_json=as_json)


def _parted(change: str) -> tuple[str, str]:
    name, sign, value = change.partition("=")
    if not sign:
        raise ConfigurationError(f"{change} changes nothing: write name=value")
    return name.strip(), value.strip()


def _tell(row: ConnectionRow, *, as_json: bool) -> None:
    said = {name: row.settings[name] for name in SETTINGS if name in row.settings}
    if as_json:
        typer.echo(json.dumps(said, indent=1))
        return
    typer.echo(f"{row.name} ({row.environment})")
    for name in SETTINGS:
        typer.echo(f"    {name}  {said.get(name, 'as assumed')}")
