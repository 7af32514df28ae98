"""What is scheduled, for people: when it started last, and when it starts next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from counterfoil.bootstrap.scheduled import ScheduleBook, at_company, books_rows, starts_for
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.runtime.schedule_telling import Scheduled
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.live_flows import LiveFlows
from counterfoil.store.schedule_pauses import Pause, SchedulePauses


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
    """None while it is paused."""
    left_out: datetime | None = None
    """The last start that was left out, because an earlier run was under way."""
    paused: Pause | None = None


def schedule_lines(workspace: Workspace) -> list[ScheduleLine]:
    """Every live schedule at each of its companies."""
    rows = books_rows(workspace.connections.all())
    paused = SchedulePauses(workspace.database, workspace.clock).open()
    lines = []
    for live in ScheduleBook(workspace).all():
        line = ScheduleLine(
            environment=live.flow.environment,
            flow=live.flow.flow,
            schedule=live.schedule,
            paused=paused.get(live.name),
        )
        own = [row for row in rows if starts_for(live, row)]
        lines += [_at_company(line, at_company(live, row), workspace) for row in own] or [line]
    return lines


def _at_company(line: ScheduleLine, scheduled: Scheduled, workspace: Workspace) -> ScheduleLine:
    schedule, books = line.schedule, scheduled.connection
    left_out = StoredCursors(workspace.database, workspace.clock).read(books, scheduled.left_out)
    return replace(
        line,
        company=scheduled.company,
        last=LiveFlows(workspace.database).last_start(books, schedule.events(line.flow)),
        next=None if line.paused else schedule.next_after(workspace.clock.now()),
        left_out=datetime.fromisoformat(left_out) if left_out else None,
    )
