from __future__ import annotations

from datetime import timedelta

from counterfoil.store.database import Database
from counterfoil.store.server_clock import ServerClock


def test_time_is_the_databases_and_goes_on_between_two_answers(database: Database) -> None:
    passed = [0]
    clock = ServerClock(database, nanoseconds=lambda: passed[0])
    first = clock.now()
    passed[0] += 3600 * 10**9
    assert clock.now() - first == timedelta(hours=1), "what has passed here"
    clock.ask()
    assert clock.now() - first < timedelta(minutes=30), "what the database says counts"
