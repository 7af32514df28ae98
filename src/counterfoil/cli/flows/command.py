"""The group of commands."""

from __future__ import annotations

import typer

from counterfoil.cli.flows import checking
from counterfoil.cli.flows.mapping import map_

app = typer.Typer(help="Checks and tries flows and the mappings in them.", no_args_is_help=True)

app.command("map")(map_)
app.command("validate")(checking.validate)
app.command("schema")(checking.schema)
