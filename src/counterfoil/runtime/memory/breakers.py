"""Breakers in memory, with the same promises as the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from typing_extensions import override

from counterfoil.ports.breakers import Breaker, BreakerChange, BreakerStore, Hand
from counterfoil.ports.clock import Clock


class MemoryBreakers(BreakerStore):
    """One breaker per connection; the clock stands for the database's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = Lock()
        self._breakers: dict[str, Breaker] = {}

    @override
    def find(self, connection: str) -> tuple[Breaker, datetime]:
        return self._breakers.get(connection, Breaker(connection=connection)), self._clock.now()

    @override
    def change(
        self, connection: str, step: Callable[[Breaker, datetime], Breaker], hand: Hand | None = None
    ) -> BreakerChange:
        with self._guard:
            before, now = self.find(connection)
            after = self._breakers[connection] = step(before, now)
        return BreakerChange(before=before, after=after, at=now)

    @override
    def all(self) -> Sequence[Breaker]:
        return list(self._breakers.values())
