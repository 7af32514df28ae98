"""The turns of runs and their jobs in memory, by the rules of the database's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from typing_extensions import override

from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.runtime.recovery import GRACE
from counterfoil.store.run_queue import CLOSED, Begun, Behind, Idle, RunQueue, Struck, Turn
from tests.simulation.rows import Job, Rows, State


class MemoryQueue(RunQueue):
    """What `RunQueue` promises, over rows in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def _state(self, run_id: str) -> State | None:
        return self._rows.written.states.get(run_id)

    @override
    def begin(self, run_id: str, worker: str, *, alone: bool = False) -> Begun:
        state = self._state(run_id)
        if state is None:
            return Idle(status="missing")
        if state.status not in {"waiting", "running"}:
            return Idle(status=state.status)
        elder = self._elder(run_id)
        if elder is not None:
            state.status, state.behind, state.due_at = "parked", elder, None
            return Behind(elder=elder)
        if state.strikes and not alone:
            return Struck(strikes=state.strikes)
        now = self._rows.clock.now()
        state.status, state.attempts, state.strikes = "running", state.attempts + 1, state.strikes + 1
        state.started_at, state.due_at = now, None
        self._rows.runs[run_id] = replace(self._rows.runs[run_id], attempt=state.attempts)
        failed = self._rows.runs[run_id].failed
        return Turn(run=run_id, attempt=state.attempts, strikes=state.strikes, failed=failed)

    def _elder(self, run_id: str) -> str | None:
        """The oldest run of the order key before this one that is not over."""
        for name in self._rows.lineages[self._rows.runs[run_id].order_key]:
            if name == run_id:
                return None
            if self._rows.written.states[name].status not in CLOSED:
                return name
        return None

    @override
    def finish(self, turn: Turn) -> bool:
        state = self._state(turn.run)
        if state is None or state.status not in CLOSED:
            return False
        for name in self._rows.lineages[self._rows.runs[turn.run].order_key]:
            if self._rows.written.states[name].behind == turn.run:
                self._go_on(name)
        return True

    @override
    def park(self, turn: Turn, parked: Parked) -> None:
        self._ended(turn, "parked", parked, parked.until)

    @override
    def retry(self, turn: Turn, again: RetryAfter, *, in_order: bool) -> None:
        due_at = self._rows.clock.now() + timedelta(seconds=again.seconds)
        self._ended(turn, "waiting", again, due_at, in_order=in_order)

    @override
    def bury(self, turn: Turn, failed: Failed) -> None:
        self._ended(turn, "dead", failed, None, in_order=False)

    def _ended(
        self,
        turn: Turn,
        status: str,
        how: Parked | RetryAfter | Failed,
        due_at: datetime | None,
        *,
        in_order: bool = True,
    ) -> None:
        state = self._state(turn.run)
        if state is None or state.status != "running" or state.attempts != turn.attempt:
            return
        if status == "parked" and state.due_at is not None:
            due_at = min(state.due_at, due_at or state.due_at)
        state.status, state.due_at, state.why = status, due_at, how.why
        state.strikes = 0 if in_order else state.strikes
        failed = 0 if isinstance(how, Failed) else how.failed
        self._rows.runs[turn.run] = replace(self._rows.runs[turn.run], failed=failed)

    @override
    def redrive(self, run_id: str) -> bool:
        state = self._state(run_id)
        if state is None or state.status not in {"parked", "dead"}:
            return False
        state.strikes, state.status = 0, "parked"
        self._rows.runs[run_id] = replace(self._rows.runs[run_id], failed=0)
        return self._go_on(run_id)

    def wake_up(self, run_id: str) -> None:
        """After an answer: it goes on at once, or right after its turn."""
        state = self._rows.written.states[run_id]
        if not self._go_on(run_id) and state.status == "running":
            state.due_at = self._rows.clock.now()

    def _go_on(self, run_id: str) -> bool:
        state = self._rows.written.states[run_id]
        if state.status != "parked":
            return False
        state.status, state.behind, state.due_at = "waiting", None, self._rows.clock.now()
        self._rows.defer(run_id)
        return True

    # What the engine does.

    def fetch(self, worker: str) -> Job | None:
        """The oldest job that is due and before which none of its lock stands."""
        now, locked = self._rows.clock.now(), set[str]()
        for job in self._rows.written.jobs.values():
            if job.lock not in locked and job.worker is None and job.at <= now:
                job.worker = worker
                return job
            locked.add(job.lock)
        return None

    def job_ended(self, job: Job, worker: str, again_after: int | None) -> None:
        """The job is gone, or comes again; unless it was taken from the worker meanwhile."""
        known = self._rows.written.jobs.get(job.id)
        if known is None or known.worker != worker:
            return
        if again_after is None:
            del self._rows.written.jobs[job.id]
        else:
            known.worker, known.at = None, self._rows.clock.now() + timedelta(seconds=again_after)

    def bring_back(self, worker: str) -> None:
        """What a worker has in hand that is taken for dead."""
        for job in self._rows.written.jobs.values():
            if job.worker == worker:
                job.worker = None

    def bring_back_all_but(self, alive: Collection[str]) -> None:
        """What dead workers had in hand."""
        for job in self._rows.written.jobs.values():
            if job.worker not in alive:
                job.worker = None

    def sweep_all(self) -> None:
        """Gives a job to whatever is unfinished, due and has none."""
        now = self._rows.clock.now()
        carried = {job.run for job in self._rows.written.jobs.values()}
        for name, state in self._rows.written.states.items():
            if self._is_due(name, state, now, has_job=name in carried):
                state.status, state.behind, state.due_at = "waiting", None, now
                self._rows.defer(name)

    def _is_due(self, name: str, state: State, now: datetime, *, has_job: bool) -> bool:
        match state.status:
            case "parked" if state.behind is not None:
                return self._rows.written.states[state.behind].status in CLOSED
            case "parked":
                return state.due_at is not None and state.due_at <= now
            case "waiting":
                return not has_job and state.due_at is not None and state.due_at <= now - GRACE
            case "running":
                return not has_job and state.started_at is not None and state.started_at <= now - GRACE
            case _:
                return False
