"""What goes wrong around the gateway by seed: calls that fail before, after and between, dying hubs."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to make the same choices again
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import Answer, Carried, Charge, Instruction, Unknown
from tests.support.memory_store import Killed
from tests.support.simulated_gateway import SimulatedGateway


class Chance:
    """Decides what goes wrong; every choice comes from the seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - chance, no secret
        self.active = True

    def below(self, limit: int) -> int:
        return self.dice.randrange(limit)

    def happens(self, per_mille: int) -> bool:
        return self.active and self.dice.randrange(1000) < per_mille


@dataclass
class FaultyGateway(SimulatedGateway):
    """Fails before it acts, after it acted, and in between lets time pass and others work."""

    chance: Chance = field(default_factory=lambda: Chance(0))
    meanwhile: Callable[[], None] = lambda: None
    under_way: dict[TransactionId, datetime] = field(default_factory=dict)
    """Charges whose outcome it does not tell yet, and when it will; as of a bank payment."""

    def step(self, per_mille: int = 15) -> None:
        if self.chance.happens(per_mille):
            raise Killed

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        self.step()
        if self.chance.happens(60):
            raise TransientError("the line is down, nothing was sent")
        if self.chance.happens(60):
            return Unknown(why="lost on its way there")
        if self.chance.happens(60):
            self.clock_on(timedelta(seconds=self.chance.dice.randrange(1, 170)))
            self.meanwhile()
        self.declines = self.chance.happens(120)
        answer = super().carry_out(instruction)
        self.step(30)
        if self.chance.happens(60):
            self.clock_on(timedelta(seconds=self.chance.dice.randrange(1, 100)))
            self.meanwhile()
        if self.chance.happens(60):
            raise OutcomeUnknownError("the answer was lost")
        return Unknown(why="422 although accepted") if self.chance.happens(30) else answer

    @override
    def _charge(self, charge: Charge) -> Answer:
        answer = super()._charge(charge)
        if isinstance(answer, Carried) and charge.capture and self.chance.happens(150):
            minutes = self.chance.dice.randrange(1, 600)
            self.under_way[answer.transaction] = self.clock.now() + timedelta(minutes=minutes)
            first = self.history[answer.transaction][0]
            pending = replace(first.payment, status=PaymentStatus.PENDING)
            self.history[answer.transaction] = [replace(first, payment=pending)]
        return answer

    @override
    def pass_nights(self) -> None:
        for number in [each for each, at in self.under_way.items() if at <= self.clock.now()]:
            del self.under_way[number]
            self.change(number, status=PaymentStatus.CAPTURED)
        super().pass_nights()

    def clock_on(self, step: timedelta) -> None:
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(step)

    def read(self) -> None:
        self.step()
        if self.chance.happens(50):
            raise TransientError("the gateway is slow")

    def was_read(self) -> None:
        """Between a look and what is made of it others may work too."""
        if self.chance.happens(30):
            self.clock_on(timedelta(seconds=self.chance.dice.randrange(1, 40)))
            self.meanwhile()

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        self.read()
        found = super().fetch_transaction(transaction)
        self.was_read()
        return found

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        self.read()
        found = super().fetch_range(first, last)
        self.was_read()
        return found

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        self.read()
        return super().find_by_invoice(invoice_id, first, last)


class DyingStore:
    """Hands every call on; the process may die before the call and after it."""

    def __init__(self, store: Any, chance: Chance) -> None:
        self._store = store
        self._chance = chance

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self._before(name)
            result = act(*arguments, **named)
            self._after(name)
            return result

        self.__dict__[name] = call
        return call

    def _before(self, _name: str) -> None:
        self._die()

    def _after(self, _name: str) -> None:
        self._die()

    def _die(self) -> None:
        if self._chance.happens(8):
            raise Killed
