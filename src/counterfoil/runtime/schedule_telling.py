"""Which scheduled starts are due, and telling each of them once.

A start is named by environment, flow, company and instant, so that hubs, restarts and clocks that are set
back tell of it once. Of several that were missed, the last one is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import CursorStore, OwnEvent, OwnEventSink

SOURCE = "schedule"

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


class ScheduleTeller:
    """Tells what is due; how far each schedule was looked at is kept beside its connection."""

    def __init__(self, events: OwnEventSink, cursors: CursorStore, clock: Clock) -> None:
        self._events = events
        self._cursors = cursors
        self._clock = clock

    def tell(self, scheduled: Sequence[Scheduled]) -> datetime | None:
        """Tells what is due by now, and gives the time of the next start of all.

        Raises:
            TransientError: not all are known to be told; look again.
        """
        now = self._clock.now()
        found = [(each, at) for each in scheduled if (at := self._due(each, now)) is not None]
        for (each, at), told in zip(
            found, self._events.tell([start_of(each, at) for each, at in found]), strict=True
        ):
            self._cursors.write(each.connection, each.place, at.isoformat())
            if told.is_new:
                log.info("schedule_started", start=f"{each.place}/{at.isoformat()}")
        return min(_known(each.schedule.next_after(now) for each in scheduled), default=None)

    def _due(self, scheduled: Scheduled, now: datetime) -> datetime | None:
        """The last start that is due and not told yet.

        A cursor ahead of the clock was written by a clock that has been set back since: starts are told again
        from now on, each at its own time, and those that were told before are known by their names.
        """
        written = self._cursors.read(scheduled.connection, scheduled.place)
        cursor = datetime.fromisoformat(written) if written else scheduled.live_since
        if written and cursor > now:
            self._cursors.write(scheduled.connection, scheduled.place, now.isoformat())
            return None
        return scheduled.schedule.last_within(max(cursor, scheduled.live_since), now)


def start_of(scheduled: Scheduled, at: datetime) -> OwnEvent:
    """The event of one start."""
    instant = at.astimezone(UTC).isoformat()
    return OwnEvent(
        connection=scheduled.connection,
        company=scheduled.company,
        key=f"{scheduled.place}/{instant}",
        source=SOURCE,
        kind=scheduled.schedule.events(scheduled.flow),
        order_key=order_key(scheduled.flow, scheduled.company),
        body={"due_at": instant, "company": scheduled.company},
        occurred_at=at,
    )


def order_key(flow: str, company: str) -> str:
    """Runs of one flow for one company come one after the other."""
    return f"flow/{flow}/{company}"


def _known(times: Iterable[datetime | None]) -> Iterable[datetime]:
    return (at for at in times if at is not None)
