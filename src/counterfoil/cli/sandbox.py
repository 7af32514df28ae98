"""`counterfoil sandbox`: the emulators and samples to try things against."""

from __future__ import annotations

import typer

app = typer.Typer(help="Emulators and samples to try things against.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Keeps this a group even while it has a single command."""
