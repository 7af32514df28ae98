"""The database's clock, which all processes go by, whatever their machines' own clocks say."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database

NOW = sa.text("SELECT clock_timestamp()")


class ServerClock(Clock):
    """The database's time when it was last asked, and what has passed here since.

    What has passed is counted by a clock that nobody sets. `ask` is called regularly, because that clock
    stands still while a machine sleeps.
    """

    def __init__(self, database: Database, nanoseconds: Callable[[], int] = time.monotonic_ns) -> None:
        self._database = database
        self._nanoseconds = nanoseconds
        self.ask()

    def ask(self) -> None:
        """Asks the database what time it is; half of the way there and back is taken as passed since.

        Raises:
            StoreUnavailableError: no answer; time goes on from the answer before.
        """
        with self._database.autocommit() as connection:
            asked = self._nanoseconds()
            told: datetime = connection.execute(NOW).scalar_one()
            answered = self._nanoseconds()
        self._known = told.astimezone(UTC), (asked + answered) // 2

    @override
    def now(self) -> datetime:
        told, at = self._known
        return told + timedelta(microseconds=(self._nanoseconds() - at) // 1000)
