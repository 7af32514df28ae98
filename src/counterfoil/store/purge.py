"""What is old is purged, in groups of bounded size, each a transaction of its own.

Of a finished run first the steps go, then, much later, what it came to. The run, its event, effects, posting
keys and tasks stay for good: later events of the same payment are judged by them, and they keep anything from
being posted twice. Whatever is unfinished, held or dead is left whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database

GROUP = 1000

# A run with an open question is looked at by somebody, whatever became of it.
WHICH = {
    "steps": """
        FROM run
        WHERE purged = 0 AND status IN ('done', 'dropped') AND finished_at < :before
          AND NOT EXISTS (
              SELECT FROM review_task WHERE review_task.run = run.id AND review_task.status = 'open'
          )
    """,
    "results": "FROM run WHERE purged = 1 AND status IN ('done', 'dropped') AND finished_at < :before",
    "hints": "FROM hint WHERE status <> 'waiting' AND received_at < :before",
    "workers": "FROM worker WHERE heartbeat_at < :before",
}
ORDER = {"steps": "finished_at", "results": "finished_at", "hints": "received_at", "workers": "heartbeat_at"}
CHANGE = {
    "steps": """
        , gone AS (DELETE FROM run_step USING old WHERE run_step.run = old.id)
        UPDATE run SET purged = 1 FROM old WHERE run.id = old.id
    """,
    "results": "UPDATE run SET purged = 2, result = NULL, why = NULL FROM old WHERE run.id = old.id",
    "hints": "DELETE FROM hint USING old WHERE hint.id = old.id",
    "workers": "DELETE FROM worker USING old WHERE worker.id = old.id",
}
KINDS = tuple(WHICH)
"""``steps`` and ``results`` are counted in runs."""


def group_of(kind: str) -> sa.TextClause:
    """Lets the oldest of a kind go, as far as nobody else has them in hand."""
    old = f"SELECT id {WHICH[kind]} ORDER BY {ORDER[kind]} LIMIT :group FOR UPDATE SKIP LOCKED"
    return sa.text(f"WITH old AS ({old}) {CHANGE[kind]}")


def count_of(kind: str) -> sa.TextClause:
    return sa.text(f"SELECT count(*) {WHICH[kind]}")


class Purge:
    """Lets go of what is older than it is kept, by kind; a kind that is not named is kept for ever."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def count(self, kept: Mapping[str, timedelta]) -> Mapping[str, int]:
        """How many of each kind would go."""
        with self._database.autocommit() as connection:
            return {
                kind: connection.execute(count_of(kind), {"before": before}).scalar_one()
                for kind, before in self._before(kept).items()
            }

    def purge(self, kept: Mapping[str, timedelta], within: timedelta) -> Mapping[str, int]:
        """Lets go of as much as the time allows; how many of each kind went.

        Raises:
            StoreUnavailableError: no answer; what went is gone, and the rest goes another time.
        """
        until = self._clock.now() + within
        return {kind: self._purge(kind, before, until) for kind, before in self._before(kept).items()}

    def _purge(self, kind: str, before: datetime, until: datetime) -> int:
        count, statement = 0, group_of(kind)
        while self._clock.now() < until:
            with self._database.autocommit() as connection:
                went = connection.execute(statement, {"before": before, "group": GROUP}).rowcount
            count += went
            if went < GROUP:
                break
        return count

    def _before(self, kept: Mapping[str, timedelta]) -> Mapping[str, datetime]:
        now = self._clock.now()
        return {kind: now - kept[kind] for kind in KINDS if kind in kept}
