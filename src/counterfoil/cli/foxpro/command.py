"""The group of commands."""

from __future__ import annotations

import typer

from counterfoil.cli.foxpro.check import check
from counterfoil.cli.foxpro.dump import dump
from counterfoil.cli.foxpro.info import info
from counterfoil.cli.foxpro.reindex import reindex
from counterfoil.cli.foxpro.selftest import selftest

app = typer.Typer(
    help="Looks at FoxPro tables, checks them and proves the share that they lie on.", no_args_is_help=True
)
app.command()(info)
app.command()(dump)
app.command()(check)
app.command()(reindex)
app.command()(selftest)
