"""`counterfoil agent health`, `pause` and `resume`: what an operator says to an agent that runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.agent_reach import Way, reached
from counterfoil.cli.failures import told
from counterfoil.connectors.sagepro.remote import RemoteErp

Company = Annotated[str, typer.Argument(help="The company's code, such as 01.")]
Folder = Annotated[Path | None, typer.Option(help="The agent's folder, on its own machine.")]
Credentials = Annotated[Path | None, typer.Option(help="A file with credentials, on another machine.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder; the way where neither of those is given.")]
Environment = Annotated[str | None, typer.Option(help="The connection's, where the hub has several.")]


def health(
    company: Company,
    folder: Folder = None,
    credentials: Credentials = None,
    data: Data = None,
    environment: Environment = None,
) -> None:
    """Says how a company's agent stands, as JSON."""
    way = Way(company=company, folder=folder, credentials=credentials, data=data, environment=environment)
    _said(way, lambda _erp: None)


def pause(
    company: Company,
    folder: Folder = None,
    credentials: Credentials = None,
    data: Data = None,
    environment: Environment = None,
) -> None:
    """Lets go of all files of a company, for close, PACK and backup; returns once they are let go of."""
    way = Way(company=company, folder=folder, credentials=credentials, data=data, environment=environment)
    _said(way, RemoteErp.pause)


def resume(
    company: Company,
    folder: Folder = None,
    credentials: Credentials = None,
    data: Data = None,
    environment: Environment = None,
) -> None:
    """Takes up work at a company again."""
    way = Way(company=company, folder=folder, credentials=credentials, data=data, environment=environment)
    _said(way, RemoteErp.resume)


def _said(way: Way, act: Callable[[RemoteErp], None]) -> None:
    with told(), reached(way) as erp:
        act(erp)
        typer.echo(json.dumps(dict(erp.health())))
