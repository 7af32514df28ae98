"""Signs of life: workers, polls, the database's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    """A poll of a connection that is switched on, and when it last read everything; None: never."""

    environment: str
    connection: str
    poll: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All of them, and what the database took the time to be."""

    workers: tuple[WorkerSign, ...]
    polls: tuple[PollSign, ...]
    database_now: datetime


WORKERS = sa.text("SELECT id, host, pid, started_at, heartbeat_at FROM worker ORDER BY started_at, id")

# What is polled of a connection goes by its kind.
POLLS = sa.text("""
    SELECT connection.environment, connection.name AS connection, wanted.poll, cursor.updated_at AS read_at
    FROM connection
    JOIN unnest(:kind ::text[], :poll ::text[]) AS wanted (kind, poll) ON wanted.kind = connection.kind
    LEFT JOIN cursor ON cursor.connection = connection.id AND cursor.name = wanted.poll
    WHERE connection.enabled
    ORDER BY connection.environment, connection.name, wanted.poll
""")

NOW = sa.text("SELECT clock_timestamp()")


def read_workers(connection: sa.Connection) -> tuple[WorkerSign, ...]:
    return tuple(WorkerSign(**row) for row in connection.execute(WORKERS).mappings())


def read_signs(connection: sa.Connection, polled: tuple[tuple[str, str], ...]) -> Signs:
    """`polled` says of each kind of connection which polls it has, by the name of the cursor."""
    kinds = {"kind": [kind for kind, _ in polled], "poll": [poll for _, poll in polled]}
    return Signs(
        workers=read_workers(connection),
        polls=tuple(PollSign(**row) for row in connection.execute(POLLS, kinds).mappings()),
        database_now=connection.execute(NOW).scalar_one(),
    )
