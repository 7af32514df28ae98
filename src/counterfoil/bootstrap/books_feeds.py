"""Follows the change feeds of all companies: one loop each, which stores what others did in the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from counterfoil.bootstrap.agents import books_connections, open_erp
from counterfoil.bootstrap.loops import Loop, stop_all
from counterfoil.bootstrap.pace import PacedPoll
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.intake import BooksEventSink
from counterfoil.runtime.books_polling import BooksPoller
from counterfoil.store.cursors import StoredCursors

AWAY_PAUSE = timedelta(seconds=5)
"""After a failure, such as an agent that is away; it doubles with each further one."""


class BooksFeeds:
    """An agent that is away, or a company that is paused, is the state of its own loop alone."""

    def __init__(self, workspace: Workspace, events: BooksEventSink) -> None:
        self._erps = {row.id: (row, open_erp(workspace, row)) for row in books_connections(workspace)}
        cursors = StoredCursors(workspace.database, workspace.clock)
        longest = timedelta(seconds=workspace.settings.poll_seconds_max)
        self._loops = [
            Loop(
                f"changes {row.company} {row.environment}",
                PacedPoll(
                    BooksPoller(
                        row.id, row.company, erp, events=events, cursors=cursors, clock=workspace.clock
                    ),
                    longest,
                ).turn,
                pause=AWAY_PAUSE,
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
