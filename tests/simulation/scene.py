"""Everything that a simulated hub works with, from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from counterfoil.domain.declines import Declines
from counterfoil.domain.disputing import DisputePolicy
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.settling import SettlementPolicy
from counterfoil.domain.taking_back import Returns
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import CounterfoilError
from tests.simulation.books import Books
from tests.simulation.known import Methods
from tests.simulation.merchant import Merchant
from tests.simulation.ports import CALM, STORM, USUAL, Port
from tests.simulation.queue import MemoryQueue
from tests.simulation.rows import Rows
from tests.support.gateway_faults import Chance
from tests.support.gateway_loops import LAG
from tests.support.memory_effects import MemoryEffects

if TYPE_CHECKING:
    from tests.simulation.hub import Hub

START = datetime(2026, 10, 30, 8, tzinfo=UTC)
"""Two days before the clocks go back."""
NOW = START + timedelta(days=1)
BOOKS = "b1"
"""The connection of the company's books."""
ERROR_SECONDS = 5


@dataclass(frozen=True)
class Policies:
    """What somebody said of the connection."""

    refunds: RefundPolicy
    returns: Returns
    declines: Declines
    settlements: SettlementPolicy
    disputes: DisputePolicy
    ach_when_captured: bool
    due: DuePolicy = field(default_factory=DuePolicy)


@dataclass(frozen=True)
class Parts:
    """What the scene is made of; a test of the simulation puts a broken part in."""

    rows: type[Rows] = Rows
    queue: type[MemoryQueue] = MemoryQueue
    effects: type[MemoryEffects] = MemoryEffects
    books: type[Books] = Books
    gateway: type[Merchant] = Merchant


SOUND = Parts()


class Scene:
    """The hub's database, the gateway, the books and the weather between them."""

    def __init__(self, seed: int, parts: Parts) -> None:
        self.seed = seed
        self.chance = Chance(seed)
        self.dice = self.chance.dice
        self.clock = ManualClock(NOW)
        self.weather = self.dice.choice((CALM, USUAL, USUAL, STORM))
        self.gateway = parts.gateway(
            self.clock,
            export_lag=self.dice.choice((timedelta(0), timedelta(minutes=2), LAG - timedelta(minutes=1))),
            chance=self.chance,
            meanwhile=self.meanwhile,
            by_wire=self.dice.randrange(2) == 0,
        )
        self.rows = parts.rows(self.clock)
        self.queue = parts.queue(self.rows)
        self.effects = parts.effects(self.clock)
        self.books = parts.books(self.clock, outbox=self.dice.randrange(4) == 0)
        self.methods = Methods()
        self.policies = Policies(
            refunds=RefundPolicy(reopens=self.dice.randrange(3) > 0),
            returns=self.dice.choice(tuple(Returns)),
            declines=self.dice.choice(tuple(Declines)),
            settlements=self.dice.choice(tuple(SettlementPolicy)),
            disputes=self.dice.choice(tuple(DisputePolicy)),
            ach_when_captured=self.dice.randrange(2) == 0,
        )
        self.links = self.dice.randrange(2) == 0
        """Whether customers are asked by links; no record of the gateway tells of them to a restored hub."""
        self.trace: list[str] = []

    def port(self, inner: Any) -> Any:
        return Port(inner, self.chance, self.weather, self.meanwhile)

    def meanwhile(self) -> None:
        """What happens while a call is under way."""

    def turn(self, hub: Hub, run_id: str) -> int | None:
        """One job of the engine: after any error it comes again."""
        self.trace.append(f"{hub.name} carries {run_id}")
        try:
            return hub.worker.turn(run_id)
        except CounterfoilError as error:
            self.trace.append(f"{hub.name} failed: {error}")
            return ERROR_SECONDS
