"""Hints: unconfirmed pushes, kept before the sender is answered, until the gateway's record was read."""

from __future__ import annotations

from collections import Counter
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
from counterfoil.store.errors import IntakeFullError
from counterfoil.store.group_writer import GroupWriter
from counterfoil.store.json_text import dump_json
from counterfoil.store.schema import hint as table

WAITING_MAX = 10_000
"""Per connection: whoever learns a push address can forge hints, and must not fill the disk with them."""

INSERT_HINTS = sa.text("""
    INSERT INTO hint (id, connection, source, subject, body, redacted, due_at, received_at)
    SELECT id, connection, source, subject, body::jsonb, redacted, :now, :now
    FROM unnest(:id ::text[], :connection ::text[], :source ::text[], :subject ::text[], :body ::text[],
                :redacted ::boolean[])
         AS new (id, connection, source, subject, body, redacted)
    ORDER BY connection, subject
    ON CONFLICT (connection, subject) WHERE status = 'waiting' DO UPDATE SET pushes = hint.pushes + 1
    RETURNING id
""")

# Counted no further than needed.
COUNT_WAITING = sa.text("""
    SELECT wanted.connection, (
        SELECT count(*) FROM (
            SELECT FROM hint
            WHERE hint.connection = wanted.connection AND hint.status = 'waiting'
            LIMIT :most
        ) AS waiting
    ) AS waiting
    FROM unnest(:connection ::text[]) AS wanted (connection)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHint:
    """A push, free of card data, and the transaction that it names."""

    connection: str
    source: str
    subject: str
    body: Mapping[str, object]
    redacted: bool


def once_each(drafts: Mapping[str, NewHint]) -> dict[str, NewHint]:
    """The first of those that name the same transaction."""
    first = {(hint.connection, hint.subject): hint_id for hint_id, hint in reversed(list(drafts.items()))}
    return {hint_id: drafts[hint_id] for hint_id in first.values()}


class HintInbox:
    """Keeps pushes in groups; an answer means that the hint is stored, or stood there waiting already."""

    def __init__(
        self, database: Database, *, clock: Clock, ids: IdSource, waiting_max: int = WAITING_MAX
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._waiting_max = waiting_max
        self._room: Counter[str] = Counter()
        self._writer: GroupWriter[NewHint, bool] = GroupWriter("hints", self.store)

    def start(self) -> None:
        self._writer.start()

    def close(self) -> None:
        """Commits what waits and takes nothing new."""
        self._writer.close()

    def submit(self, hint: NewHint) -> Future[bool]:
        """Hands a hint over; the future tells, after the commit, whether it is new.

        The future raises `IntakeFullError` while too many hints of the connection wait for confirmation.
        """
        return self._writer.submit(hint)

    def store(self, hints: Sequence[NewHint]) -> list[bool | IntakeFullError]:
        """Stores a group in one transaction; a transaction that waits already is not stored again."""
        with self._database.transaction() as connection:
            self._look_for_room(connection, Counter(hint.connection for hint in hints))
            fitting: dict[str, NewHint] = {}
            ids = []
            for hint in hints:
                ids.append(self._ids.new_id())
                self._room[hint.connection] -= 1
                if self._room[hint.connection] >= 0:
                    fitting[ids[-1]] = hint
            taken = self._insert(connection, once_each(fitting)) if fitting else set()
        return [
            hint_id in taken if hint_id in fitting else IntakeFullError("too many pushes wait: send it again")
            for hint_id in ids
        ]

    def _look_for_room(self, connection: sa.Connection, wanted: Counter[str]) -> None:
        """Counts what waits only where the room known of would not do: confirmations make room meanwhile."""
        short = [name for name, count in wanted.items() if self._room[name] < count]
        if short:
            rows = connection.execute(COUNT_WAITING, {"connection": short, "most": self._waiting_max})
            for row in rows:
                self._room[row.connection] = self._waiting_max - row.waiting

    def _insert(self, connection: sa.Connection, drafts: Mapping[str, NewHint]) -> set[str]:
        hints = list(drafts.values())
        rows = connection.execute(
            INSERT_HINTS,
            {
                "id": list(drafts),
                "connection": [hint.connection for hint in hints],
                "source": [hint.source for hint in hints],
                "subject": [hint.subject for hint in hints],
                "body": [dump_json(hint.body) for hint in hints],
                "redacted": [hint.redacted for hint in hints],
                "now": self._clock.now(),
            },
        )
        return set(rows.scalars())


class Hints(HintStore):
    """Hints that wait for confirmation, in the hub's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @override
    def due(self, connection: str, limit: int) -> Sequence[Hint]:
        query = (
            sa.select(
                *(table.c[name] for name in ("id", "connection", "source", "subject", "attempts", "pushes"))
            )
            .where(
                table.c.connection == connection,
                table.c.status == "waiting",
                table.c.due_at <= self._clock.now(),
            )
            .order_by(table.c.due_at)
            .limit(limit)
        )
        with self._database.autocommit() as session:
            return [
                Hint(
                    id=row.id,
                    connection=row.connection,
                    source=row.source,
                    transaction=TransactionId(row.subject),
                    attempts=row.attempts,
                    pushes=row.pushes,
                )
                for row in session.execute(query)
            ]

    @override
    def confirm(self, hint: Hint, event: str) -> None:
        self._end(hint, {"status": "confirmed", "event": event, "error": None})

    @override
    def refuse(self, hint: Hint, why: str) -> None:
        self._end(hint, {"status": "refused", "error": why})

    @override
    def postpone(self, hint: Hint, due_at: datetime, why: str, *, looked: bool) -> None:
        self._change(hint, {"due_at": due_at, "error": why}, looks=int(looked))

    def _end(self, hint: Hint, values: Mapping[str, object]) -> None:
        """Ends the hint, unless it was pushed again meanwhile: then it is looked at once more."""
        self._change(hint, values, table.c.pushes == hint.pushes)

    def _change(
        self, hint: Hint, values: Mapping[str, object], *only: sa.ColumnElement[bool], looks: int = 1
    ) -> None:
        change = sa.update(table).where(table.c.id == hint.id, table.c.status == "waiting", *only)
        with self._database.autocommit() as session:
            session.execute(change.values(attempts=table.c.attempts + looks, **values))
