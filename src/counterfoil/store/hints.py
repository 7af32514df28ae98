"""Hints: unconfirmed pushes, kept before the sender is answered, until the gateway's record was read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.ports.intake import Hint, HintStore
from counterfoil.store.database import Database
from counterfoil.store.group_writer import GroupWriter
from counterfoil.store.schema import hint as table

INSERT_HINTS = sa.text("""
    INSERT INTO hint (id, connection, source, subject, body, redacted, due_at, received_at)
    SELECT id, connection, source, subject, body::jsonb, redacted, :now, :now
    FROM unnest(:id ::text[], :connection ::text[], :source ::text[], :subject ::text[], :body ::text[],
                :redacted ::boolean[])
         AS new (id, connection, source, subject, body, redacted)
    ON CONFLICT (connection, subject) WHERE status = 'waiting' DO NOTHING
    RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHint:
    """A push, free of card data, and the transaction that it names."""

    connection: str
    source: str
    subject: str
    body: Mapping[str, object]
    redacted: bool


class HintInbox:
    """Keeps pushes in groups; an answer means that the hint is stored, or stood there waiting already."""

    def __init__(self, database: Database, *, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._writer: GroupWriter[NewHint, bool] = GroupWriter("hints", self.store)

    def start(self) -> None:
        self._writer.start()

    def close(self) -> None:
        """Commits what waits and takes nothing new."""
        self._writer.close()

    def submit(self, hint: NewHint) -> Future[bool]:
        """Hands a hint over; the future tells, after the commit, whether it is new."""
        return self._writer.submit(hint)

    def store(self, hints: Sequence[NewHint]) -> list[bool]:
        """Stores a group in one transaction; a transaction that waits already is not stored again."""
        ids = [self._ids.new_id() for _ in hints]
        with self._database.transaction() as connection:
            taken = set(
                connection.execute(
                    INSERT_HINTS,
                    {
                        "id": ids,
                        "connection": [hint.connection for hint in hints],
                        "source": [hint.source for hint in hints],
                        "subject": [hint.subject for hint in hints],
                        "body": [json.dumps(hint.body, allow_nan=False) for hint in hints],
                        "redacted": [hint.redacted for hint in hints],
                        "now": self._clock.now(),
                    },
                ).scalars()
            )
        return [hint_id in taken for hint_id in ids]


class Hints(HintStore):
    """Hints that wait for confirmation, in the hub's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @override
    def due(self, connection: str, limit: int) -> Sequence[Hint]:
        query = (
            sa.select(table.c.id, table.c.connection, table.c.source, table.c.subject, table.c.attempts)
            .where(
                table.c.connection == connection,
                table.c.status == "waiting",
                table.c.due_at <= self._clock.now(),
            )
            .order_by(table.c.due_at)
            .limit(limit)
        )
        with self._database.transaction() as transaction:
            return [
                Hint(
                    id=row.id,
                    connection=row.connection,
                    source=row.source,
                    transaction=TransactionId(row.subject),
                    attempts=row.attempts,
                )
                for row in transaction.execute(query)
            ]

    @override
    def confirm(self, hint: Hint, event: str) -> None:
        self._change(hint, {"status": "confirmed", "event": event, "error": None})

    @override
    def refuse(self, hint: Hint, why: str) -> None:
        self._change(hint, {"status": "refused", "error": why})

    @override
    def postpone(self, hint: Hint, due_at: datetime, why: str) -> None:
        self._change(hint, {"due_at": due_at, "error": why})

    def _change(self, hint: Hint, values: Mapping[str, object]) -> None:
        change = sa.update(table).where(table.c.id == hint.id, table.c.status == "waiting")
        with self._database.transaction() as transaction:
            transaction.execute(change.values(attempts=table.c.attempts + 1, **values))
