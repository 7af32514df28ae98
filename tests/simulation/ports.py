"""What stands between a hub and all else: each call may fail, die, or take long enough for others to work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from tests.support.gateway_faults import Chance, DyingStore
from tests.support.memory_store import Killed


@dataclass(frozen=True)
class Weather:
    """How often something goes wrong at a call, per thousand."""

    kills: int
    errors: int
    lost: int
    """The call did its work, and the answer did not arrive."""
    meanwhile: int
    """Others work, or time passes, while the call is under way."""


CALM = Weather(kills=0, errors=0, lost=0, meanwhile=10)
USUAL = Weather(kills=4, errors=8, lost=4, meanwhile=10)
STORM = Weather(kills=15, errors=30, lost=15, meanwhile=20)


class Port(DyingStore):
    """Hands calls on to a store or to the books."""

    def __init__(self, inner: Any, chance: Chance, weather: Weather, meanwhile: Callable[[], None]) -> None:
        super().__init__(inner, chance)
        self._weather = weather
        self._meanwhile = meanwhile

    @override
    def _before(self, name: str) -> None:
        self._die()
        if self._chance.happens(self._weather.errors):
            raise TransientError(f"{name}: no answer, nothing was done")
        if self._chance.happens(self._weather.meanwhile):
            self._meanwhile()

    @override
    def _after(self, name: str) -> None:
        self._die()
        if self._chance.happens(self._weather.lost):
            raise OutcomeUnknownError(f"{name}: the answer was lost")
        if self._chance.happens(self._weather.meanwhile):
            self._meanwhile()

    @override
    def _die(self) -> None:
        if self._chance.happens(self._weather.kills):
            raise Killed
