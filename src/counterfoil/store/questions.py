"""Review tasks as people see them, and the answers to those that a run goes on by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.database import Database
from counterfoil.store.errors import QuestionClosedError, RowMissingError
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.schema import inbox, review_task, run

LISTED_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A task with what a person needs for it."""

    id: str
    run: str | None
    flow: str
    environment: str
    kind: str
    title: str
    why: str
    details: Mapping[str, object]
    opened_at: datetime
    run_status: str
    answered_by: str | None
    answer: Mapping[str, object] | None
    assigned_to: str = ""
    due_at: datetime | None = None
    order_key: str = ""
    is_open: bool = True

    @property
    def choices(self) -> Mapping[str, str]:
        """What may be answered; empty where no run waits for an answer."""
        found = self.details.get("choices")
        return {each["choice"]: each["text"] for each in found} if isinstance(found, list) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which open tasks; empty text matches all."""

    environment: str | None = None
    kind: str = ""
    assigned_to: str = ""
    transaction: str = ""
    overdue: bool = False
    unassigned: bool = False

    def conditions(self, now: datetime) -> list[sa.ColumnElement[bool]]:
        """What the query must hold."""
        found = [review_task.c.status == "open"]
        if self.environment is not None:
            found.append(run.c.environment == self.environment)
        if self.kind:
            found.append(review_task.c.kind == self.kind)
        if self.assigned_to:
            found.append(review_task.c.assigned_to == self.assigned_to)
        if self.transaction:
            found.append(_ORDER_KEY.endswith("/" + self.transaction, autoescape=True))
        if self.overdue:
            found.append(review_task.c.due_at < now)
        if self.unassigned:
            found.append(review_task.c.assigned_to.is_(None))
        return found


ALL = TaskFilter()
_ORDER_KEY = sa.func.coalesce(run.c.order_key, inbox.c.order_key, "")
_COLUMNS = sa.select(
    *(review_task, run.c.flow, run.c.environment, run.c.status.label("run_status")),
    _ORDER_KEY.label("order_key"),
).select_from(
    review_task.outerjoin(run, run.c.id == review_task.c.run).outerjoin(
        inbox, inbox.c.id == review_task.c.event
    )
)


class Questions:
    """Reads tasks and answers them; the first answer stands."""

    def __init__(self, database: Database, queue: RunQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    def open(self, wanted: TaskFilter = ALL) -> Sequence[Question]:
        """The open ones: overdue ones first, then the oldest; at most 500."""
        now = self._clock.now()
        overdue = sa.func.coalesce(review_task.c.due_at < now, sa.false())
        order = (overdue.desc(), sa.case((overdue, review_task.c.due_at)), review_task.c.opened_at)
        query = _COLUMNS.where(*wanted.conditions(now)).order_by(*order, review_task.c.id)
        with self._database.autocommit() as connection:
            return [_question(row) for row in connection.execute(query.limit(LISTED_MAX))]

    def find(self, task: str) -> Question:
        """By its name, or the newest of a run.

        Raises:
            RowMissingError: there is none.
        """
        meant = sa.or_(review_task.c.id == task, review_task.c.run == task)
        query = _COLUMNS.where(meant).order_by(review_task.c.opened_at.desc()).limit(1)
        with self._database.autocommit() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise RowMissingError("review task", task)
        return _question(row)

    def answer(self, task: str, *, choice: str, by: str, note: str = "") -> None:
        """Stores the answer and lets the run go on, in one transaction.

        The run is locked first, so that it cannot be parked past the answer or dropped beside it.

        Raises:
            QuestionClosedError: somebody answered before, it was too late, or the run is over.
        """
        asking = sa.select(review_task.c.run).where(review_task.c.id == task)
        now = self._clock.now()
        change = (
            sa.update(review_task)
            .where(review_task.c.id == task, review_task.c.status == "open")
            .values(
                status="answered", answer={"choice": choice, "note": note}, answered_by=by, answered_at=now
            )
        )
        with self._database.transaction() as connection:
            run_id = connection.execute(asking).scalar_one_or_none()
            if run_id is not None:
                self._queue.lock(connection, run_id)
            taken = connection.execute(change).rowcount == 1
            if taken and run_id is not None:
                self._queue.wake(connection, run_id)
            if taken:
                self._log(connection, task, choice=choice, by=by, note=note)
        if not taken:
            raise QuestionClosedError(closed_words(self.find(task)))

    def _log(self, connection: sa.Connection, task: str, *, choice: str, by: str, note: str) -> None:
        about = connection.execute(_COLUMNS.where(review_task.c.id == task)).mappings().one()
        line = NewAct(
            task=task,
            environment=about["environment"] or "",
            order_key=about["order_key"],
            act="answer",
            by=by,
            why=note or choice,
            details={"choice": choice},
        )
        log_acts(connection, [line], self._clock.now())


def _question(row: sa.Row[tuple[object, ...]]) -> Question:
    found = row._mapping  # noqa: SLF001 - the name is SQLAlchemy's public one
    return Question(
        id=found["id"],
        run=found["run"],
        flow=found["flow"] or "",
        environment=found["environment"] or "",
        kind=found["kind"],
        title=found["title"],
        why=found["why"],
        details=found["details"],
        opened_at=found["opened_at"],
        run_status=found["run_status"] or "",
        answered_by=found["answered_by"],
        answer=found["answer"],
        assigned_to=found["assigned_to"] or "",
        due_at=found["due_at"],
        order_key=found["order_key"],
        is_open=found["status"] == "open",
    )


def closed_words(question: Question) -> str:
    """Why a task takes nothing any more."""
    answer = question.answer or {}
    decided = answer.get("choice") or answer.get("decision")
    if decided is not None:
        return f"{question.answered_by} answered before: {decided}"
    if question.run_status == "dropped":
        return "the run is over: somebody dropped it"
    if question.run is None or question.run_status in {"done", "held"}:
        return "it closed itself: what it asked needs no answer any more"
    return "it was too late: the run went on without an answer"
