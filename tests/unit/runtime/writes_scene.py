"""One connection whose writes are carried out, lost and asked for, with stores and gateway in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectRow
from counterfoil.ports.errors import CounterfoilError, OutcomeUnknownError
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import Answer, Charge, Instruction, StoredPayer, Unknown
from counterfoil.runtime.asking import Asker, hear_word
from counterfoil.runtime.gateway_writes import GatewayWrites, Pending
from counterfoil.runtime.searching import Search
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
LAG = timedelta(minutes=30)
CHARGE = Charge(payer=StoredPayer(reference="v1"), amount=usd("5.00"), invoice_id="1001")


class Gateway(SimulatedGateway):
    """Acts as told and then answers, or fails, in another way."""

    sent: list[Instruction]
    instead: Answer | CounterfoilError | None = None
    acts: bool = True
    before: Any = None
    reading: Any = None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        if self.reading:
            self.reading()
        return super().fetch_range(first, last)

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        self.sent = [*getattr(self, "sent", []), instruction]
        if self.before:
            self.before()
        answer = super().carry_out(instruction) if self.acts else None
        if isinstance(self.instead, CounterfoilError):
            raise self.instead
        return self.instead or answer or Unknown(why="nothing came back")


class Scene:
    """One connection, its gate open."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = Gateway(self.clock)
        self.effects = MemoryEffects(self.clock)
        self.heard: list[str] = []
        self.writes = GatewayWrites("c1", self.gateway, self.effects, self.clock, heard=self.heard.append)
        search = Search("c1", self.gateway, self.effects, PACIFIC)
        self.asker = Asker("c1", self.writes, search, self.effects, self.clock, lag=LAG)
        self.effects.gate("c1", now=NOON, gap_from=NOON.date())
        self.effects.open("c1", seen_at=NOON, now=NOON)
        self.gateway.pass_nights()

    def row(self, key: str = "k") -> EffectRow:
        return self.effects.rows[key]

    def later(self, step: timedelta) -> None:
        self.clock.advance(step)
        self.gateway.pass_nights()
        self.asker.turn()

    def say(self, carried: TransactionId | None) -> None:
        hear_word(self.effects, "k", carried, by="controller", now=self.clock.now())

    def lose_answer(self, *, charged: bool) -> None:
        self.gateway.acts, self.gateway.instead = charged, OutcomeUnknownError("timed out")
        assert isinstance(self.writes.carry_out("k", CHARGE), Pending)
        self.gateway.acts, self.gateway.instead = True, None
