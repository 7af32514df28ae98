"""What happened, for people: runs with their events, receipts, review tasks; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.store.database import Database
from counterfoil.store.schema import connection as connections
from counterfoil.store.schema import inbox, review_task, run, run_step


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run with its event; `result` is the summary of a closed run."""

    id: str
    event_key: str
    order_key: str
    kind: str
    source: str
    occurred_at: datetime
    received_at: datetime
    flow: str
    flow_version: str
    company: str
    status: str
    attempts: int
    why: str | None
    result: dict[str, Any] | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One node's execution in a run."""

    node: str
    intent_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTaskRow:
    """An open decision of a person, with the payment or the event that it is about; `run` may be empty."""

    id: str
    run: str
    order_key: str
    amount: str
    kind: str
    title: str
    why: str
    opened_at: datetime
    count: int
    """How many events it is about."""
    assigned_to: str
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened, and how many runs work or worked on it."""

    id: str
    event_key: str
    kind: str
    source: str
    environment: str
    company: str
    summary: str
    runs: int
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """A connection without settings and secrets."""

    name: str
    kind: str
    environment: str
    company: str
    mode: str


_POSTING = run.c.result["posting"].astext
_POSTING_KEY = run.c.result["posting_key"].astext
_POSTED = ("posted", "already_posted")
_RUN = (
    sa.select(
        run.c.id,
        inbox.c.event_key,
        run.c.order_key,
        inbox.c.kind,
        inbox.c.source,
        inbox.c.occurred_at,
        inbox.c.received_at,
        run.c.flow,
        run.c.flow_version,
        run.c.company,
        run.c.status,
        run.c.attempts,
        run.c.why,
        run.c.result,
        run.c.finished_at,
    )
    .join(inbox, inbox.c.id == run.c.event)
    .order_by(run.c.seq.desc())
)


class Overview:
    """Queries over the hub's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, *, order_key_end: str = "", status: str = "", limit: int) -> list[RunRow]:
        """The newest runs; `order_key_end` names a transaction whatever its merchant."""
        query = _RUN.limit(limit)
        if order_key_end:
            query = query.where(sa.func.split_part(run.c.order_key, "/", -1) == order_key_end)
        if status:
            query = query.where(run.c.status == status)
        return [RunRow(**row) for row in self._read(query)]

    def run(self, run_id: str) -> RunRow | None:
        rows = self._read(_RUN.where(run.c.id == run_id))
        return RunRow(**rows[0]) if rows else None

    def steps(self, run_id: str) -> list[StepRow]:
        query = sa.select(run_step.c.node, run_step.c.intent_at, run_step.c.finished_at, run_step.c.result)
        began = sa.func.coalesce(run_step.c.intent_at, run_step.c.finished_at)
        return [
            StepRow(**row)
            for row in self._read(query.where(run_step.c.run == run_id).order_by(began, run_step.c.node))
        ]

    def receipts(self, limit: int) -> list[RunRow]:
        """The runs that put a receipt into the books, newest first; each posting key once."""
        told, earlier = inbox.alias("told"), run.alias("earlier")
        posted_before = (
            sa.exists()
            .where(told.c.order_key == run.c.order_key, earlier.c.event == told.c.id)
            .where(earlier.c.seq < run.c.seq, earlier.c.result["posting_key"].astext == _POSTING_KEY)
            .where(earlier.c.result["posting"].astext.in_(_POSTED))
        )
        query = _RUN.where(_POSTING.in_(_POSTED), _POSTING_KEY.contains("/receipt#"), ~posted_before)
        return [RunRow(**row) for row in self._read(query.limit(limit))]

    def review_tasks(self, limit: int, now: datetime | None = None) -> list[ReviewTaskRow]:
        """What waits for a person: open tasks that are overdue by `now`, then the oldest of all others.

        Runs that stopped for good are among them.
        """
        task = review_task.c
        amount = sa.func.coalesce(run.c.result["amount"].astext, "").label("amount")
        opened = (
            sa.select(
                task.id,
                sa.func.coalesce(task.run, "").label("run"),
                sa.func.coalesce(run.c.order_key, inbox.c.order_key, "").label("order_key"),
                *(amount, task.kind, task.title, task.why, task.opened_at),
                sa.func.coalesce(task.details["count"].astext.cast(sa.Integer), 1).label("count"),
                sa.func.coalesce(task.assigned_to, "").label("assigned_to"),
                task.due_at,
                sa.func.coalesce(task.due_at < sa.literal(now, task.due_at.type), sa.false()).label(
                    "is_overdue"
                ),
            )
            .outerjoin(run, run.c.id == task.run)
            .outerjoin(inbox, inbox.c.id == task.event)
        )
        stopped = sa.select(
            run.c.id,
            run.c.id.label("run"),
            *(run.c.order_key, amount),
            sa.literal("dead_letter").label("kind"),
            sa.literal("A run stopped before its end").label("title"),
            sa.func.coalesce(run.c.why, "").label("why"),
            run.c.started_at.label("opened_at"),
            sa.literal(1).label("count"),
            sa.literal("").label("assigned_to"),
            sa.null().cast(run.c.due_at.type).label("due_at"),
            sa.false().label("is_overdue"),
        ).where(run.c.status == "dead")
        both = opened.where(task.status == "open").union_all(stopped)
        query = both.order_by(sa.desc("is_overdue"), "opened_at").limit(limit)
        return [ReviewTaskRow(**row) for row in self._read(query)]

    def events(self, limit: int, *, without_runs: bool = False) -> list[EventRow]:
        """The newest events; of those without a run, no flow takes note."""
        runs = sa.select(sa.func.count()).where(run.c.event == inbox.c.id).scalar_subquery()
        query = (
            sa.select(
                *(inbox.c.id, inbox.c.event_key, inbox.c.kind, inbox.c.source),
                *(connections.c.environment, connections.c.company),
                sa.func.coalesce(inbox.c.body["summary"].astext, "").label("summary"),
                runs.label("runs"),
                *(inbox.c.occurred_at, inbox.c.received_at),
            )
            .join(connections, connections.c.id == inbox.c.connection)
            .order_by(inbox.c.seq.desc())
            .limit(limit)
        )
        if without_runs:
            query = query.where(~sa.exists().where(run.c.event == inbox.c.id))
        return [EventRow(**row) for row in self._read(query)]

    def connections(self) -> list[ConnectionRow]:
        column = connections.c
        query = sa.select(column.name, column.kind, column.environment, column.company, column.mode)
        return [ConnectionRow(**row) for row in self._read(query.order_by(column.environment, column.name))]

    def _read(self, query: sa.Executable) -> Sequence[dict[str, Any]]:
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
