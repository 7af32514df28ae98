"""Work that repeats until told to stop: each loop in its own thread, alive whatever one turn meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime.calls import one_turn

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_FAILURES_MAX = 6


class Loop:
    """Calls a turn again and again; between two turns it waits as long as the turn says, or is woken."""

    def __init__(self, name: str, turn: Callable[[], timedelta | None], *, pause: timedelta) -> None:
        self.name = name
        self._turn = turn
        self._pause = pause
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._failures = 0
        self._why = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """The next turn begins at once."""
        self._wake.set()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        self._thread.join()

    @property
    def runs(self) -> bool:
        """Whether turns follow each other, however they end."""
        return self._thread.is_alive()

    @property
    def state(self) -> str:
        """A word for people: whether it works."""
        if not self.runs:
            return "stopped"
        return f"failed {self._failures} times in a row: {self._why}" if self._failures else "works"

    def _run(self) -> None:
        while not self._stopped.is_set():
            pause = self._one_turn()
            self._wake.wait(pause.total_seconds() * 2 ** min(self._failures, _FAILURES_MAX))
            self._wake.clear()

    def _one_turn(self) -> timedelta:
        try:
            with one_turn():
                pause = self._turn()
            self._failures = 0
        except Exception as error:  # noqa: BLE001 - a loop must live on, and its state tells of it
            self._why = str(error) if isinstance(error, CounterfoilError) else type(error).__name__
            self._failures += 1
            log.warning("loop_failed", loop=self.name, failures=self._failures, error=type(error).__name__)
            return self._pause
        return self._pause if pause is None else pause


def stop_all(loops: Sequence[Loop]) -> None:
    for loop in loops:
        loop.stop()
