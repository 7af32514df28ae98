"""A run of a hub becomes a flow test."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.bootstrap.cashiers import CashierBook
from counterfoil.bootstrap.flow_effects import make_memory
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.paths import flow_test_path
from counterfoil.flows.validate import read_flow
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.recorded_runs import RecordedRun
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.recording import record_run
from counterfoil.store.recorded_runs import RecordedRuns
from counterfoil.store.runs import StoredRuns


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A flow test and where it belongs in a workspace."""

    path: str
    text: str
    flow: str
    flow_text: str
    """The version that the run was carried by."""


def record(workspace: Workspace, word: str, name: str = "") -> Recorded:
    """The flow test of one run, named by itself or by its transaction.

    Raises:
        ConfigurationError: no such run or several, or no test can be made of it.
    """
    runs = StoredRuns(workspace.database, workspace.clock, workspace.ids)
    recorded = _find(RecordedRuns(workspace.database, runs), word)
    text = runs.read_flow_version(recorded.run.flow_version)
    flow = read_flow(text, shipped_catalogue())
    links = open_gateways(workspace)
    sites = SiteBook(workspace, links)
    try:
        site = sites.site_of(recorded.run)
        cashiers = CashierBook(workspace, links, sites).cashier_of
        memory = make_memory(workspace, runs, recorded.run.event.connection, cashiers)
        test = record_run(recorded, flow, text, site, memory)
    finally:
        sites.close()
        close_gateways(links)
    path = flow_test_path(flow.name, name or _name(recorded))
    return Recorded(path=path, text=test, flow=flow.name, flow_text=text)


def _find(runs: RecordedRuns, word: str) -> RecordedRun:
    found = runs.find(word)
    if not found:
        raise ConfigurationError(f"no run or transaction {word!r}")
    if len(found) > 1:
        told = ", ".join(f"{name} ({kind})" for name, kind in found)
        raise ConfigurationError(f"several runs of transaction {word}, name one: {told}")
    return runs.read(found[0][0])


def _name(recorded: RecordedRun) -> str:
    transaction = recorded.run.order_key.rpartition("/")[2]
    status = recorded.run.event.kind.rpartition(".")[2]
    return f"recorded_{transaction}_{status}"
