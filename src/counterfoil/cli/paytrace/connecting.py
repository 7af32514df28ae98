"""`counterfoil paytrace connect` and `rotate`: a merchant account connected, its credentials replaced."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.bootstrap.gateway_connections import (
    Connected,
    GatewayWish,
    connect_gateway,
    find_gateway,
    rotate_credentials,
)
from counterfoil.bootstrap.processes import hub_lock
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.entering import enter_user, require_merchant_typed
from counterfoil.cli.paytrace.options import NAME, Credentials, Data, Environment, Name
from counterfoil.cli.paytrace.telling import kind_of, tell_checks
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError

_RIGHTS = """\
Give Counterfoil an API user of its own at PayTrace, with these rights and no others:
  always    export transactions and batches
  charging  sales and authorisations of stored customers, capture, void, refunds of a transaction
  vault     create, change and export customers; hosted payment fields
Never: refunds without a sale, adding users, settings. Set its sale and refund ceilings as low as you can."""


def connect(  # noqa: PLR0913 - a command's options
    *,
    company: Annotated[str, typer.Option(help="The company whose books the money belongs to, such as 01.")],
    environment: Annotated[str, typer.Option(help="dev, qa or production: where its flows run.")],
    merchant: Annotated[str, typer.Option(help="The merchant account's name or number.")],
    sandbox: Annotated[bool, typer.Option("--sandbox", help="A sandbox: no real money.")] = False,
    production: Annotated[bool, typer.Option("--production", help="PayTrace itself: real money.")] = False,
    name: Annotated[str, typer.Option(help="What people call the connection.")] = NAME,
    address: Annotated[str, typer.Option(help="Of a sandbox that is not PayTrace's own.")] = "",
    integrator: Annotated[str, typer.Option(help="The integrator id, where PayTrace gave one.")] = "",
    v3_account: Annotated[str, typer.Option(help="The account's number, to speak V3; - for v1 again.")] = "",
    zone: Annotated[str, typer.Option(help="In which PayTrace writes times; else America/Los_Angeles.")] = "",
    start: Annotated[str, typer.Option(help="From when payments are posted, with a zone; else now.")] = "",
    confirm: Annotated[str, typer.Option(help="The merchant's name again, for production.")] = "",
    credentials: Credentials = None,
    data: Data = None,
) -> None:
    """Keeps a merchant account as a connection of the hub, or changes it; the hub must not run meanwhile."""
    with told():
        if sandbox == production:
            raise ConfigurationError("choose one of --sandbox and --production")
        wish = GatewayWish(
            environment=environment,
            name=name,
            company=company,
            is_production=production,
            merchant=merchant,
            address=address,
            integrator_id=integrator,
            v3_account=v3_account,
            zone=zone,
            start=start,
        )
        if production:
            require_merchant_typed(merchant, confirm)
        if credentials is None:
            typer.echo(_RIGHTS, err=True)
        user = enter_user(credentials)
        settings = read_settings(data=data)
        with hub_lock(settings), Workspace(settings) as workspace:
            done = connect_gateway(workspace, wish, user)
    _tell(done)
    typer.echo(f"Payments made from {done.row.settings['start']} on are posted; older ones are history.")


def rotate(
    name: Name,
    *,
    environment: Environment = None,
    credentials: Credentials = None,
    data: Data = None,
) -> None:
    """Replaces user and password of a connection once PayTrace took them; the hub may run."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
        done = rotate_credentials(workspace, row, enter_user(credentials))
    _tell(done)
    typer.echo("A running hub uses them from its next log-in on; then end the old ones at PayTrace.")


def _tell(done: Connected) -> None:
    row = done.row
    tell_checks(done.checks)
    typer.echo(
        f"{kind_of(row)}: merchant {row.settings['merchant']} at {row.settings['address']} is connection"
        f" {row.name} of {row.environment}, for company {row.company}."
    )
    typer.echo("The credentials are sealed in the hub's database now: delete any file that holds them.")
