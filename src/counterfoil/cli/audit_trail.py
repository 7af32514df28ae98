"""`counterfoil audit-trail`: what people did, and whether it is still as it was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.audit_trail import AuditDesk
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.store.audit_trail import Line

app = typer.Typer(help="What people did, and whether it is still as it was sealed.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]
SHOWN = 50


@app.command("list")
def list_(
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = SHOWN,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows what people did with runs, tasks, flows, schedules and breakers, newest first."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        lines = AuditDesk(workspace).newest(limit)
    if as_json:
        rows = [{"place": each.place, "source": each.source, **each.content} for each in lines]
        say_document({"lines": rows})
        return
    for each in lines:
        say(_words(each))
    if not lines:
        say("nobody has done anything yet")


@app.command()
def verify(
    *,
    known: Annotated[
        str, typer.Option(help="A head that a log tells of, as PLACE:SEAL: the chain must have it.")
    ] = "",
    data: Data = None,
) -> None:
    """Holds every line against its seal; ends with 1 where one is not what was sealed."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        verdict = AuditDesk(workspace).verify(known)
    for each in verdict.breaks:
        say(f"place {each.place}: {each.words}")
    say(f"{verdict.head.place} lines sealed, {len(verdict.breaks)} breaks")
    if verdict.head.place:
        say(f"head {verdict.head.place}:{verdict.head.seal}")
    if verdict.breaks:
        raise typer.Exit(1)


@app.command()
def accept(
    *,
    by: Annotated[str, typer.Option(help="Who does it; kept with it.")],
    why: Annotated[str, typer.Option(help="What was found out, on one line; kept with it.")],
    data: Data = None,
) -> None:
    """Takes all breaks as they stand, after somebody looked into them; other changes show as before."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = AuditDesk(workspace).accept(by=by, why=why)
    for each in found:
        say(f"accepted: place {each.place}: {each.words}")
    if not found:
        say("nothing is broken")


def _words(line: Line) -> str:
    told_of = {
        name: shown(str(line.content.get(name) or "")) for name in ("at", "by", "what", "about", "why")
    }
    place = "not sealed" if line.place is None else str(line.place)
    by = told_of["by"] or "the program"
    why = f": {told_of['why']}" if told_of["why"] else ""
    return f"{place:>10}  {told_of['at'][:19]}  {by}  {line.source} {told_of['what']} {told_of['about']}{why}"
