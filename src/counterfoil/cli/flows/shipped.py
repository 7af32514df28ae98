"""`counterfoil flows shipped`, `add` and `use`: which flows ship, and which are live where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.flow_files import require_sound, shipped_files
from counterfoil.bootstrap.library_flows import Shipped, shipped_flows, use_shipped
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows import promoting
from counterfoil.cli.flows.options import HERE, Folder, opened
from counterfoil.cli.foxpro.telling import AsJson, say, say_document
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError

Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


def shipped(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows the flows that ship with the program, what starts each, and in which environments it is live."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        flows = shipped_flows(workspace.deployments)
    if as_json:
        say_document({"flows": [_document(flow) for flow in flows]})
        return
    for flow in flows:
        say(f"{flow.name}: {flow.title} ({flow.trigger.words})")
        for environment, is_newest in flow.live.items():
            other = "" if is_newest else ", in another version than the shipped one"
            say(f"    live in {environment}{other}")


def add(name: Annotated[str, typer.Argument(help="The flow's name.")], *, workspace: Folder = HERE) -> None:
    """Puts a shipped flow with its tests into the workspace, to be looked at and kept with save."""
    with told():
        repository = opened(workspace)
        files, lying = shipped_files(name), repository.files()
        if found := sorted(files.keys() & lying.keys()):
            raise ConfigurationError(f"{found[0]} lies in the workspace already")
        require_sound(lying | files)
        repository.write(files)
    say(f"{len(files)} files of {name}")


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
    return {
        "name": flow.name,
        "title": flow.title,
        "trigger": flow.trigger.content(),
        "live": dict(flow.live),
    }
