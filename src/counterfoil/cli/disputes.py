"""`counterfoil disputes`: chargebacks, which PayTrace does not tell, from a processor's file or by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.disputes import Judged, Standing, dispute_desk
from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.config import read_settings
from counterfoil.connectors.processor.mapping import read_mapping
from counterfoil.connectors.processor.reading import (
    FileRead,
    UnreadableValueError,
    read_amount,
    read_case,
    read_file,
    read_last_four,
    read_reason,
    read_transaction,
)
from counterfoil.domain.dispute import Dispute, DisputeStage, Matched
from counterfoil.ports.errors import ConfigurationError

CURRENCY = "USD"
REFUSED = 2

app = typer.Typer(
    help="Chargebacks and disputes, which PayTrace does not tell: from the processor's file, or by hand.",
    no_args_is_help=True,
)

Connection = Annotated[str, typer.Option(help="The merchant account's connection.")]
Environment = Annotated[str | None, typer.Option(help="The connection's, where several have that name.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]
By = Annotated[str, typer.Option(help="Who says so; kept with it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which it happened.")]


@app.command("import")
def import_(  # noqa: PLR0913 - a command's options
    file: Annotated[Path, typer.Argument(help="The processor's CSV file.", exists=True, dir_okay=False)],
    *,
    mapping: Annotated[Path, typer.Option(help="How it is read (YAML).", exists=True, dir_okay=False)],
    connection: Connection = "PayTrace",
    environment: Environment = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; store nothing.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Reads a processor's file and stores each stage of each dispute once: the whole file, or nothing."""
    with told():
        found = read_file(file.read_bytes(), read_mapping(mapping))
        if found.faults:
            _refuse(found)
        with Workspace(read_settings(data=data)) as workspace:
            row = find_gateway(workspace, connection, environment)
            with dispute_desk(workspace, row) as desk:
                judged = desk.judge(found.disputes)
                if not dry_run:
                    desk.store(judged, told_by=f"file {file.name}")
    _tell(judged, found.ignored, as_json=as_json, dry_run=dry_run)


@app.command()
def enter(  # noqa: PLR0913 - each is one thing that a person must say
    case: Annotated[str, typer.Argument(help="The case's number, as the processor writes it.")],
    stage: Annotated[DisputeStage, typer.Argument(help="What happened.")],
    amount: Annotated[str, typer.Argument(help="The chargeback's amount, or the fee's, such as 120.00.")],
    *,
    on: Day,
    by: By,
    transaction: Annotated[str, typer.Option(help="The payment's transaction at PayTrace.")] = "",
    last_four: Annotated[str, typer.Option(help="The card's last four digits.")] = "",
    paid_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The payment's day.")] = None,
    paid: Annotated[str, typer.Option(help="The payment's amount, where it is another.")] = "",
    reason: Annotated[str, typer.Option(help="The reason, in a few words.")] = "",
    connection: Connection = "PayTrace",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Enters one stage of a dispute by hand."""
    with told():
        try:
            dispute = Dispute(
                case=read_case(case),
                stage=stage,
                on=on.date(),
                amount=read_amount(amount, CURRENCY),
                transaction=read_transaction(transaction),
                last_four=read_last_four(last_four),
                paid_on=paid_on.date() if paid_on else None,
                paid_amount=read_amount(paid, CURRENCY) if paid else None,
                reason=read_reason(reason),
            )
        except UnreadableValueError as error:
            raise ConfigurationError(str(error)) from error
        with Workspace(read_settings(data=data)) as workspace:
            row = find_gateway(workspace, connection, environment)
            with dispute_desk(workspace, row) as desk:
                judged = desk.judge([dispute])
                desk.store(judged, told_by=by)
    _tell(judged, 0, as_json=False, dry_run=False)


@app.command("list")
def list_(
    *,
    connection: Connection = "PayTrace",
    environment: Environment = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Lists what was told of disputes, oldest first."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, connection, environment)
        with dispute_desk(workspace, row) as desk:
            judged = desk.standing()
    if as_json:
        typer.echo(json.dumps({"disputes": [_document(one) for one in judged]}, indent=1))
    else:
        _tell_each(judged)


@app.command()
def match(
    case: Annotated[str, typer.Argument(help="The case's number.")],
    transaction: Annotated[str, typer.Argument(help="The payment's transaction at PayTrace.")],
    *,
    by: By,
    connection: Connection = "PayTrace",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Says which payment a case is about, where nobody knew or several fitted."""
    with told():
        try:
            # A card number that was typed for either is not even asked for at PayTrace.
            case, transaction = read_case(case), read_transaction(transaction)
        except UnreadableValueError as error:
            raise ConfigurationError(str(error)) from error
        with Workspace(read_settings(data=data)) as workspace:
            row = find_gateway(workspace, connection, environment)
            with dispute_desk(workspace, row) as desk:
                done = desk.name_payment(case, transaction, by=by)
    typer.echo(f"{done} stages of case {case} are about payment {transaction}")


def _refuse(found: FileRead) -> None:
    for fault in found.faults:
        typer.echo(f"line {fault.line}: {fault.why}", err=True)
    typer.echo("Nothing was stored: mend the file or its mapping, then import it again", err=True)
    raise typer.Exit(REFUSED)


def _tell(judged: Sequence[Judged], ignored: int, *, as_json: bool, dry_run: bool) -> None:
    new = sum(one.standing is Standing.NEW for one in judged)
    known = sum(one.standing is Standing.KNOWN for one in judged)
    if as_json:
        counts = {"new": new, "known": known, "ignored": ignored, "stored": not dry_run}
        typer.echo(json.dumps(counts | {"disputes": [_document(one) for one in judged]}, indent=1))
        return
    _tell_each(judged)
    done = "would be stored" if dry_run else "stored"
    typer.echo(f"{new} new {done}, {known} known before, {ignored} lines without money")


def _tell_each(judged: Sequence[Judged]) -> None:
    for one in judged:
        dispute = one.dispute
        about = f"payment {one.match.lineage}" if isinstance(one.match, Matched) else "WHICH PAYMENT?"
        typer.echo(
            f"{one.standing.value:12}  {dispute.on}  case {dispute.case} {dispute.stage.value}"
            f" {dispute.amount}: {about} ({one.match.why})"
        )


def _document(one: Judged) -> dict[str, object]:
    dispute = one.dispute
    return {
        "case": dispute.case,
        "stage": dispute.stage.value,
        "on": dispute.on.isoformat(),
        "amount": str(dispute.amount.amount),
        "standing": one.standing.value,
        "payment": one.match.lineage if isinstance(one.match, Matched) else None,
        "why": one.match.why,
    }
