"""What is open now: unfinished runs, money that is not in the books, pushes, questions, writes, workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRuns:
    """The unfinished runs of a company in one state."""

    environment: str
    company: str
    status: str
    runs: int
    oldest_at: datetime
    due_at: datetime | None
    """Since when the one that is due first has been due; only of those that wait for a worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unposted:
    """Payments of a company in one currency that were received and are not in the books."""

    environment: str
    company: str
    currency: str
    amount: Decimal
    payments: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of a kind there are, and since when."""

    of: str
    """The connection, or the kind of task."""
    kind: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """All that is open."""

    runs: tuple[OpenRuns, ...]
    unposted: tuple[Unposted, ...]
    hints: tuple[Counted, ...]
    tasks: tuple[Counted, ...]
    effects: tuple[Counted, ...]


RUNS = sa.text("""
    SELECT environment, company, status, count(*) AS runs, min(created_at) AS oldest_at,
           min(due_at) FILTER (WHERE status = 'waiting') AS due_at
    FROM run
    WHERE status IN ('waiting', 'running', 'parked', 'dead')
    GROUP BY environment, company, status
    ORDER BY environment, company, status
""")

# A payment is told several times (captured, settled); it counts once, and not where one of its runs posted
# it: looked up for each of the open ones (the limit keeps the planner to it), not for all that ever ended.
# Money is in the books too where a run posted it and then asked a person something about it.
UNPOSTED = sa.text("""
    WITH open AS (
        SELECT id, event FROM run WHERE status IN ('waiting', 'running', 'parked', 'dead')
        UNION ALL
        SELECT run.id, run.event
        FROM review_task AS task JOIN run ON run.id = task.run
        WHERE task.status = 'open' AND run.status = 'held'
    ), payment AS (
        SELECT DISTINCT ON (run.environment, run.order_key)
               run.environment, run.company, run.order_key, inbox.amount, inbox.currency, inbox.received_at
        FROM open JOIN run ON run.id = open.id JOIN inbox ON inbox.id = open.event
        WHERE inbox.amount IS NOT NULL
        ORDER BY run.environment, run.order_key, inbox.seq DESC
    )
    SELECT environment, company, currency, sum(amount) AS amount, count(*) AS payments,
           min(received_at) AS oldest_at
    FROM payment LEFT JOIN LATERAL (
        SELECT true AS found
        FROM inbox AS told JOIN run AS done ON done.event = told.id
        WHERE told.order_key = payment.order_key AND done.environment = payment.environment
          AND done.result ->> 'posting' IN ('posted', 'already_posted')
        LIMIT 1
    ) AS posted ON true
    WHERE posted.found IS NULL
    GROUP BY environment, company, currency
    ORDER BY environment, company, currency
""")

HINTS = sa.text("""
    SELECT connection AS of, 'waiting' AS kind, count(*) AS count, min(received_at) AS oldest_at
    FROM hint WHERE status = 'waiting' GROUP BY connection ORDER BY connection
""")

TASKS = sa.text("""
    SELECT coalesce(run.environment, connection.environment, '') AS of, task.kind, count(*) AS count,
           min(task.opened_at) AS oldest_at
    FROM review_task AS task
    LEFT JOIN run ON run.id = task.run
    LEFT JOIN inbox ON inbox.id = task.event
    LEFT JOIN connection ON connection.id = inbox.connection
    WHERE task.status = 'open'
    GROUP BY 1, task.kind ORDER BY 1, task.kind
""")

EFFECTS = sa.text("""
    SELECT connection AS of, state AS kind, count(*) AS count, min(begun_at) AS oldest_at
    FROM effect WHERE state IN ('sending', 'unknown', 'question')
    GROUP BY connection, state ORDER BY connection, state
""")


def read_open_work(connection: sa.Connection) -> OpenWork:
    def rows(query: sa.TextClause) -> sa.MappingResult:
        return connection.execute(query).mappings()

    return OpenWork(
        runs=tuple(OpenRuns(**row) for row in rows(RUNS)),
        unposted=tuple(Unposted(**row) for row in rows(UNPOSTED)),
        hints=tuple(Counted(**row) for row in rows(HINTS)),
        tasks=tuple(Counted(**row) for row in rows(TASKS)),
        effects=tuple(Counted(**row) for row in rows(EFFECTS)),
    )
