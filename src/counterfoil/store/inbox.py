"""The inbox: every event is stored once, with its run and its job, before anybody is told that it arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.ports.run_store import Json
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.group_writer import ANSWER_SECONDS, GroupWriter
from counterfoil.store.jobs import Defer, Job, lock_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """Which flow version will work on an event."""

    flow: str
    flow_version: str
    environment: str
    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that happened, confirmed with its source and free of card data."""

    connection: str
    key: str
    """The same from every source that tells of it; unique within the connection."""
    source: str
    kind: str
    order_key: str
    body: Json
    redacted: bool
    occurred_at: datetime
    plan: RunPlan | None
    """None when no flow is live for it: it is kept and shown, and nothing works on it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Stored now, durably."""

    event: str
    run: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyAccepted:
    """Stored before; nothing was added."""

    event: str


Acceptance = Accepted | AlreadyAccepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event with the identifiers that it gets if it is new."""

    event: NewEvent
    id: str
    run: str


INSERT_EVENTS = sa.text("""
    INSERT INTO inbox (id, connection, event_key, source, kind, order_key, body, redacted,
                       occurred_at, received_at)
    SELECT id, connection, event_key, source, kind, order_key, body::jsonb, redacted,
           occurred_at, :received_at
    FROM unnest(:id ::text[], :connection ::text[], :event_key ::text[], :source ::text[], :kind ::text[],
                :order_key ::text[], :body ::text[], :redacted ::boolean[], :occurred_at ::timestamptz[])
         WITH ORDINALITY
         AS new (id, connection, event_key, source, kind, order_key, body, redacted, occurred_at, place)
    ORDER BY place
    ON CONFLICT (connection, event_key) DO NOTHING
    RETURNING id
""")

INSERT_RUNS = sa.text("""
    INSERT INTO run (id, event, flow, flow_version, environment, connection, company, order_key,
                     due_at, created_at)
    SELECT id, event, flow, flow_version, environment, connection, company, order_key, :now, :now
    FROM unnest(:id ::text[], :event ::text[], :flow ::text[], :flow_version ::text[], :environment ::text[],
                :connection ::text[], :company ::text[], :order_key ::text[])
         WITH ORDINALITY
         AS new (id, event, flow, flow_version, environment, connection, company, order_key, place)
    ORDER BY place
""")


def insert_events(connection: sa.Connection, drafts: Sequence[Draft], received_at: datetime) -> set[str]:
    """Stores what is new, in the order given, and gives the identifiers that were taken."""
    events = [draft.event for draft in drafts]
    rows = connection.execute(
        INSERT_EVENTS,
        {
            "id": [draft.id for draft in drafts],
            "connection": [event.connection for event in events],
            "event_key": [event.key for event in events],
            "source": [event.source for event in events],
            "kind": [event.kind for event in events],
            "order_key": [event.order_key for event in events],
            "body": [json.dumps(event.body, allow_nan=False) for event in events],
            "redacted": [event.redacted for event in events],
            "occurred_at": [event.occurred_at for event in events],
            "received_at": received_at,
        },
    )
    return set(rows.scalars())


def insert_runs(connection: sa.Connection, drafts: Sequence[Draft], now: datetime) -> list[Job]:
    """Adds the runs of new events and gives their jobs."""
    planned = [(draft, draft.event.plan) for draft in drafts if draft.event.plan is not None]
    if not planned:
        return []
    connection.execute(
        INSERT_RUNS,
        {
            "id": [draft.run for draft, _ in planned],
            "event": [draft.id for draft, _ in planned],
            "flow": [plan.flow for _, plan in planned],
            "flow_version": [plan.flow_version for _, plan in planned],
            "environment": [plan.environment for _, plan in planned],
            "connection": [draft.event.connection for draft, _ in planned],
            "company": [plan.company for _, plan in planned],
            "order_key": [draft.event.order_key for draft, _ in planned],
            "now": now,
        },
    )
    return [
        Job(run=draft.run, lock=lock_name(plan.environment, draft.event.order_key)) for draft, plan in planned
    ]


def find_events(connection: sa.Connection, events: Sequence[NewEvent]) -> dict[tuple[str, str], str]:
    """The identifiers under which events were stored before."""
    inbox = schema.inbox.c
    key = sa.tuple_(inbox.connection, inbox.event_key)
    wanted = [(event.connection, event.key) for event in events]
    rows = connection.execute(sa.select(inbox.connection, inbox.event_key, inbox.id).where(key.in_(wanted)))
    return {(row.connection, row.event_key): row.id for row in rows}


class Inbox:
    """Accepts events from many callers; an answer means that event, run and job are stored."""

    def __init__(self, database: Database, defer: Defer, *, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._defer = defer
        self._clock = clock
        self._ids = ids
        self._writer: GroupWriter[NewEvent, Acceptance] = GroupWriter("inbox", self.store)

    def start(self) -> None:
        self._writer.start()

    def close(self) -> None:
        """Commits what waits and takes nothing new."""
        self._writer.close()

    def submit(self, event: NewEvent) -> Future[Acceptance]:
        return self._writer.submit(event)

    def accept(self, event: NewEvent, *, timeout_seconds: int = ANSWER_SECONDS) -> Acceptance:
        """Stores an event once and returns after the commit.

        Raises:
            TransientError: it is not known to be stored; the sender must send it again.
            EventNotStorableError: its own content cannot be stored.
        """
        return self._writer.write(event, timeout_seconds=timeout_seconds)

    async def accept_async(self, event: NewEvent) -> Acceptance:
        return await asyncio.wrap_future(self.submit(event))

    def store(self, events: Sequence[NewEvent]) -> list[Acceptance]:
        """Stores a group in one transaction, what is new with its run and job; one answer each, in order."""
        drafts = [Draft(event=event, id=self._ids.new_id(), run=self._ids.new_id()) for event in events]
        now = self._clock.now()
        with self._database.transaction() as connection:
            taken = insert_events(connection, drafts, now)
            fresh = [draft for draft in drafts if draft.id in taken]
            jobs = insert_runs(connection, fresh, now)
            if jobs:
                self._defer(connection, jobs)
            repeated = [draft.event for draft in drafts if draft.id not in taken]
            known = find_events(connection, repeated) if repeated else {}
        return [
            Accepted(event=draft.id, run=draft.run if draft.event.plan is not None else None)
            if draft.id in taken
            else AlreadyAccepted(event=known[draft.event.connection, draft.event.key])
            for draft in drafts
        ]
