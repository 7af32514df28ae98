"""What people do with dead letters: each act with its line in the log, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from counterfoil.domain.dead_letters import Act
from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.database import Database
from counterfoil.store.dead_letters import CAUSE, IS_LETTER, OPEN_STEP, WRITTEN, forget_reads
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.schema import run

AT_ONCE = 200
"""Letters in one transaction; at most as many as the queue wakes at once."""

_PAST = {
    Act.RETRY.value: "retried",
    Act.CORRECT.value: "corrected",
    Act.SKIP.value: "skipped",
    Act.RESOLVE.value: "resolved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person wants done with letters."""

    act: Act
    by: str
    why: str
    details: Json = field(default_factory=dict)
    spare_open: bool = False
    """Leave alone what may have written and whose end is not known."""
    live_flow: bool = False
    """Go on with the version of the flow that is live now; leave alone what may have written already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it."""

    runs: Sequence[str] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    """Letters that were not as the person saw them any more, with what became of them."""
    spared: Sequence[str] = ()
    """Letters that may have written already and were left alone."""


class LetterActs:
    """Acts on letters as a person saw them; what changed since is left alone and told."""

    def __init__(self, database: Database, queue: RunQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    def carry_out(self, seen: Sequence[tuple[str, int]], order: Order) -> Done:
        """Runs with the attempts that they had when they were seen; in groups, each all or nothing."""
        done: list[str] = []
        moved: dict[str, str] = {}
        spared: list[str] = []
        for start in range(0, len(seen), AT_ONCE):
            part = self._group(seen[start : start + AT_ONCE], order)
            done += part.runs
            moved |= part.moved
            spared += part.spared
        return Done(runs=done, moved=moved, spared=spared)

    def _group(self, seen: Sequence[tuple[str, int]], order: Order) -> Done:
        attempts = dict(seen)
        with self._database.transaction() as connection:
            rows = connection.execute(_LOCK, {"runs": list(attempts)}).all()
            as_seen = [row for row in rows if row.is_letter and _is_as_seen(row, attempts[row.id])]
            spared = [row.id for row in as_seen if _is_spared(row, order)]
            chosen = [row for row in as_seen if row.id not in spared]
            gone = attempts.keys() - {row.id for row in as_seen}
            moved = _what_became(connection, gone, {row.id: row.status for row in rows})
            if chosen:
                self._act(connection, [row.id for row in chosen], order)
                acts = [_line(row, order) for row in chosen]
                log_acts(connection, acts, self._clock.now())
        return Done(runs=[row.id for row in chosen], moved=moved, spared=spared)

    def _act(self, connection: sa.Connection, runs: Sequence[str], order: Order) -> None:
        if order.live_flow:
            connection.execute(_TO_LIVE_FLOW, {"runs": list(runs)})
            forget_reads(connection, runs)
        match order.act:
            case Act.RETRY | Act.CORRECT:
                self._queue.redrive_all(connection, runs)
            case Act.SKIP | Act.RESOLVE:
                why = f"{_PAST[order.act.value]} by {order.by}: {order.why}"
                self._queue.drop_all(connection, runs, why)


# In one order, so that two people who act at once do not lock each other out.
_LOCK = (
    sa.select(
        *(run.c.id, run.c.attempts, run.c.status, run.c.environment, run.c.order_key, run.c.why),
        *(CAUSE.label("cause"), IS_LETTER.label("is_letter")),
        *(sa.func.coalesce(OPEN_STEP, "").label("open_step"), WRITTEN.label("written")),
    )
    .where(run.c.id == sa.any_(sa.bindparam("runs")))
    .order_by(run.c.seq)
    .with_for_update(of=run)
)

_TO_LIVE_FLOW = sa.text("""
    UPDATE run SET flow_version = deployment.hash
    FROM deployment
    WHERE run.id = ANY (:runs)
      AND deployment.environment = run.environment AND deployment.flow = run.flow
""")

_LAST = sa.text("""
    SELECT DISTINCT ON (run) run, act, done_by, done_at
    FROM act_log
    WHERE run = ANY (:runs)
    ORDER BY run, id DESC
""")


def _is_spared(row: sa.Row[tuple[object, ...]], order: Order) -> bool:
    return bool((order.spare_open and row.open_step) or (order.live_flow and row.written))


def _is_as_seen(row: sa.Row[tuple[object, ...]], attempts: int) -> bool:
    """What is looked at again by itself is the same after such a look."""
    return bool(row.status == "parked" or row.attempts == attempts)


def _line(row: sa.Row[tuple[object, ...]], order: Order) -> NewAct:
    details = {**order.details, "stopped": row.why or ""}
    if row.open_step:
        details |= {"open_step": row.open_step}
    return NewAct(
        run=row.id,
        environment=row.environment,
        order_key=row.order_key,
        act=order.act.value,
        by=order.by,
        why=order.why,
        cause=row.cause,
        details=details,
    )


def _what_became(
    connection: sa.Connection, gone: Iterable[str], statuses: Mapping[str, str]
) -> dict[str, str]:
    runs = list(gone)
    if not runs:
        return {}
    told = {name: f"it is {statuses[name]} by now" if name in statuses else "no such run" for name in runs}
    for row in connection.execute(_LAST, {"runs": runs}):
        if row.done_by:
            word = _PAST.get(row.act, row.act)
            told[row.run] = f"{row.done_by} {word} it at {row.done_at:%Y-%m-%d %H:%M} UTC"
    return told
