"""`counterfoil flows record`: a run of the hub becomes a flow test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from counterfoil.bootstrap import flow_recording
from counterfoil.bootstrap.flow_recording import Recorded
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows.options import HERE, Data, Folder, opened
from counterfoil.cli.foxpro.telling import say
from counterfoil.config import read_settings
from counterfoil.flows.errors import FlowError
from counterfoil.flows.linking import link
from counterfoil.flows.paths import Part, belongs, path_of
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.flow_testing.running import run_test
from counterfoil.telemetry.logging import only_warnings


def record(
    run: Annotated[str, typer.Argument(help="The run's name, or the gateway's number of its transaction.")],
    *,
    name: Annotated[str, typer.Option(help="The test's name; else its transaction and status.")] = "",
    workspace: Folder = HERE,
    data: Data = None,
) -> None:
    """Writes a flow test of a run that ended, with neutral words for names; the books are only read."""
    with told():
        repository = opened(workspace)
        with only_warnings(), Workspace(read_settings(data=data)) as hub:
            recorded = flow_recording.record(hub, run, name)
        if not belongs(recorded.path):
            raise ConfigurationError("a test's name has letters, digits, dots, _ and -")
        if (workspace / recorded.path).exists():
            raise ConfigurationError(f"{recorded.path} is there already: give another --name")
        repository.write({recorded.path: recorded.text})
        is_other = not _passes(repository.files(), recorded)
    say(f"recorded in {recorded.path}")
    if is_other:
        say("the flow as it lies here makes something else of it than the run's own version did")


def _passes(files: Mapping[str, str], recorded: Recorded) -> bool:
    """Whether the flow as it lies here, with what it uses, comes to the same."""
    path = path_of(Part.FLOWS, recorded.flow)
    try:
        flow = link(files[path], files) if path in files else recorded.flow_text
        return not run_test(flow, recorded.text).findings
    except FlowError:
        return False
