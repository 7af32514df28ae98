"""The turns of runs: who may be carried now, how a turn ended, and what has to be carried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.ports.breakers import AwaitingRuns
from counterfoil.ports.clock import Clock
from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.store.database import Database
from counterfoil.store.jobs import Defer, Job, lock_name
from counterfoil.store.run_troubles import KEEP_TROUBLE, NO_PROBLEM, told_problem
from counterfoil.store.schema import run as table

CLOSED = ("done", "held", "dropped")
STOPPED = ("parked", "dead")
SWEEP_LIMIT = 500

AWAITS = sa.and_(table.c.awaits.is_not(None), table.c.status == "parked")

elder = table.alias("elder")
closed_elder = sa.exists().where(elder.c.id == table.c.behind, elder.c.status.in_(CLOSED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A worker may carry the run now; this attempt is counted already."""

    run: str
    attempt: int
    strikes: int
    """Attempts started since one last ended in order, this one included."""
    failed: int = 0
    """Tries in a row before this one that failed and brought the run no further."""
    flow: str = field(default="", compare=False)
    trace: str = field(default="", compare=False)
    """Of the event that began the run; empty where traces are off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """An older run of the same order key is unfinished; this one waits for it."""

    elder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """There is nothing to carry: closed, parked, or not there."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """Its last attempt ended without order, such as with its worker: it is begun alone, and was not now."""

    strikes: int


Begun = Turn | Behind | Idle | Struck


# Counts the attempt, unless an older run of the same order key in the same environment is unfinished.
BEGIN = sa.text("""
    WITH found AS (
        SELECT id, flow, trace, status, attempts, strikes, failed, (
            SELECT elder.id
            FROM run AS elder
            WHERE elder.order_key = run.order_key AND elder.environment = run.environment
              AND elder.seq < run.seq AND elder.status IN ('waiting', 'running', 'parked', 'dead')
            ORDER BY elder.seq
            LIMIT 1
        ) AS elder
        FROM run
        WHERE id = :run
        FOR UPDATE OF run
    ), parked AS (
        UPDATE run
        SET status = 'parked', behind = found.elder, due_at = NULL,
            why = 'an earlier event of the same payment waits'
        FROM found
        WHERE run.id = found.id AND found.status IN ('waiting', 'running') AND found.elder IS NOT NULL
    ), begun AS (
        UPDATE run
        SET status = 'running', attempts = found.attempts + 1, strikes = found.strikes + 1,
            worker = :worker, started_at = :now, due_at = NULL, why = NULL
        FROM found
        WHERE run.id = found.id AND found.status IN ('waiting', 'running') AND found.elder IS NULL
          AND (:alone OR found.strikes = 0)
    )
    SELECT flow, trace, status, attempts, strikes, failed, elder FROM found
""")

READ_END = sa.text("""
    SELECT status, EXISTS (SELECT FROM run AS younger WHERE younger.behind = run.id) AS awaited
    FROM run
    WHERE id = :run
""")

# Only while the turn is the run's newest: a worker that was frozen and wakes late changes nothing.
# What was woken during the turn is due already, and stays so when it is parked.
END = sa.text("""
    UPDATE run
    SET status = :status, why = :why, awaits = :awaits,
        strikes = CASE WHEN :in_order THEN 0 ELSE strikes END,
        failed = :failed, problem = :problem, cause = :cause, node = :node,
        stopped_at = CASE WHEN :cause ::text IS NULL THEN NULL
                          WHEN cause = :cause THEN stopped_at
                          ELSE :now ::timestamptz END,
        due_at = CASE WHEN :status ::text = 'parked' THEN least(run.due_at, :due_at ::timestamptz)
                      ELSE :due_at ::timestamptz END
    WHERE id = :run AND attempts = :attempt AND status = 'running'
""")

# Nobody needs to answer what a dropped run asked.
CLOSE_QUESTIONS = sa.text("""
    UPDATE review_task SET status = 'answered', answer = '{}', answered_by = '', answered_at = :now
    WHERE run = ANY (:runs) AND status = 'open'
