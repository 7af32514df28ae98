"""`counterfoil breakers`: how calls to other systems stand, held back, let go and limited by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.breaker_desk import BreakerDesk
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.ports.breakers import BreakerState, Limit
from counterfoil.store.breakers import BreakerRow

app = typer.Typer(help="Whether other systems are called now.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The connection's name.")]
Environment = Annotated[str | None, typer.Option(help="The connection's, where several have that name.")]
By = Annotated[str, typer.Option(help="Who does it; kept with it.")]
Why = Annotated[str, typer.Option(help="The reason, on one line; kept with it.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command("list")
def list_(
    *,
    environment: Annotated[str | None, typer.Option(help="Only this environment's.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows every connection that is switched on: whether it is called, since when, why not, who waits."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        rows = BreakerDesk(workspace).all(environment)
    if as_json:
        say_document({"breakers": [_document(row) for row in rows]})
        return
    for row in rows:
        say(_line(row))
    if not rows:
        say("no connection is switched on")


@app.command()
def log(name: Name, *, environment: Environment = None, as_json: AsJson = False, data: Data = None) -> None:
    """Shows when a connection's breaker opened and closed, newest first, and who did what by hand."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = BreakerDesk(workspace)
        entries = desk.log(desk.find(name, environment))
    if as_json:
        told_of = [
            {"at": each.at.isoformat(), "state": each.state, "by": each.by, "why": shown(each.why)}
            for each in entries
        ]
        say_document({"entries": told_of})
        return
    for each in entries:
        by = f" by {shown(each.by)}" if each.by else ""
        why = f": {shown(each.why)}" if each.why else ""
        say(f"{each.at:%Y-%m-%d %H:%M:%S}  {each.state}{by}{why}")
    if not entries:
        say("it never opened")


@app.command("open")
def open_(name: Name, *, by: By, why: Why, environment: Environment = None, data: Data = None) -> None:
    """Sends nothing more through a connection until a person closes its breaker; runs that need it wait."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = BreakerDesk(workspace)
        desk.open(desk.find(name, environment), by=by, why=why)
    say(f"nothing is sent to {shown(name)} any more: counterfoil breakers close {shown(name)} lets it go on")


@app.command()
def close(name: Name, *, by: By, why: Why, environment: Environment = None, data: Data = None) -> None:
    """Lets calls through again at once; what waited goes on in the order it came."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = BreakerDesk(workspace)
        row = desk.find(name, environment)
        desk.close(row, by=by, why=why)
    say(f"{shown(name)} is called again; {row.waiting} runs that waited go on")


@app.command()
def limit(
    name: Name,
    per_minute: Annotated[int, typer.Argument(help="Calls per minute, by all workers; 0 for no limit.")],
    *,
    by: By,
    why: Why,
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Limits how often a connection is called by all workers together; counts within a second."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = BreakerDesk(workspace)
        wanted = desk.limit(desk.find(name, environment), per_minute, by=by, why=why)
    say(f"{shown(name)}: {_limit_words(wanted)}")


def _limit_words(wanted: Limit | None) -> str:
    return f"{wanted.per_minute} calls per minute, {wanted.burst} at once" if wanted else "no limit"


def _line(row: BreakerRow) -> str:
    breaker = row.breaker
    since = f" since {breaker.since:%Y-%m-%d %H:%M:%S}" if breaker.since else ""
    parts = [f"{row.environment}  {shown(row.name)}  {breaker.state.value}{since}"]
    parts += [f"why: {shown(breaker.why)}"] if breaker.why else []
    parts += [f"asked for a pause until {breaker.quiet_until:%H:%M:%S}"] if breaker.quiet_until else []
    if breaker.state is not BreakerState.CLOSED:
        parts.append(
            f"probed at {breaker.next_at:%H:%M:%S}" if breaker.next_at else "until a person closes it"
        )
    parts += [_limit_words(breaker.limit)] if breaker.limit else []
    parts += [f"{row.waiting} runs wait"] if row.waiting else []
    return "; ".join(parts)


def _document(row: BreakerRow) -> dict[str, Any]:
    breaker = row.breaker
    times = {"since": breaker.since, "next_at": breaker.next_at, "quiet_until": breaker.quiet_until}
    return {
        "environment": row.environment,
        "connection": shown(row.name),
        "kind": row.kind,
        "company": row.company,
        "state": breaker.state.value,
        "failures": breaker.failures,
        "why": shown(breaker.why),
        **{name: at.isoformat() if at else None for name, at in times.items()},
        "per_minute": breaker.limit.per_minute if breaker.limit else None,
        "burst": breaker.limit.burst if breaker.limit else None,
        "waiting": row.waiting,
    }
