"""How the last hours went: payments posted and held, how long it took, what was declined, flow by flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOST = 20_000
"""So many of the newest are looked at, so that a busy day costs no more than a quiet one."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Payments of a company that ended in the last 24 hours."""

    environment: str
    company: str
    posted: int
    posted_alone: int
    """Of these, those of which no person was asked anything."""
    held: int
    """Those that ended with a person, without being posted."""
    seconds_middle: int
    """From payment to posting: half took longer. 0 where nothing was posted."""
    seconds_most: int
    """One in twenty took longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowHour:
    """What became of a flow's runs in the last hour."""

    environment: str
    flow: str
    status: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Payments that people tried through a connection, and how many were declined."""

    connection: str
    hour: int
    hour_declined: int
    week: int
    """In the seven days before the hour."""
    week_declined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """All of it."""

    ended: tuple[Ended, ...]
    flows: tuple[FlowHour, ...]
    tried: tuple[Tried, ...]


ENDED = sa.text("""
    WITH ended AS (
        SELECT run.environment, run.company, run.status, run.finished_at - inbox.occurred_at AS took,
               run.result ->> 'posting' IN ('posted', 'already_posted') AS posted,
               EXISTS (SELECT FROM review_task WHERE review_task.run = run.id) AS asked
        FROM run JOIN inbox ON inbox.id = run.event
        WHERE run.finished_at > :since AND inbox.amount IS NOT NULL
        ORDER BY run.finished_at DESC
        LIMIT :most
    )
    SELECT environment, company,
           count(*) FILTER (WHERE posted) AS posted,
           count(*) FILTER (WHERE posted AND NOT asked) AS posted_alone,
           count(*) FILTER (WHERE status = 'held' AND posted IS NOT TRUE) AS held,
           coalesce(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY took)
                                       FILTER (WHERE posted)), 0)::bigint AS seconds_middle,
           coalesce(extract(epoch FROM percentile_disc(0.95) WITHIN GROUP (ORDER BY took)
                                       FILTER (WHERE posted)), 0)::bigint AS seconds_most
    FROM ended
    GROUP BY environment, company
    ORDER BY environment, company
""")

FLOWS = sa.text("""
    SELECT environment, flow, status, count(*) AS runs
    FROM run WHERE finished_at > :since
    GROUP BY environment, flow, status ORDER BY environment, flow, status
""")

TRIED = sa.text("""
    SELECT connection,
           count(*) FILTER (WHERE received_at > :hour) AS hour,
           count(*) FILTER (WHERE received_at > :hour AND kind = 'payment.failed') AS hour_declined,
           count(*) FILTER (WHERE received_at <= :hour) AS week,
           count(*) FILTER (WHERE received_at <= :hour AND kind = 'payment.failed') AS week_declined
    FROM (
        SELECT connection, received_at, kind
        FROM inbox
        WHERE received_at > :week AND kind IN ('payment.failed', 'payment.captured', 'payment.authorised')
        ORDER BY received_at DESC
        LIMIT :most
    ) AS tried
    GROUP BY connection ORDER BY connection
""")


def read_recent(connection: sa.Connection, now: datetime) -> Recent:
    def rows(query: sa.TextClause, **values: datetime | int) -> sa.MappingResult:
        return connection.execute(query, values).mappings()

    return Recent(
        ended=tuple(Ended(**row) for row in rows(ENDED, since=now - DAY, most=MOST)),
        flows=tuple(FlowHour(**row) for row in rows(FLOWS, since=now - HOUR)),
        tried=tuple(Tried(**row) for row in rows(TRIED, hour=now - HOUR, week=now - HOUR - WEEK, most=MOST)),
    )
