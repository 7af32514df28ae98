"""What a planned deployment would make of the events of the last days, without a write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterfoil.bootstrap.cashiers import CashierBook
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.promotion import Plan
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.overlap import overlaps
from counterfoil.flows.validate import read_flow
from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime.cashier import Cashiers
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.looking_ahead import Effect, look_ahead
from counterfoil.runtime.flow_testing.replaying import Memory, Version
from counterfoil.store.known_payments import StoredPayments
from counterfoil.store.recorded_runs import RecordedRuns
from counterfoil.store.runs import StoredRuns


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which events are looked at: the newest so many of the last days."""

    days: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would come otherwise."""

    looked_at: int
    of: int
    """Events of the days, looked at or not."""
    effects: Sequence[Effect]
    trouble: str = ""
    """Why not all of them could be looked at."""


def foresee(workspace: Workspace, plan: Plan, bounds: Bounds) -> Outlook:
    """Carries the events by what is live and by what is planned; both only plan what they would post."""
    pairs = list(_pairs(workspace, plan))
    if not pairs or not bounds.days:
        return Outlook(looked_at=0, of=0, effects=())
    runs = StoredRuns(workspace.database, workspace.clock, workspace.ids)
    records = RecordedRuns(workspace.database, runs)
    since = workspace.clock.now() - timedelta(days=bounds.days)
    flows = {before.flow.name: (before, after) for before, after in pairs}
    names, of = records.recent(plan.environment, list(flows), since, bounds.events)
    links = open_gateways(workspace)
    sites = SiteBook(workspace, links)
    cashiers = CashierBook(workspace, links, sites).cashier_of
    effects, looked_at = [], 0
    try:
        for name in names:
            recorded = records.read(name)
            memory = make_memory(workspace, runs, recorded.run.event.connection, cashiers)
            before, after = flows[recorded.run.flow]
            effect = look_ahead(recorded, before, after, sites.site_of(recorded.run), memory)
            effects += [effect] if effect else []
            looked_at += 1
    except CounterfoilError as error:
        return Outlook(looked_at=looked_at, of=of, effects=effects, trouble=str(error))
    finally:
        sites.close()
        close_gateways(links)
    return Outlook(looked_at=looked_at, of=of, effects=effects)


def make_memory(workspace: Workspace, runs: StoredRuns, connection: str, cashiers: Cashiers) -> Memory:
    """What the hub remembers of a connection beside a run."""
    return Memory(
        known=StoredPayments(workspace.database),
        find_cross_reference=lambda kind, external: runs.find_cross_reference(connection, kind, external),
        cashiers=cashiers,
    )


def _pairs(workspace: Workspace, plan: Plan) -> Iterator[tuple[Version, Version]]:
    """The flows that are live in one version and planned in another, or replaced by another flow."""
    moved = [each for each in plan.changes if each.before != each.after]
    texts = workspace.deployments.texts(each.before for each in moved if each.before)
    before = {each.flow: _version(texts[each.before]) for each in moved if each.before}
    after = {each.flow: _version(plan.source.texts[each.flow]) for each in moved if each.after}
    for name, old in before.items():
        new = after.get(name) or next(_in_place_of(old, after, before), None)
        if new is not None:
            yield old, new


def _in_place_of(old: Version, after: Mapping[str, Version], before: Collection[str]) -> Iterator[Version]:
    """Flows that were not live and take some of its events."""
    for name, new in after.items():
        if name not in before and any(overlaps([old.flow, new.flow])):
            yield new


def _version(text: str) -> Version:
    return Version(flow=read_flow(text, shipped_catalogue()), text=text)
