"""The group of commands."""

from __future__ import annotations

import typer

app = typer.Typer(help="Checks and tries flows and the mappings in them.", no_args_is_help=True)


@app.callback()
def flows() -> None:
    """Checks and tries flows and the mappings in them."""
