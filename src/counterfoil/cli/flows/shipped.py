"""`counterfoil flows shipped` and `use`: which flows ship with the program, and which are live where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.library_flows import Shipped, shipped_flows, use_shipped
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows import promoting
from counterfoil.cli.foxpro.telling import AsJson, say, say_document
from counterfoil.config import read_settings

Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


def shipped(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows the flows that ship with the program, what starts each, and in which environments it is live."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        flows = shipped_flows(workspace.deployments)
    if as_json:
        say_document({"flows": [_document(flow) for flow in flows]})
        return
    for flow in flows:
        say(f"{flow.name}: {flow.title} (on {flow.event})")
        for environment, is_newest in flow.live.items():
            other = "" if is_newest else ", in another version than the shipped one"
            say(f"    live in {environment}{other}")


def use(
    name: Annotated[str, typer.Argument(help="The flow's name.")],
    *,
    environment: Annotated[str, typer.Option(help="Where it becomes live: dev, qa or production.")],
    by: Annotated[str, typer.Option(help="Who makes it live; kept in the log.")],
    data: Data = None,
) -> None:
    """Makes a shipped flow live, with those that belong to it; for production it asks for a second person.

    Events that come from now on start it; runs under way end on the version that they began with. It may
    be used where a deployment may: in production once it was live in QA, and with one flow for an event.
    """
    with told(), Workspace(read_settings(data=data)) as workspace:
        outcome = use_shipped(workspace, name, environment, by=by)
    promoting.tell_outcome(outcome, environment)


def _document(flow: Shipped) -> dict[str, object]:
    return {"name": flow.name, "title": flow.title, "event": flow.event, "live": dict(flow.live)}
