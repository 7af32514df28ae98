"""Flows that are live, with their texts and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.store import schema
from counterfoil.store.database import Database

UNFINISHED = ("waiting", "running", "parked", "dead")
OF_SCHEDULES = sa.text("inbox.kind LIKE 'schedule.%'")
"""Written out, as an index has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFlow:
    """A version that is live in an environment."""

    environment: str
    flow: str
    version: str
    text: str
    deployed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A moment at which a flow went to another version."""

    at: datetime
    before: str | None
    """The text that was live until then; None: none was."""


class LiveFlows:
    """Reads what is live at this moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def started_by(self, beginning: str) -> list[LiveFlow]:
        """Those whose kinds of event begin so, by environment and name."""
        live, version = schema.deployment.c, schema.flow_version.c
        query = (
            sa.select(live.environment, live.flow, live.hash, version.body, live.deployed_at)
            .join(schema.flow_version, version.hash == live.hash)
            .where(live.trigger.startswith(beginning, autoescape=True))
            .order_by(live.environment, live.flow)
        )
        with self._database.autocommit() as connection:
            rows = connection.execute(query).all()
        return [
            LiveFlow(
                environment=row.environment,
                flow=row.flow,
                version=row.hash,
                text=row.body,
                deployed_at=row.deployed_at,
            )
            for row in rows
        ]

    def moves(self, environment: str, flow: str) -> list[Move]:
        """How the flow came to what is live there, newest first."""
        log, change, version = schema.deployment_log.c, schema.deployment_change.c, schema.flow_version.c
        query = (
            sa.select(log.done_at, version.body)
            .join(schema.deployment_change, change.entry == log.id)
            .outerjoin(schema.flow_version, version.hash == change.from_hash)
            .where(log.environment == environment, change.flow == flow)
            .order_by(log.id.desc())
        )
        with self._database.autocommit() as connection:
            return [Move(at=row.done_at, before=row.body) for row in connection.execute(query)]

    def last_start(self, connection: str, kind: str) -> datetime | None:
        """When a flow with a schedule was started last, by the clock or by a person."""
        inbox = schema.inbox.c
        query = sa.select(sa.func.max(inbox.occurred_at)).where(*_starts(connection, kind))
        with self._database.autocommit() as session:
            last: datetime | None = session.execute(query).scalar_one()
        return last

    def is_under_way(self, connection: str, kind: str) -> bool:
        """Whether a run of such a start has not ended; one that stopped for good waits for a person."""
        run = schema.run.c
        query = sa.select(schema.run).join(schema.inbox, schema.inbox.c.id == run.event)
        query = query.where(*_starts(connection, kind), run.status.in_(UNFINISHED))
        with self._database.autocommit() as session:
            return bool(session.execute(sa.select(query.exists())).scalar_one())


def _starts(connection: str, kind: str) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    inbox = schema.inbox.c
    return inbox.connection == connection, inbox.kind == kind, OF_SCHEDULES
