"""Which scheduled starts are due, and telling each of them once.

A start is named by environment, flow, company and instant, so that hubs, restarts and clocks that are set
back tell of it once. The schedule says which of those that were missed are made up for, and what becomes of
one while an earlier run is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

import structlog

from counterfoil.flows.triggers.schedule import Missed, Overlap, ScheduleTrigger
from counterfoil.flows.triggers.trigger import Trigger
from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import CursorStore, OwnEvent, OwnEventSink

SOURCE = "schedule"
LATE: Final = timedelta(minutes=5)
"""A start that is later than this was missed, where none is made up for."""
TOGETHER_MAX: Final = 100
"""Missed starts of one schedule that are made up for at one look."""

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A schedule that is live, at one company."""

    flow: str
    environment: str
    connection: str
    """That of the company's books."""
    company: str
    schedule: ScheduleTrigger
    live_since: datetime
    """What was due before is none of it."""

    @property
    def place(self) -> str:
        """What its starts and its cursor are named by."""
        return f"{SOURCE}/{self.environment}/{self.flow}/{self.company}"

    @property
    def left_out(self) -> str:
        """What the last start is kept under that came while an earlier run was under way."""
        return f"{self.place}/left-out"


UnderWay = Callable[[Scheduled], bool]
"""Whether a run of an earlier start has not ended yet."""


class ScheduleTeller:
    """Tells what is due; how far each schedule was looked at is kept beside its connection."""

    def __init__(self, events: OwnEventSink, cursors: CursorStore, clock: Clock, under_way: UnderWay) -> None:
        self._events = events
        self._cursors = cursors
        self._clock = clock
        self._under_way = under_way

    def tell(self, scheduled: Sequence[Scheduled]) -> datetime | None:
        """Tells what is due by now, and gives the time of the next start of all.

        Raises:
            TransientError: not all are known to be told; look again.
        """
        now = self._clock.now()
        found = [(each, at) for each in scheduled for at in self._to_tell(each, self._due(each, now))]
        for (each, at), told in zip(
            found, self._events.tell([start_of(each, at) for each, at in found]), strict=True
        ):
            self._cursors.write(each.connection, each.place, at.isoformat())
            if told.is_new:
                log.info("schedule_started", start=f"{each.place}/{at.isoformat()}")
        return min(_known(each.schedule.next_after(now) for each in scheduled), default=None)

    def _to_tell(self, scheduled: Scheduled, due: Sequence[datetime]) -> Sequence[datetime]:
        """Where no two may overlap: one at a time, and those that come meanwhile are left out."""
        if scheduled.schedule.overlap is not Overlap.SKIP or not due:
            return due
        if not self._under_way(scheduled):
            return due[:1]
        last = due[-1].isoformat()
        self._cursors.write(scheduled.connection, scheduled.left_out, last)
        self._cursors.write(scheduled.connection, scheduled.place, last)
        log.warning("schedule_left_out", start=f"{scheduled.place}/{last}")
        return ()

    def _due(self, scheduled: Scheduled, now: datetime) -> Sequence[datetime]:
        """What is due, not told yet, and not to be passed over; oldest first.

        A cursor ahead of the clock was written by a clock that has been set back since: starts are told again
        from now on, each at its own time, and those that were told before are known by their names.
        """
        written = self._cursors.read(scheduled.connection, scheduled.place)
        cursor = datetime.fromisoformat(written) if written else scheduled.live_since
        if written and cursor > now:
            self._cursors.write(scheduled.connection, scheduled.place, now.isoformat())
            return ()
        since, schedule = max(cursor, scheduled.live_since), scheduled.schedule
        if schedule.missed is Missed.EACH:
            return [*islice(schedule.all_within(since, now), TOGETHER_MAX)]
        earliest = now - LATE if schedule.missed is Missed.NONE else since
        last = schedule.last_within(max(since, earliest), now)
        return (last,) if last is not None else ()


def start_of(scheduled: Scheduled, at: datetime) -> OwnEvent:
    """The event of one start."""
    instant = at.astimezone(UTC).isoformat()
    return OwnEvent(
        connection=scheduled.connection,
        company=scheduled.company,
        key=f"{scheduled.place}/{instant}",
        source=SOURCE,
        kind=scheduled.schedule.events(scheduled.flow),
        order_key=order_key(scheduled.schedule, scheduled.flow, scheduled.company, instant),
        body={"due_at": instant, "company": scheduled.company},
        occurred_at=at,
    )


def order_key(trigger: Trigger, flow: str, company: str, start: str) -> str:
    """Runs of one flow for one company come one after the other, but where the schedule lets them overlap."""
    if isinstance(trigger, ScheduleTrigger) and trigger.overlap is Overlap.BESIDE:
        return f"flow/{flow}/{company}/{start}"
    return f"flow/{flow}/{company}"


def _known(times: Iterable[datetime | None]) -> Iterable[datetime]:
    return (at for at in times if at is not None)
