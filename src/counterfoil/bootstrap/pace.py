"""The pace of polls: soon again while something happens, later and later while not."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from counterfoil.runtime.days_reader import Polled
from counterfoil.runtime.polling import PAUSE_MIN, pause_after


class Polls(Protocol):
    """Whatever can be polled."""

    def turn(self) -> Polled: ...


class PacedPoll:
    """One poll after the other, each with the pause that follows it."""

    def __init__(self, poller: Polls, longest: timedelta) -> None:
        self._poller = poller
        self._longest = longest
        self._pause = PAUSE_MIN

    def turn(self) -> timedelta:
        self._pause = min(pause_after(self._poller.turn(), self._pause), self._longest)
        return self._pause
