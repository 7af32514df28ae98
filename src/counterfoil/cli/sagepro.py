"""`counterfoil sagepro`: looks at a Sage Pro site."""

from __future__ import annotations

import typer

from counterfoil.cli.sagepro_audit import audit

app = typer.Typer(help="Looks at a Sage Pro site and its books; writes nothing there.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Keeps this a group even while it has a single command."""


app.command()(audit)
