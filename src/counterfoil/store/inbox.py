"""The inbox: every event is stored once, with its run and its job, before anybody is told that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.domain.money import Money
from counterfoil.domain.routing import Bearings
from counterfoil.flows.definition import starts
from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.ports.intake import Question
from counterfoil.ports.run_store import Json
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.event_tasks import open_tasks
from counterfoil.store.group_writer import ANSWER_SECONDS, GroupWriter
from counterfoil.store.jobs import Defer, Job, lock_name
from counterfoil.store.json_text import dump_json
from counterfoil.store.routing import Companies


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
    bearings: Bearings | None = None
    """What of the confirmed record says whose books it concerns; None where it cannot be read."""
    company: str = ""
    """Whose books it is about, where that is known; else the connection and its rules say it."""
    question: Question | None = None
    """What of it a person should decide, whether a flow works on it or not."""
    documents: Collection[str] | None = None
    """The numbers of the documents that its payment names; None where nobody can read them."""
    trace: str = ""
    """The trace that its runs go on with; empty where traces are off."""
    received: Money | None = None
    """The money that it tells was received; None: none, or nobody can read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Stored now, durably."""

    event: str
    runs: tuple[str, ...]
    """One for each flow that is live for it; none: it is kept and shown, and nothing works on it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyAccepted:
    """Stored before; nothing was added."""

    event: str


Acceptance = Accepted | AlreadyAccepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event with the identifier that it gets if it is new."""

    event: NewEvent
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDraft:
    """A run of one live flow for a new event."""

    id: str
    draft: Draft
    flow: str
    flow_version: str
    environment: str
    company: str


# What is live where a connection belongs to, as it stands in this very transaction.
ROUTES = sa.text("""
    SELECT connection.id, connection.environment, connection.company,
           connection.settings -> 'routes' AS rules,
           deployment.flow, deployment.hash, deployment.trigger
    FROM connection JOIN deployment ON deployment.environment = connection.environment
    WHERE connection.id = ANY (:connections)
    ORDER BY deployment.flow
""")

BETWEEN = "\x1f"
"""Stands between the numbers of one event on their way to the database, and in none of them."""

INSERT_EVENTS = sa.text("""
    INSERT INTO inbox (id, connection, event_key, source, kind, order_key, body, redacted,
                       occurred_at, received_at, documents, amount, currency)
    SELECT id, connection, event_key, source, kind, order_key, body::jsonb, redacted,
           occurred_at, :received_at, string_to_array(documents, :between), amount, currency
    FROM unnest(:id ::text[], :connection ::text[], :event_key ::text[], :source ::text[], :kind ::text[],
                :order_key ::text[], :body ::text[], :redacted ::boolean[], :occurred_at ::timestamptz[],
                :documents ::text[], :amount ::numeric[], :currency ::text[])
         WITH ORDINALITY
         AS new (id, connection, event_key, source, kind, order_key, body, redacted, occurred_at, documents,
                 amount, currency, place)
    ORDER BY place
    ON CONFLICT (connection, event_key) DO NOTHING
    RETURNING id
""")

INSERT_RUNS = sa.text("""
    INSERT INTO run (id, event, flow, flow_version, environment, connection, company, order_key,
                     trace, due_at, created_at)
    SELECT id, event, flow, flow_version, environment, connection, company, order_key, trace, :now, :now
    FROM unnest(:id ::text[], :event ::text[], :flow ::text[], :flow_version ::text[], :environment ::text[],
                :connection ::text[], :company ::text[], :order_key ::text[], :trace ::text[])
         WITH ORDINALITY
         AS new (id, event, flow, flow_version, environment, connection, company, order_key, trace, place)
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
            "body": [dump_json(event.body) for event in events],
            "redacted": [event.redacted for event in events],
            "occurred_at": [event.occurred_at for event in events],
            "received_at": received_at,
            "documents": [_joined(event.documents) for event in events],
            "between": BETWEEN,
            "amount": [event.received.amount if event.received else None for event in events],
            "currency": [event.received.currency if event.received else None for event in events],
        },
    )
    return set(rows.scalars())


def _joined(documents: Collection[str] | None) -> str | None:
    return None if documents is None else BETWEEN.join(documents)


def plan_runs(connection: sa.Connection, drafts: Sequence[Draft], ids: IdSource) -> list[RunDraft]:
    """One run for each flow that the event starts, in the order of the events."""
    wanted = list({draft.event.connection for draft in drafts})
    routes = connection.execute(ROUTES, {"connections": wanted}).mappings().all()
    companies = Companies(connection, [draft.event.order_key for draft in drafts])
    return [
        RunDraft(
            id=ids.new_id(),
            draft=draft,
            flow=route["flow"],
            flow_version=route["hash"],
            environment=route["environment"],
            company=draft.event.company or companies.of(draft.event.order_key, draft.event.bearings, route),
        )
        for draft in drafts
        for route in routes
        if route["id"] == draft.event.connection and starts(route["trigger"], draft.event.kind)
    ]


def insert_runs(connection: sa.Connection, runs: Sequence[RunDraft], now: datetime) -> list[Job]:
    """Adds runs and gives their jobs."""
    connection.execute(
        INSERT_RUNS,
        {
            "id": [run.id for run in runs],
            "event": [run.draft.id for run in runs],
            "flow": [run.flow for run in runs],
            "flow_version": [run.flow_version for run in runs],
            "environment": [run.environment for run in runs],
            "connection": [run.draft.event.connection for run in runs],
            "company": [run.company for run in runs],
            "order_key": [run.draft.event.order_key for run in runs],
            "trace": [run.draft.event.trace or None for run in runs],
            "now": now,
        },
    )
    return [Job(run=run.id, lock=lock_name(run.environment, run.draft.event.order_key)) for run in runs]


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
        drafts = [Draft(event=event, id=self._ids.new_id()) for event in events]
        now = self._clock.now()
        with self._database.transaction() as connection:
            taken = insert_events(connection, drafts, now)
            fresh = [draft for draft in drafts if draft.id in taken]
            runs = plan_runs(connection, fresh, self._ids)
            if runs:
                self._defer(connection, insert_runs(connection, runs, now))
            asked = [(draft.id, draft.event.question) for draft in fresh]
            open_tasks(connection, [(id_, one) for id_, one in asked if one], self._ids, now)
            repeated = [draft.event for draft in drafts if draft.id not in taken]
            known = find_events(connection, repeated) if repeated else {}
        return [
            Accepted(event=draft.id, runs=tuple(run.id for run in runs if run.draft is draft))
            if draft.id in taken
            else AlreadyAccepted(event=known[draft.event.connection, draft.event.key])
            for draft in drafts
        ]
