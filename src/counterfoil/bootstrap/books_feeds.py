"""Follows the change feeds of all companies: one loop each, which stores what others did in the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from counterfoil.bootstrap.agents import books_connections, is_starting, open_erp
from counterfoil.bootstrap.loops import Loop, stop_all
from counterfoil.bootstrap.pace import PacedPoll
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.intake import BooksEventSink
from counterfoil.runtime.books_polling import BooksPoller
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.cursors import StoredCursors

STARTING_PAUSE = timedelta(seconds=1)
AWAY_PAUSE = timedelta(seconds=5)
"""After a failure, such as an agent that is away; it doubles with each further one."""


class BooksFeeds:
    """An agent that is away, or a company that is paused, is the state of its own loop alone."""

    def __init__(self, workspace: Workspace, events: BooksEventSink) -> None:
        self._settings = workspace.settings
        self._erps = {row.id: (row, open_erp(workspace, row)) for row in books_connections(workspace)}
        cursors = StoredCursors(workspace.database, workspace.clock)
        longest = timedelta(seconds=workspace.settings.poll_seconds_max)
        self._loops = [
            self._loop(
                row,
                PacedPoll(
                    BooksPoller(
                        row.id, row.company, erp, events=events, cursors=cursors, clock=workspace.clock
                    ),
                    longest,
                ),
            )
            for row, erp in self._erps.values()
        ]

    @property
    def loops(self) -> Sequence[Loop]:
        return self._loops

    def start(self) -> None:
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        stop_all(self._loops)
        for _, erp in self._erps.values():
            erp.close()

    def _loop(self, row: ConnectionRow, poll: PacedPoll) -> Loop:
        """An agent that is still starting is waited for, which is no failure."""

        def turn() -> timedelta:
            return STARTING_PAUSE if is_starting(self._settings, row) else poll.turn()

        return Loop(f"changes {row.company} {row.environment}", turn, pause=AWAY_PAUSE)
