"""Signs of life: workers, polls, breakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSign:
    """A worker process and when it last said that it lives."""

    id: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSign:
    """A poll of a connection that is switched on.

    `read_at` says when it last read everything, or, where it never did, when the connection was entered.
    """

    environment: str
    connection: str
    poll: str
    read_at: datetime
    pace: timedelta
    """The longest pause that it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSign:
    """The breaker of a connection that ever had one to say something of."""

    environment: str
    name: str
    state: str
    since: datetime | None
    """When it last opened or closed."""
    waiting: int
    """Runs that wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What is polled of a kind of connection, by the name of its cursor."""

    kind: str
    poll: str
    pace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All of them."""

    workers: tuple[WorkerSign, ...]
    polls: tuple[PollSign, ...]
    breakers: tuple[BreakerSign, ...]
    places: Mapping[str, tuple[str, str]]
    """The environment and the name of each connection, by its id."""


WORKERS = sa.text("SELECT id, host, pid, started_at, heartbeat_at FROM worker ORDER BY started_at, id")

# What is polled of a connection goes by its kind.
POLLS = sa.text("""
    SELECT connection.environment, connection.name AS connection, wanted.poll, wanted.pace,
           coalesce(cursor.updated_at, connection.updated_at) AS read_at
    FROM connection
    JOIN unnest(:kind ::text[], :poll ::text[], :pace ::interval[]) AS wanted (kind, poll, pace)
      ON wanted.kind = connection.kind
    LEFT JOIN cursor ON cursor.connection = connection.id AND cursor.name = wanted.poll
    WHERE connection.enabled
    ORDER BY connection.environment, connection.name, wanted.poll
""")

BREAKERS = sa.text("""
    SELECT connection.environment, connection.name, breaker.state, breaker.since,
           (SELECT count(*) FROM run WHERE run.awaits = connection.id AND run.status = 'parked') AS waiting
    FROM breaker JOIN connection ON connection.id = breaker.connection
    ORDER BY connection.environment, connection.name
""")

PLACES = sa.text("SELECT id, environment, name FROM connection")


def read_workers(connection: sa.Connection) -> tuple[WorkerSign, ...]:
    return tuple(WorkerSign(**row) for row in connection.execute(WORKERS).mappings())


def read_signs(connection: sa.Connection, polled: Sequence[Polled]) -> Signs:
    wanted = {name: [getattr(one, name) for one in polled] for name in ("kind", "poll", "pace")}
    return Signs(
        workers=read_workers(connection),
        polls=tuple(PollSign(**row) for row in connection.execute(POLLS, wanted).mappings()),
        breakers=tuple(BreakerSign(**row) for row in connection.execute(BREAKERS).mappings()),
        places={row.id: (row.environment, row.name) for row in connection.execute(PLACES)},
    )
