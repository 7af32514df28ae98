"""Follows the schedules that are live: one loop of the hub, which tells each start once."""

from __future__ import annotations

from datetime import timedelta

from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.scheduled import ScheduleBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.intake import OwnEventSink
from counterfoil.runtime.schedule_telling import ScheduleTeller
from counterfoil.store.cursors import StoredCursors

LOOK_PAUSE = timedelta(seconds=10)
"""What is deployed or taken back counts from the next look on."""
_SHORTEST = timedelta(milliseconds=50)


class Schedules:
    """Looks at what is live before each start, and at least as often as `LOOK_PAUSE` says."""

    def __init__(self, workspace: Workspace, events: OwnEventSink) -> None:
        self._clock = workspace.clock
        self._book = ScheduleBook(workspace)
        cursors = StoredCursors(workspace.database, workspace.clock)
        self._teller = ScheduleTeller(events, cursors, workspace.clock, self._book.is_under_way)
        self.loop = Loop("schedules", self.turn, pause=LOOK_PAUSE)

    def start(self) -> None:
        self.loop.start()

    def stop(self) -> None:
        self.loop.stop()

    def turn(self) -> timedelta:
        """Tells what is due by now; how long to wait for the next look."""
        following = self._teller.tell(self._book.scheduled())
        if following is None:
            return LOOK_PAUSE
        return min(LOOK_PAUSE, max(_SHORTEST, following - self._clock.now()))
