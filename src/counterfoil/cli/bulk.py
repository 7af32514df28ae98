"""`counterfoil bulk`: works in many parts, how they stand, and a person's word on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.bulk_desk import BulkDesk
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.ports.bulk import BulkStatus, BulkWork

app = typer.Typer(help="Works in many parts that people asked for, and how they stand.", no_args_is_help=True)

Work = Annotated[int, typer.Argument(help="The work's number, as `bulk list` shows it.")]
By = Annotated[str, typer.Option(help="Who does it; kept with it.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command("list")
def list_(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows every work, newest first, with how far it came."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = BulkDesk(workspace).all()
    if as_json:
        say_document({"works": [_document(work) for work in found]})
        return
    for work in found:
        tell(work)
    if not found:
        say("no work was asked for")


@app.command()
def pause(work: Work, *, by: By, data: Data = None) -> None:
    """Stops after the part in hand, until it is resumed."""
    _change(work, BulkStatus.PAUSED, by, data)


@app.command()
def resume(work: Work, *, by: By, data: Data = None) -> None:
    """Goes on where it was paused."""
    _change(work, BulkStatus.GOING, by, data)


@app.command()
def cancel(work: Work, *, by: By, data: Data = None) -> None:
    """Ends it for good after the part in hand; what it stored stays."""
    _change(work, BulkStatus.CANCELLED, by, data)


def tell(work: BulkWork) -> None:
    """One work in two lines, or three where something stands in its way."""
    about = ", ".join(f"{name} {value}" for name, value in work.arguments.items())
    say(shown(f"{work.id}  {work.kind}  {work.connection}  {about}: {work.status}"))
    say(shown(f"    {work.reached} of {work.parts} done, {work.read} read, {work.new} new"))
    say(shown(f"    asked for by {work.asked_by}: {work.why}; changed last by {work.changed_by}"))
    if work.trouble:
        say(shown(f"    is tried again: {work.trouble}"))


def _change(work: int, status: BulkStatus, by: str, data: Path | None) -> None:
    with told(), Workspace(read_settings(data=data)) as workspace:
        changed = BulkDesk(workspace).change(work, status, by=by)
    tell(changed)


def _document(work: BulkWork) -> dict[str, object]:
    return {
        "work": work.id,
        "kind": work.kind,
        "connection": work.connection,
        "arguments": dict(work.arguments),
        "status": work.status.value,
        "parts": work.parts,
        "reached": work.reached,
        "read": work.read,
        "new": work.new,
        "trouble": work.trouble,
        "asked_by": work.asked_by,
        "why": work.why,
        "asked_at": work.asked_at.isoformat(),
        "changed_by": work.changed_by,
        "changed_at": work.changed_at.isoformat(),
    }
