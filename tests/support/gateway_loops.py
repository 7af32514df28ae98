"""What a hub runs for one gateway connection, over stores of a test's choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.runtime.asking import Asker
from counterfoil.runtime.gap import GapStores, GapWatch
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.own_charges import OwnCharges, WatchedEvents
from counterfoil.runtime.polling import Poller, PollSettings
from counterfoil.runtime.searching import Search
from tests.support.simulated_gateway import PACIFIC

LAG = timedelta(minutes=30)
"""How late the gateway may show what it did."""
CONNECTION = "c1"


@dataclass(frozen=True)
class LoopStores:
    """Effects with gates, cursors, and where events are stored."""

    effects: Any
    cursors: Any
    events: Any


class GatewayLoops:
    """Polls, watches the gap, sends and asks; it holds nothing that the stores do not."""

    def __init__(
        self,
        gateway: Gateway,
        stores: LoopStores,
        clock: Clock,
        start: datetime,
        heard: Callable[[TransactionId], None] | None = None,
    ) -> None:
        effects, cursors = stores.effects, stores.cursors
        self.effects = effects
        self.events = WatchedEvents(stores.events, OwnCharges(CONNECTION, effects))
        self.polls = PollSettings(zone=PACIFIC, start=start, export_lag=LAG)
        self.writes = GatewayWrites(CONNECTION, gateway, effects, clock, heard=heard)
        search = Search(CONNECTION, gateway, effects, PACIFIC)
        self.asker = Asker(CONNECTION, self.writes, search, effects, clock, lag=LAG)
        gap = GapStores(effects=effects, gates=effects, cursors=cursors)
        self.gap = GapWatch(CONNECTION, gateway, self.polls, gap, clock)
        self.poller = Poller(
            CONNECTION, gateway, self.polls, events=self.events, cursors=cursors, clock=clock
        )
