"""`counterfoil sandbox sagepro`: writes the sample company."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from counterfoil.cli.sandbox_sagepro_sql import REFUSALS, into_database
from counterfoil.foxpro.errors import FoxProError
from counterfoil.ports.clock import SystemClock
from counterfoil.sandbox.sagepro.company import CODE, Company, make_company
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, PRO_VFP, WIDE
from counterfoil.sandbox.sagepro.structures.layouts import LAYOUTS, MODULES
from counterfoil.sandbox.sagepro.writer import FolderTakenError, write_company

_WIDTHS = {preset.name: preset for preset in PRESETS}
_LAYOUTS = {layout.name: layout for layout in LAYOUTS}
_SEED = 2026


def _chosen_widths(name: str | None) -> str | None:
    if name is not None and name not in _WIDTHS:
        raise typer.BadParameter(f"choose one of {', '.join(_WIDTHS)}")
    return name


def _chosen_layout(name: str) -> str:
    if name not in _LAYOUTS:
        raise typer.BadParameter(f"choose one of {', '.join(_LAYOUTS)}")
    return name


def sagepro(
    data: Annotated[
        Path | None, typer.Option(help="New or empty folder; becomes the system directory.")
    ] = None,
    sql: Annotated[
        str | None,
        typer.Option(
            metavar="DSN", help="PostgreSQL database for the SQL Server edition; password in PGPASSWORD."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number gives another company.", min=0)] = _SEED,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The company's today; without it, today.")
    ] = None,
    widths: Annotated[
        str | None,
        typer.Option(
            callback=_chosen_widths,
            help=f"Column widths: {', '.join(_WIDTHS)}; without it {PRO_VFP.name}, with --sql {WIDE.name}.",
        ),
    ] = None,
    layout: Annotated[
        str, typer.Option(callback=_chosen_layout, help=f"Folders and names: {', '.join(_LAYOUTS)}.")
    ] = MODULES.name,
) -> None:
    """Writes a Sage Pro company as FoxPro tables, or as the SQL Server edition has them: all modules."""
    if (data is None) == (sql is None):
        raise typer.BadParameter("name either a folder with --data or a database with --sql")
    today = (as_of or SystemClock().now()).date()
    name = widths or (WIDE if sql else PRO_VFP).name
    company = make_company(seed, today, widths=_WIDTHS[name])
    try:
        where, rows = _written(company, data, sql, layout)
    except (FolderTakenError, FoxProError, OSError, *REFUSALS) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    kind = layout if data else "SQL"
    typer.echo(
        f"Company {CODE} as of {today}: {len(company.tables)} tables, {rows} rows in {where} "
        f"(seed {seed}, {name}, {kind}). What they mean: docs/reference/sample-company.md"
    )


def _written(company: Company, data: Path | None, sql: str | None, layout: str) -> tuple[str, int]:
    """Where the company stands now, and with how many rows."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Writing tables", total=len(company.tables))

        def advance(table: str, rows: int) -> None:
            progress.update(task, advance=1, description=f"{table}: {rows} rows")

        if data is not None:
            write_company(company, data, advance, layout=_LAYOUTS[layout])
            return str(data), sum(len(rows) for rows in company.tables.values())
        return into_database(company, str(sql), advance), sum(
            len(list(company.live(table))) for table in company.tables
        )
