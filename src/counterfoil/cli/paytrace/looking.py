"""`counterfoil paytrace list` and `check`: what is connected, and whether it works."""

from __future__ import annotations

import json

import typer

from counterfoil.bootstrap.gateway_connections import check_gateway, find_gateway, gateway_rows
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import AsJson, Data, Environment, Name
from counterfoil.cli.paytrace.telling import check_document, kind_of, row_document, tell_checks
from counterfoil.config import read_settings
from counterfoil.connectors.paytrace.checking import Verdict

FINDINGS = 1


def list_(*, as_json: AsJson = False, data: Data = None) -> None:
    """Lists the merchant accounts that are connected."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        rows = gateway_rows(workspace)
    if as_json:
        typer.echo(json.dumps([row_document(row) for row in rows], indent=1))
        return
    for row in rows:
        off = "" if row.enabled else ", switched off"
        typer.echo(
            f"{row.name} ({row.environment}): {kind_of(row)}, merchant {row.settings.get('merchant', '')},"
            f" company {row.company}, {row.settings.get('address', '')}{off}"
        )
    if not rows:
        typer.echo("No merchant account is connected: counterfoil paytrace connect")


def check(name: Name, *, environment: Environment = None, as_json: AsJson = False, data: Data = None) -> None:
    """Tries step by step what a connection is for; changes nothing and moves no money."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
        checks = check_gateway(workspace, row, workspace.connections.secrets(row.id))
    if as_json:
        document = {"connection": row_document(row), "checks": [check_document(each) for each in checks]}
        typer.echo(json.dumps(document, indent=1))
    else:
        typer.echo(f"{kind_of(row)}: {row.name} ({row.environment}) at {row.settings['address']}")
        tell_checks(checks)
    if any(each.verdict is Verdict.FAILS for each in checks):
        raise typer.Exit(FINDINGS)
