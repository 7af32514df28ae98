"""What is scheduled: the schedules that are live, each at the companies that it starts for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from counterfoil.bootstrap.bindings import BOOKS
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.flows.triggers.trigger import Trigger
from counterfoil.runtime.schedule_telling import SOURCE, Scheduled
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.live_flows import LiveFlow, LiveFlows, Move
from counterfoil.store.schedule_pauses import SchedulePauses

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSchedule:
    """A schedule that is live, and since when."""

    flow: LiveFlow
    schedule: ScheduleTrigger
    since: datetime

    @property
    def name(self) -> tuple[str, str]:
        """Its environment and its flow."""
        return self.flow.environment, self.flow.flow


class ScheduleBook:
    """Reads anew what is live each time; what was read of a version is kept."""

    def __init__(self, workspace: Workspace) -> None:
        self._connections = workspace.connections
        self._flows = LiveFlows(workspace.database)
        self._pauses = SchedulePauses(workspace.database, workspace.clock)
        self._known: dict[LiveFlow, LiveSchedule | None] = {}

    def all(self) -> list[LiveSchedule]:
        """Every live schedule that can be followed."""
        live = self._flows.started_by(f"{SOURCE}.")
        self._known = {flow: self._known[flow] if flow in self._known else self._read(flow) for flow in live}
        return [found for found in self._known.values() if found is not None]

    def scheduled(self) -> list[Scheduled]:
        """Each live schedule that is not paused, at each company that it starts for."""
        rows = books_rows(self._connections.all())
        return [at_company(live, row) for live in self._unpaused() for row in rows if starts_for(live, row)]

    def is_under_way(self, scheduled: Scheduled) -> bool:
        """Whether a run of an earlier start has not ended yet."""
        kind = scheduled.schedule.events(scheduled.flow)
        return self._flows.is_under_way(scheduled.connection, kind)

    def _unpaused(self) -> list[LiveSchedule]:
        """What came while a schedule was paused is none of it."""
        paused, resumed = self._pauses.open(), self._pauses.resumed()
        return [
            replace(live, since=max(live.since, resumed.get(live.name, live.since)))
            for live in self.all()
            if live.name not in paused
        ]

    def _read(self, flow: LiveFlow) -> LiveSchedule | None:
        trigger = parse_flow(flow.text).trigger
        if not isinstance(trigger, ScheduleTrigger) or any(trigger.findings({})):
            log.warning("schedule_not_followed", flow=flow.flow, environment=flow.environment)
            return None
        since = standing_since(trigger, flow, self._flows.moves(flow.environment, flow.flow))
        return LiveSchedule(flow=flow, schedule=trigger, since=since)


def standing_since(trigger: Trigger, flow: LiveFlow, moves: Iterable[Move]) -> datetime:
    """Since when the trigger counts, whatever versions of its flow carried it; moves are newest first."""
    since = flow.deployed_at
    for move in moves:
        since = move.at
        if move.before is None or parse_flow(move.before).trigger != trigger:
            break
    return since


def books_rows(rows: Iterable[ConnectionRow]) -> list[ConnectionRow]:
    """One connection to the books of each company and environment, of those that are switched on."""
    found: dict[tuple[str, str], ConnectionRow] = {}
    for row in rows:
        if row.kind == BOOKS and row.enabled:
            found.setdefault((row.environment, row.company), row)
    return list(found.values())


def starts_for(live: LiveSchedule, row: ConnectionRow) -> bool:
    """Whether the schedule starts runs for the company of these books."""
    return row.environment == live.flow.environment and live.schedule.company in {None, row.company}


def at_company(live: LiveSchedule, row: ConnectionRow) -> Scheduled:
    return Scheduled(
        flow=live.flow.flow,
        environment=live.flow.environment,
        connection=row.id,
        company=row.company,
        schedule=live.schedule,
        live_since=live.since,
    )


def company_faults(workspace: Workspace, environment: str, flows: Iterable[Flow]) -> Iterator[str]:
    """Schedules for a company that has no books in the environment: they would start nothing."""
    companies = {row.company for row in books_rows(workspace.connections.all(environment))}
    for flow in flows:
        trigger = flow.trigger
        if isinstance(trigger, ScheduleTrigger) and trigger.company and trigger.company not in companies:
            yield f"{flow.name} is scheduled for company {trigger.company}: no books of it in {environment}"
