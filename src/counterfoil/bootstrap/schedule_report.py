"""What is scheduled, for people: when it started last, and when it starts next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterfoil.bootstrap.scheduled import LiveSchedule, ScheduleBook, books_rows, starts_for
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.runtime.schedule_telling import order_key
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.live_flows import LiveFlows


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """A live schedule at one company."""

    environment: str
    flow: str
    schedule: ScheduleTrigger
    company: str = ""
    """Empty: no company has books where it is live, so that it starts nothing."""
    last: datetime | None = None
    """By the clock or by hand."""
    next: datetime | None = None


def schedule_lines(workspace: Workspace) -> list[ScheduleLine]:
    """Every live schedule at each of its companies."""
    flows = LiveFlows(workspace.database)
    rows = books_rows(workspace.connections.all())
    now = workspace.clock.now()
    lines = []
    for live in ScheduleBook(workspace).all():
        own: list[ConnectionRow | None] = [row for row in rows if starts_for(live, row)]
        lines += [_line(live, row, flows, now) for row in own or [None]]
    return lines


def _line(live: LiveSchedule, row: ConnectionRow | None, flows: LiveFlows, now: datetime) -> ScheduleLine:
    flow, schedule = live.flow.flow, live.schedule
    if row is None:
        return ScheduleLine(environment=live.flow.environment, flow=flow, schedule=schedule)
    return ScheduleLine(
        environment=live.flow.environment,
        flow=flow,
        schedule=schedule,
        company=row.company,
        last=flows.last_start(row.id, order_key(flow, row.company), schedule.events(flow)),
        next=schedule.next_after(now),
    )
