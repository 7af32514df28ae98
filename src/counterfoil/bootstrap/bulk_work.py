"""Goes on with the works that people asked for: one loop of the hub."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.intake import EventSink
from counterfoil.runtime.bulk import DAYS_AGAIN, BulkWorker, DaysAgain
from counterfoil.runtime.days_reader import DaysReader
from counterfoil.store.bulk import StoredBulk

LOOK_PAUSE = timedelta(seconds=5)
PART_PAUSE = timedelta(milliseconds=100)
"""Between two parts, so that polls and payments come first."""


class BulkWorks:
    """One part at a turn; several hubs do no harm beside each other."""

    def __init__(self, workspace: Workspace, links: Sequence[GatewayLink], events: EventSink) -> None:
        clock = workspace.clock
        readers = {
            link.connection: DaysReader(link.connection, link.gateway, events, link.policy.authorisation_life)
            for link in links
        }
        doers = {(DAYS_AGAIN, connection): DaysAgain(reader, clock) for connection, reader in readers.items()}
        self._worker = BulkWorker(StoredBulk(workspace.database, clock), doers)
        self.loop = Loop("bulk", self.turn, pause=LOOK_PAUSE)

    def turn(self) -> timedelta:
        """One part of each connection's oldest work; how long to wait for the next."""
        return PART_PAUSE if self._worker.turn() else LOOK_PAUSE
