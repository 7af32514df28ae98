"""`counterfoil paytrace read-again`: days of a merchant account, read again in the background."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from counterfoil.bootstrap.bulk_desk import BulkDesk
from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.bulk import tell
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import Data, Environment, Name
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError

Days = Annotated[str, typer.Option(help="Of the gateway's zone: 2026-10-01..2026-10-31, or one day.")]


def read_again(
    name: Name,
    *,
    days: Days,
    by: Annotated[str, typer.Option(help="Who asks for it; kept with it.")],
    reason: Annotated[str, typer.Option(help="Why; kept with it.")],
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Has a running hub read days again that polls have left behind; what is known stays as it is."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
        first, last = _span(days)
        work = BulkDesk(workspace).read_days_again(row, first, last, by=by, why=reason)
    tell(work)


def _span(days: str) -> tuple[date, date]:
    first, _, last = days.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise ConfigurationError(f"{days!r} are no days: write 2026-10-01..2026-10-31") from error
