"""Polls a gateway connection: reads an overlapping window of its records and stores what is new.

The window always reaches some days back, because a record changes after it was first seen (settled, voided),
because it may be exported late, and because the gateway's times are local to it. What is known already is
told by its event key: a transaction in a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import structlog

from counterfoil.domain.payment import Tender
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.intake import CursorStore, EventSink
from counterfoil.runtime.days_reader import DaysReader, Polled

log = structlog.get_logger()

CURSOR = "poll"
"""The day up to which everything was read; within that day only what is recent is read again."""
SINCE = "poll_since"
"""The first day that was ever read; what lies before it is none of our business."""
OVERLAP = timedelta(days=2)
LATE_CHANGE = timedelta(days=35)
"""How long after it was made a transaction may still change, or be exported for the first time: an
authorisation lives at most a month."""
LATE_RETURN = timedelta(days=65)
"""How long after it was made a bank payment may still be sent back: a payer may object for sixty days after
it settled (assumed, of the bank network's rules)."""

RECORDS_AIM = 20_000
"""How many records to hold in memory at once, where days can be told apart that finely."""
DAYS_MAX = 7
EXPORT_LAG = timedelta(minutes=30)
"""How late the gateway shows a transaction in what it exports (assumed; V3's say only that they may lag)."""
PAUSE_MIN = timedelta(seconds=20)
PAUSE_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """What is told of a connection for its polls."""

    zone: tzinfo
    """The zone in which the gateway counts its days."""
    start: datetime | None = None
    """The moment from which payments are of interest; None: from the first poll on."""
    authorisation_life: timedelta | None = None
    """After how long an authorisation that was never captured counts as expired; None: never."""
    export_lag: timedelta = EXPORT_LAG


def pause_after(polled: Polled, previous: timedelta) -> timedelta:
    """How long to wait for the next poll: short while something happens, longer and longer while not."""
    return PAUSE_MIN if polled.new else min(previous * 2, PAUSE_MAX)


def window(cursor: date | None, since: date, today: date, late: timedelta = LATE_CHANGE) -> tuple[date, date]:
    """First and last day to read, in the gateway's zone.

    Within a day the overlap is enough. The first poll of a day reads far back, because the gateway lists a
    transaction by the day on which it was made (inferred), and an authorisation may be captured weeks
    later; but never to before what is of interest. A cursor ahead of today is of a clock that ran ahead,
    and reads far back as well.
    """
    if cursor is None:
        return min(since, today), today
    if cursor == today:
        return max(today - OVERLAP, since), today
    return max(min(cursor - OVERLAP, today - late), since), today


def next_days(days: int, read: int) -> int:
    """How many days to read at once next: more while they hold little, fewer while much."""
    if read > RECORDS_AIM:
        return max(days // 2, 1)
    return min(days * 2, DAYS_MAX) if read < RECORDS_AIM // 4 else days


class Poller:
    """Polls one connection."""

    def __init__(
        self,
        connection: str,
        gateway: GatewayRecords,
        settings: PollSettings,
        *,
        events: EventSink,
        cursors: CursorStore,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._settings = settings
        self._days_reader = DaysReader(connection, gateway, events, settings.authorisation_life)
        self._cursors = cursors
        self._clock = clock
        self._days = OVERLAP.days + 1

    def turn(self) -> Polled:
        """One poll; the cursor moves only over days of which everything new is stored.

        Raises:
            CounterfoilError: as the gateway or the store; the next poll reads the same window again. What
                stands in one record's or one day's way holds up no other and is raised at the end.
        """
        now = self._clock.now()
        today = now.astimezone(self._settings.zone).date()
        since = self._since(today)
        cursor = self._day(CURSOR) if since == self._day(SINCE) else None
        first, last = window(cursor, since, today, self._late)
        trouble: list[CounterfoilError] = []
        polled = Polled()
        while first <= last:
            end = min(first + timedelta(days=self._days - 1), last)
            part = self._days_reader.read(first, end, now, trouble)
            polled += part
            if not trouble:
                self._reach(end, since, today)
            self._days = next_days(self._days, part.read)
            first = end + timedelta(days=1)
        if trouble:
            raise trouble[0]
        if polled.new:
            log.info("poll_found_events", connection=self._connection, read=polled.read, new=polled.new)
        return polled

    @property
    def _late(self) -> timedelta:
        life = self._settings.authorisation_life or timedelta(0)
        returned = LATE_RETURN if self._gateway.tells_of(Tender.ACH) else timedelta(0)
        return max(LATE_CHANGE, life + OVERLAP, returned)

    def _since(self, today: date) -> date:
        """The first day of interest; it moves back with the connection's start, and never on."""
        wanted = today - OVERLAP
        if self._settings.start is not None:
            wanted = min(wanted, self._settings.start.astimezone(self._settings.zone).date())
        known = self._day(SINCE)
        return wanted if known is None else min(known, wanted)

    def _day(self, name: str) -> date | None:
        written = self._cursors.read(self._connection, name)
        return None if written is None else date.fromisoformat(written)

    def _reach(self, day: date, since: date, today: date) -> None:
        """Notes progress, so that a restart in the middle of a long gap does not begin it anew.

        A day that was reached before is noted anew: the row's time tells when the poll last worked.
        """
        cursor = self._day(CURSOR)
        if self._day(SINCE) != since:
            cursor = None
        if cursor is None or cursor <= day or (cursor > today and day == today):
            self._cursors.write(self._connection, CURSOR, day.isoformat())
        if self._day(SINCE) != since:
            self._cursors.write(self._connection, SINCE, since.isoformat())
