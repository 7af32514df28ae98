"""`counterfoil sandbox`: the emulators and samples to try things against."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap import processes
from counterfoil.cli import sandbox_sagepro
from counterfoil.sandbox.paytrace import server
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.settings_file import SettingsFileError, read_settings

app = typer.Typer(help="Emulators and samples to try things against.", no_args_is_help=True)
app.command("sagepro")(sandbox_sagepro.sagepro)

_READY = (
    "PayTrace sandbox at {url} (this machine only), user demo123, password demo123;"
    " control page at {url}/control. Ctrl-C stops it"
)
# For a person at a terminal alone: no log file is to hold a card number, not even this one.
_HOW_TO_TRY = """
Try it:
  TOKEN=$(curl -s {url}/oauth/token -d grant_type=password -d username=demo123 -d password=demo123 \\
    | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
  curl -s {url}/v1/transactions/sale/keyed -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -d '{{"amount": "12.50", "invoice_id": "INV-1", "csc": "999",
    "credit_card": {{"number": "4012000098765439", "expiration_month": "12", "expiration_year": "2035"}}}}'
"""


def _tell(url: str) -> None:
    typer.echo(_READY.format(url=url))
    if sys.stdout.isatty():
        typer.echo(_HOW_TO_TRY.format(url=url))


@app.callback()
def main() -> None:
    """Keeps this a group even while it has a single command."""


@app.command()
def paytrace(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8180,
    ledger: Annotated[
        Path | None, typer.Option(help="File of the sandbox's ledger; without it the ledger ends with it.")
    ] = None,
    merchants: Annotated[
        int, typer.Option(help="Merchant accounts, each with a ledger and a user of its own.", min=1, max=20)
    ] = 1,
    settings: Annotated[
        Path | None, typer.Option(help="YAML file of the account's rules and of what is assumed.")
    ] = None,
) -> None:
    """Runs the PayTrace sandbox until it is stopped."""
    processes.end_with_parent()
    try:
        chosen = Settings() if settings is None else read_settings(settings)
        server.serve(port, ledger, chosen, merchants=merchants, on_ready=_tell)
    except (server.PortTakenError, server.LedgerFileError, SettingsFileError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
