"""`counterfoil paytrace effects`: writes at PayTrace whose outcome is not known, and a person's word."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import AsJson, Data, Environment, Name
from counterfoil.config import read_settings
from counterfoil.connectors.paytrace.mapping.numbers import CHECK, check_transaction, read_transaction
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.effects import EffectRow
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.asking import hear_word
from counterfoil.runtime.pay_links import hear_made
from counterfoil.store.effects import StoredEffects

WAITING = 1
SHOWN_MAX = 1000

app = typer.Typer(help="Writes at PayTrace whose outcome is not known.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="The effect's key, as shown.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Transaction = Annotated[str, typer.Option(help="The transaction at PayTrace that carried it out.")]
Never = Annotated[bool, typer.Option("--never", help="It was never made, and may be sent again.")]

Made = Annotated[bool, typer.Option("--made", help="The link was sent; of pay links alone.")]


@app.command()
def show(name: Name, *, environment: Environment = None, as_json: AsJson = False, data: Data = None) -> None:
    """Shows what was sent and is not known to be done; exit code 1 where there is any."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
        rows = StoredEffects(workspace.database, workspace.clock).unsettled(row.id, SHOWN_MAX)
    if as_json:
        typer.echo(json.dumps([_document(each) for each in rows], indent=1))
    else:
        for each in rows:
            typer.echo(_line(each))
        if not rows:
            typer.echo("Of everything that was sent it is known what became of it.")
    if rows:
        raise typer.Exit(WAITING)


@app.command()
def say(
    key: Key,
    *,
    by: By,
    transaction: Transaction = "",
    never: Never = False,
    made: Made = False,
    data: Data = None,
) -> None:
    """Says what became of a write, once you looked at PayTrace: which transaction it was, or none."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        require_no_card(by=by, transaction=transaction)
        if [bool(transaction), never, made].count(True) != 1 or not by.strip():
            raise ConfigurationError("say --transaction or --never, or of a pay link --made, and --by whom")
        effects = StoredEffects(workspace.database, workspace.clock)
        carried = _named(transaction) if transaction else None
        now = workspace.clock.now()
        if made:
            row = hear_made(effects, key, by=by.strip(), now=now)
        else:
            row = hear_word(effects, key, carried, by=by.strip(), now=now)
    typer.echo(f"{key}: {row.state.value}")


def _named(written: str) -> TransactionId:
    """A transaction as PayTrace numbers it, ``check-`` before the number of a bank payment of v1."""
    number = written.removeprefix(CHECK)
    found = read_transaction(number) if number == written else check_transaction(number)
    if found is None:
        raise ConfigurationError(f"{written!r} is no transaction of PayTrace's")
    return found


def _line(row: EffectRow) -> str:
    sent = f"{row.sent_at:%Y-%m-%d %H:%M}" if row.sent_at else "not sent"
    amount = f" {row.effect.amount}" if row.effect.amount else ""
    return f"{row.state.value}  {row.effect.key}  {row.effect.kind.value}{amount}, {sent}: {row.why}"


def _document(row: EffectRow) -> dict[str, object]:
    return {
        "key": row.effect.key,
        "kind": row.effect.kind.value,
        "state": row.state.value,
        "amount": None if row.effect.amount is None else str(row.effect.amount),
        "invoice_id": row.effect.invoice_id,
        "transaction": row.effect.transaction,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "tries": row.tries,
        "looks": row.looks,
        "why": row.why,
    }
