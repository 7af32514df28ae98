"""`counterfoil sandbox sagepro`: writes the sample company."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from counterfoil.foxpro.errors import FoxProError
from counterfoil.ports.clock import SystemClock
from counterfoil.sandbox.sagepro.company import CODE, make_company
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, PRO_VFP
from counterfoil.sandbox.sagepro.structures.layouts import LAYOUTS, MODULES
from counterfoil.sandbox.sagepro.writer import FolderTakenError, write_company

_WIDTHS = {preset.name: preset for preset in PRESETS}
_LAYOUTS = {layout.name: layout for layout in LAYOUTS}
_SEED = 2026


def _chosen_widths(name: str) -> str:
    if name not in _WIDTHS:
        raise typer.BadParameter(f"choose one of {', '.join(_WIDTHS)}")
    return name


def _chosen_layout(name: str) -> str:
    if name not in _LAYOUTS:
        raise typer.BadParameter(f"choose one of {', '.join(_LAYOUTS)}")
    return name


def sagepro(
    data: Annotated[Path, typer.Option(help="New or empty folder; becomes the system directory.")],
    seed: Annotated[int, typer.Option(help="Another number gives another company.", min=0)] = _SEED,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The company's today; without it, today.")
    ] = None,
    widths: Annotated[
        str, typer.Option(callback=_chosen_widths, help=f"Column widths: {', '.join(_WIDTHS)}.")
    ] = PRO_VFP.name,
    layout: Annotated[
        str, typer.Option(callback=_chosen_layout, help=f"Folders and names: {', '.join(_LAYOUTS)}.")
    ] = MODULES.name,
) -> None:
    """Writes a Sage Pro company as FoxPro tables: customers, items, orders, invoices, receipts, accounts."""
    today = (as_of or SystemClock().now()).date()
    company = make_company(seed, today, widths=_WIDTHS[widths])
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Writing tables", total=len(company.tables))

            def advance(table: str, rows: int) -> None:
                progress.update(task, advance=1, description=f"{table}: {rows} rows")

            write_company(company, data, advance, layout=_LAYOUTS[layout])
    except (FolderTakenError, FoxProError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    rows = sum(len(rows) for rows in company.tables.values())
    typer.echo(
        f"Company {CODE} as of {today}: {len(company.tables)} tables, {rows} rows in {data} "
        f"(seed {seed}, {widths}, {layout}). What they mean: docs/reference/sample-company.md"
    )
