"""Work on review tasks: whose one is, by when, what was said of it, and its end; each act kept in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.database import Database
from counterfoil.store.schema import inbox, review_task, run


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAct:
    """What a person does with an open task."""

    act: str
    """``assign``, ``due``, ``note`` or ``close``."""
    by: str
    why: str
    details: Json = field(default_factory=dict)


_ABOUT = (
    sa.select(
        review_task.c.status,
        sa.func.coalesce(run.c.environment, "").label("environment"),
        sa.func.coalesce(run.c.order_key, inbox.c.order_key, "").label("order_key"),
    )
    .select_from(review_task)
    .outerjoin(run, run.c.id == review_task.c.run)
    .outerjoin(inbox, inbox.c.id == review_task.c.event)
    .where(review_task.c.id == sa.bindparam("task"))
    .with_for_update(of=review_task)
)


class ReviewWork:
    """Changes open tasks only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def assign(self, task: str, to: str, act: TaskAct) -> bool:
        """Makes it a person's; empty text: nobody's. False when it is not open."""
        return self._change(task, {"assigned_to": to or None}, act)

    def set_due(self, task: str, due_at: datetime | None, act: TaskAct) -> bool:
        """By when it is to be decided; None: no date. False when it is not open."""
        return self._change(task, {"due_at": due_at}, act)

    def note(self, task: str, act: TaskAct) -> bool:
        """Keeps a line with it. False when it is not open."""
        return self._change(task, {}, act)

    def close(self, task: str, answer: Json, act: TaskAct) -> bool:
        """Ends it as decided. False when it is not open any more: somebody was there before."""
        values = {"status": "answered", "answer": dict(answer), "answered_by": act.by}
        return self._change(task, {**values, "answered_at": self._clock.now()}, act)

    def _change(self, task: str, values: Mapping[str, object], act: TaskAct) -> bool:
        with self._database.transaction() as connection:
            about = connection.execute(_ABOUT, {"task": task}).one_or_none()
            if about is None or about.status != "open":
                return False
            if values:
                change = sa.update(review_task).where(review_task.c.id == task)
                connection.execute(change.values(**values))
            line = NewAct(
                task=task,
                environment=about.environment,
                order_key=about.order_key,
                act=act.act,
                by=act.by,
                why=act.why,
                details=act.details,
            )
            log_acts(connection, [line], self._clock.now())
        return True
