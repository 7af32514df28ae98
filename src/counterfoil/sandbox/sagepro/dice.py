"""Repeatable chance: the same seed gives the same company on every machine and Python version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1
_SATURDAY = 5
_WEEKEND_TRIES = 12


class Dice:
    """A SplitMix64 generator; for samples only, never for anything that must not be guessed."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1; the tiny bias of the remainder does not matter here."""
        return self._next() % limit

    def between(self, low: int, high: int) -> int:
        """A number from low to high, both included."""
        return low + self.below(high - low + 1)

    def percent(self, chance: int) -> bool:
        return self.below(100) < chance

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def amount(self, low_cents: int, high_cents: int) -> Decimal:
        return Decimal(self.between(low_cents, high_cents)).scaleb(-2)

    def day(self, first: date, last: date) -> date:
        """A working day in the range, where the range has one."""
        for _ in range(_WEEKEND_TRIES):
            day = first + timedelta(days=self.below(max((last - first).days, 0) + 1))
            if day.weekday() < _SATURDAY:
                return day
        return last

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        result = list(choices)
        for place in range(len(result) - 1, 0, -1):
            other = self.below(place + 1)
            result[place], result[other] = result[other], result[place]
        return result
