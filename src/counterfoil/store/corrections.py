"""Trying a run again on what a person corrected; refused once the run may have written anything."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from counterfoil.domain.dead_letters import Act
from counterfoil.ports.clock import Clock
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.database import Database
from counterfoil.store.dead_letters import CAUSE, IS_LETTER, WRITTEN, forget_reads
from counterfoil.store.errors import RowMissingError
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.schema import inbox, review_task, run

_LOCK = (
    sa.select(
        *(run.c.id, run.c.status, run.c.environment, run.c.order_key, run.c.why, inbox.c.kind),
        *(CAUSE.label("cause"), IS_LETTER.label("is_letter"), WRITTEN.label("written")),
    )
    .join(inbox, inbox.c.id == run.c.event)
    .where(run.c.id == sa.bindparam("run"))
    .with_for_update(of=run)
)

KINDS = ("payment.", "refund.")
"""Beginnings of the kinds of event that tell of a payment."""


class Corrections:
    """Corrects dead letters, and held runs whose question nobody answered yet."""

    def __init__(self, database: Database, queue: RunQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    def correct(self, run_id: str, changes: Mapping[str, str], *, by: str, why: str) -> str:
        """Lets the run go on with the changes; empty text, or why that cannot be.

        Raises:
            RowMissingError: there is no such run.
        """
        with self._database.transaction() as connection:
            row = connection.execute(_LOCK, {"run": run_id}).one_or_none()
            if row is None:
                raise RowMissingError("run", run_id)
            tasks = list(connection.execute(_OPEN_TASKS, {"run": run_id}).scalars())
            objection = _objection(row, tasks)
            if objection:
                return objection
            self._go_on(connection, run_id, changes, by)
            line = NewAct(
                run=run_id,
                environment=row.environment,
                order_key=row.order_key,
                act=Act.CORRECT.value,
                by=by,
                why=why,
                cause=row.cause if row.is_letter else "",
                details={"changes": dict(changes), "stopped": row.why or ""},
            )
            about_tasks = [_about_task(line, task) for task in tasks]
            log_acts(connection, [line, *about_tasks], self._clock.now())
        return ""

    def _go_on(self, connection: sa.Connection, run_id: str, changes: Mapping[str, str], by: str) -> None:
        """A held run is parked first, as one that stopped; its question is answered by the correction."""
        now = self._clock.now()
        kept = sa.func.coalesce(run.c.corrections, sa.text("'{}'::jsonb")).op("||")
        change = sa.update(run).where(run.c.id == run_id)
        connection.execute(change.values(corrections=kept(sa.cast(dict(changes), run.c.corrections.type))))
        held = change.where(run.c.status == "held")
        connection.execute(held.values(status="parked", result=None, finished_at=None))
        answer = {"status": "answered", "answer": {"decision": "corrected"}, "answered_by": by}
        asked = sa.update(review_task).where(review_task.c.run == run_id, review_task.c.status == "open")
        connection.execute(asked.values(**answer, answered_at=now))
        forget_reads(connection, [run_id])
        self._queue.redrive_all(connection, [run_id])


_OPEN_TASKS = sa.select(review_task.c.id).where(
    review_task.c.run == sa.bindparam("run"), review_task.c.status == "open"
)


def _objection(row: sa.Row[tuple[object, ...]], tasks: list[str]) -> str:
    if not (row.is_letter or (row.status == "held" and tasks)):
        return f"it is {row.status}, neither a dead letter nor held with an open question"
    if not row.kind.startswith(KINDS):
        return f"only what is told of a payment can be corrected, and this is {row.kind}"
    if row.written:
        return f"{row.written} may have written by what was told: retry it as it is, or mend it in the books"
    return ""


def _about_task(line: NewAct, task: str) -> NewAct:
    return NewAct(
        task=task,
        environment=line.environment,
        order_key=line.order_key,
        act=line.act,
        by=line.by,
        why=line.why,
    )
