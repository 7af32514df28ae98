"""Tables that stay open while there is much to do with them, and are closed as soon as there is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from counterfoil.connectors.sagepro.tables import OpenTables
from counterfoil.ports.errors import TransientError

AGE_MS_MAX = 1000
"""No set is lent longer than this after it was opened: Sage Pro may replace the files beneath it."""

PARKED_MAX = 4


@dataclass(frozen=True, slots=True)
class _Parked:
    tables: OpenTables
    opened_ns: int

    @property
    def left_ns(self) -> int:
        return self.opened_ns + AGE_MS_MAX * 1_000_000 - time.monotonic_ns()


class TablePool:
    """Lends sets of tables, each to one thread at a time; a set that is not lent is closed within a second.

    Opening a company's tables costs ten times as much as looking something up in them.
    """

    def __init__(self, open_tables: Callable[[], OpenTables]) -> None:
        self._open_tables = open_tables
        self._parked: list[_Parked] = []
        self._changed = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._close_old, name="table-pool", daemon=True)
        self._thread.start()

    @contextmanager
    def lend(self) -> Iterator[OpenTables]:
        """A set of tables; after an error it is not used again.

        Raises:
            TransientError: the pool is closed.
        """
        lent = self._take()
        is_sound = False
        try:
            yield lent.tables
            is_sound = True
        finally:
            if not (is_sound and self._park(lent)):
                lent.tables.close()

    def close(self) -> None:
        """Closes what is not lent now; what is lent is closed when it comes back."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._thread.join()

    def _take(self) -> _Parked:
        with self._changed:
            if not self._open:
                raise TransientError("the company is paused; resume it, then try again")
            while self._parked:
                parked = self._parked.pop()
                if parked.left_ns > 0 and parked.tables.are_in_place:
                    return parked
                parked.tables.close()
        return _Parked(self._open_tables(), time.monotonic_ns())

    def _park(self, lent: _Parked) -> bool:
        with self._changed:
            if not self._open or lent.left_ns <= 0 or len(self._parked) >= PARKED_MAX:
                return False
            self._parked.append(lent)
            self._changed.notify_all()
            return True

    def _close_old(self) -> None:
        with self._changed:
            while self._open:
                soonest_ns = min((parked.left_ns for parked in self._parked), default=None)
                self._changed.wait(None if soonest_ns is None else max(soonest_ns, 0) / 1_000_000_000)
                self._close_those_over()
            self._close_those_over()

    def _close_those_over(self) -> None:
        over = [parked for parked in self._parked if parked.left_ns <= 0 or not self._open]
        self._parked = [parked for parked in self._parked if parked not in over]
        for parked in over:
            parked.tables.close()
