from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.runtime.memory.runs import MemoryRunStore as ShippedRunStore


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


class MemoryRunStore(ShippedRunStore):
    """The same that ships; can be killed at the n-th commit."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.commits: list[str] = []
        self.kill_at_commit: int | None = None
        self.kill_before = False

    @override
    def commit(self, _what: str, write: Callable[[], object]) -> None:
        last = self.kill_at_commit == len(self.commits)
        if last and self.kill_before:
            raise Killed
        write()
        self.commits.append(_what)
        if last:
            raise Killed