""")


def jobs_of(rows: Sequence[sa.Row[tuple[str, int, str, str]]]) -> list[Job]:
    """The jobs of changed rows, oldest run first."""
    ordered = sorted(rows, key=lambda row: row.seq)
    return [Job(run=row.id, lock=lock_name(row.environment, row.order_key)) for row in ordered]


class RunQueue(AwaitingRuns):
    """Moves runs between their states; every method is one transaction.

    Writes at a turn's end count only while the turn is the run's newest, so that a worker which was
    frozen and wakes late changes nothing.
    """

    def __init__(self, database: Database, defer: Defer, clock: Clock) -> None:
        self._database = database
        self._defer = defer
        self._clock = clock

    def begin(self, run_id: str, worker: str, *, alone: bool = False) -> Begun:
        """Counts an attempt and gives the turn, unless an older run of the order key comes first.

        A run whose last attempt ended without order is begun only by a worker that carries nothing beside
        it: should it end this one too, no other run is suspected.
        """
        with self._database.autocommit() as connection:
            values = {"run": run_id, "worker": worker, "now": self._clock.now(), "alone": alone}
            found = connection.execute(BEGIN, values).one_or_none()
        if found is None:
            return Idle(status="missing")
        if found.status not in {"waiting", "running"}:
            return Idle(status=found.status)
        if found.elder is not None:
            return Behind(elder=found.elder)
        if found.strikes and not alone:
            return Struck(strikes=found.strikes)
        return Turn(
            run=run_id,
            attempt=found.attempts + 1,
            strikes=found.strikes + 1,
            failed=found.failed,
            flow=found.flow,
            trace=found.trace or "",
        )

    def finish(self, turn: Turn) -> bool:
        """After the flow closed its run: lets the younger runs go on. False when the run is not closed."""
        with self._database.autocommit() as connection:
            found = connection.execute(READ_END, {"run": turn.run}).one()
        if found.status not in CLOSED:
            return False
        if found.awaited:
            with self._database.transaction() as connection:
                self._wake(connection, table.c.behind == turn.run)
        return True

    def park(self, turn: Turn, parked: Parked) -> None:
        """Ends the turn in order: the run waits for a date, for a connection, or until it is re-driven."""
        self._end(turn, "parked", parked, parked.until)

    def retry(self, turn: Turn, again: RetryAfter, *, in_order: bool) -> None:
        """Ends the turn; the same job comes again. An attempt that did not end in order stays a strike."""
        self._end(
            turn, "waiting", again, self._clock.now() + timedelta(seconds=again.seconds), in_order=in_order
        )

    def bury(self, turn: Turn, failed: Failed) -> None:
        """Makes the run a dead letter; younger runs of its order key wait behind it."""
        self._end(turn, "dead", failed, None, in_order=False)

    def _end(
        self,
        turn: Turn,
        status: str,
        how: Parked | RetryAfter | Failed,
        due_at: datetime | None,
        *,
        in_order: bool = True,
    ) -> None:
        failed = 0 if isinstance(how, Failed) else how.failed
        values: dict[str, object] = {"run": turn.run, "attempt": turn.attempt, "now": self._clock.now()}
        values |= {"status": status, "why": how.why, "due_at": due_at, "failed": failed}
        values |= {"awaits": how.awaits if isinstance(how, Parked) else None}
        values |= {"in_order": in_order, **told_problem(how.problem, how.why)}
        with self._database.transaction() as connection:
            ended = connection.execute(END, values).rowcount == 1
            if ended and how.problem is not None:
                connection.execute(KEEP_TROUBLE, values)

    def redrive(self, run_id: str) -> bool:
        """A person lets a parked or dead run go on; False when it is neither."""
        with self._database.transaction() as connection:
            return self.redrive_all(connection, [run_id]) == 1

    def redrive_all(self, connection: sa.Connection, runs: Sequence[str]) -> int:
        """In the caller's transaction: lets the parked and dead ones among at most 500 runs go on."""
        meant = sa.and_(table.c.id.in_(runs), table.c.status.in_(STOPPED))
        change = sa.update(table).where(meant).values(strikes=0, failed=0, **NO_PROBLEM)
        connection.execute(change)
        return self._wake(connection, meant, STOPPED)

    def lock(self, connection: sa.Connection, run_id: str) -> str:
        """The run's status, which nobody else changes before the caller's transaction ends."""
        query = sa.select(table.c.status).where(table.c.id == run_id).with_for_update()
        return str(connection.execute(query).scalar_one())

    def wake(self, connection: sa.Connection, run_id: str) -> None:
        """In the caller's transaction, which locked the run: it goes on at once, or right after its turn."""
        if not self._wake(connection, table.c.id == run_id):
            now = self._clock.now()
            change = sa.update(table).where(table.c.id == run_id, table.c.status == "running")
            connection.execute(change.values(due_at=now))

    def drop(self, run_id: str, why: str) -> bool:
        """A person closes a parked or dead run; the younger runs of its order key go on."""
        with self._database.transaction() as connection:
            return self.drop_all(connection, [run_id], why) == 1

    def drop_all(self, connection: sa.Connection, runs: Sequence[str], why: str) -> int:
        """In the caller's transaction: closes the parked and dead ones among at most 500 runs."""
        now = self._clock.now()
        change = (
            sa.update(table)
            .where(table.c.id.in_(runs), table.c.status.in_(STOPPED))
            .values(status="dropped", why=why, finished_at=now, due_at=None, behind=None)
            .returning(table.c.id)
        )
        dropped = list(connection.execute(change).scalars())
        connection.execute(CLOSE_QUESTIONS, {"runs": dropped, "now": now})
        self._wake(connection, table.c.behind.in_(dropped))
        return len(dropped)

    def sweep(self, carried: sa.Select[tuple[str]], grace: timedelta) -> int:
        """Gives a job to whatever is unfinished, due and has none; the caller is the only one who sweeps.

        `carried` selects, as "run", what has a job. The grace keeps away from what is stored or ended now.
        """
        now = self._clock.now()
        jobs = carried.subquery()
        lost = ~sa.exists().where(jobs.c.run == table.c.id)
        with self._database.transaction() as connection:
            due = self._wake(connection, sa.and_(table.c.behind.is_(None), table.c.due_at <= now))
            behind = self._wake(connection, closed_elder)
            waiting = self._wake(connection, sa.and_(table.c.due_at <= now - grace, lost), ("waiting",))
            running = self._wake(connection, sa.and_(table.c.started_at <= now - grace, lost), ("running",))
            return due + behind + waiting + running

    @override
    def awaited(self) -> dict[str, int]:
        query = sa.select(table.c.awaits, sa.func.count()).where(AWAITS).group_by(table.c.awaits)
        with self._database.autocommit() as connection:
            return {str(awaits): count for awaits, count in connection.execute(query)}

    @override
    def release(self, connection: str, count: int, *, probe: bool) -> int:
        which = sa.and_(table.c.awaits == connection, AWAITS)
        order = (table.c.started_at, table.c.seq) if probe else (table.c.seq,)
        with self._database.transaction() as session:
            return self._wake(session, which, order=order, limit=count)

    def _wake(
        self,
        connection: sa.Connection,
        which: sa.ColumnElement[bool],
        statuses: tuple[str, ...] = ("parked",),
        *,
        order: Sequence[sa.ColumnElement[Any]] = (table.c.seq,),
        limit: int = SWEEP_LIMIT,
    ) -> int:
        chosen = (
            sa.select(table.c.id)
            .where(which, table.c.status.in_(statuses))
            .order_by(*order)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        change = (
            sa.update(table)
            .where(table.c.id.in_(chosen.scalar_subquery()))
            .values(status="waiting", behind=None, awaits=None, due_at=self._clock.now())
            .returning(table.c.id, table.c.seq, table.c.environment, table.c.order_key)
        )
        rows = connection.execute(change).all()
        if rows:
            self._defer(connection, jobs_of(rows))
        return len(rows)
