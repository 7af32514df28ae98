"""The hub's database in memory: events, runs with their jobs, hints and cursors; restored as one."""

from __future__ import annotations

import copy
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.definition import parse_flow, starts
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import Told
from counterfoil.ports.intake import (
    CursorStore,
    EventSink,
    Hint,
    HintStore,
    OwnEvent,
    OwnEventSink,
    OwnEventTold,
)
from counterfoil.ports.run_store import Json, LineageEvent, ReviewTask, Run, RunResult, StoredEvent
from counterfoil.runtime.memory.runs import MemoryRunStore, through_json
from counterfoil.store.events import event_of
from counterfoil.store.inbox import NewEvent
from counterfoil.store.own_events import new_event_of

ENVIRONMENT = "production"
COMPANY = "01"


@dataclass
class State:
    """Where a run stands between its turns."""

    status: str = "waiting"
    attempts: int = 0
    strikes: int = 0
    due_at: datetime | None = None
    started_at: datetime | None = None
    behind: str | None = None
    why: str = ""


@dataclass
class Job:
    """One run to be carried; in hand while it has a worker."""

    id: int
    run: str
    lock: str
    at: datetime
    worker: str | None = None


@dataclass
class Pushed:
    """A hint and when it is looked at."""

    hint: Hint
    due_at: datetime
    pushes: int = 1
    end: str = ""


@dataclass
class Answerable:
    """A review task and whether a person closed it."""

    task: ReviewTask
    order_key: str
    is_open: bool = True


@dataclass
class Written:
    """Everything that a backup holds beside the run store's own rows."""

    events: dict[tuple[str, str], StoredEvent] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    hints: dict[str, Pushed] = field(default_factory=dict)
    cursors: dict[tuple[str, str], str] = field(default_factory=dict)
    live: dict[str, str] = field(default_factory=dict)
    owed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Which flows were live for an event when it was stored."""

    def copied(self) -> Written:
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return Written(
            **{name: {key: copy.copy(row) for key, row in rows.items()} for name, rows in kept.items()}
        )


@dataclass(frozen=True)
class Backup:
    """All rows as they stood at a moment."""

    of_runs: Mapping[str, object]
    written: Written
    tasks: Sequence[Answerable]


_OF_RUNS = (
    "questions",
    "closed_questions",
    "runs",
    "flows",
    "cross_references",
    "intents",
    "results",
    "closed",
)


parsed = lru_cache(parse_flow)
"""Texts are the same for all seeds."""


class Rows(MemoryRunStore, EventSink, OwnEventSink, HintStore, CursorStore):
    """One database; each method is a transaction."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.written = Written()
        self.triggers: dict[str, str] = {}
        self.lineages: dict[str, list[str]] = defaultdict(list)
        self.tasks: list[Answerable] = []
        self.out_of_order: list[str] = []
        """Runs that ended before an older one of their order key."""
        self._numbers = itertools.count(1)

    # Backups.

    def back_up(self) -> Backup:
        return Backup(
            {name: copy.copy(getattr(self, name)) for name in _OF_RUNS},
            self.written.copied(),
            [copy.copy(each) for each in self.tasks],
        )

    def restore(self, backup: Backup) -> None:
        for name, rows in backup.of_runs.items():
            setattr(self, name, copy.copy(rows))
        self.written = backup.written.copied()
        self.tasks = [copy.copy(each) for each in backup.tasks]
        self.lineages = defaultdict(list)
        for run in self.runs.values():
            self.lineages[run.order_key].append(run.id)

    # Deployments.

    def deploy(self, text: str) -> str:
        flow = parsed(text)
        self.flows[flow.version] = text
        self.triggers[flow.version] = flow.event
        self.written.live[flow.name] = flow.version
        return flow.version

    # Intake.

    def store(self, event: NewEvent) -> OwnEventTold:
        """The event with a run and a job of each flow that is live for it, once."""
        place = (event.connection, event.key)
        known = self.written.events.get(place)
        if known is not None:
            return OwnEventTold(event=known.id, runs=(), is_new=False)
        stored = StoredEvent(
            id=f"e{next(self._numbers)}",
            key=event.key,
            connection=event.connection,
            kind=event.kind,
            source=event.source,
            occurred_at=event.occurred_at,
            received_at=self.clock.now(),
            body=through_json(event.body),
        )
        self.written.events[place] = stored
        flows = [
            name for name, of in sorted(self.written.live.items()) if starts(self.triggers[of], event.kind)
        ]
        self.written.owed[place] = tuple(flows)
        runs = tuple(self._start(flow, stored, event.order_key) for flow in flows)
        return OwnEventTold(event=stored.id, runs=runs, is_new=True)

    def _start(self, flow: str, event: StoredEvent, order_key: str) -> str:
        run = Run(
            id=f"r{next(self._numbers)}",
            event=event,
            flow=flow,
            flow_version=self.written.live[flow],
            environment=ENVIRONMENT,
            company=COMPANY,
            order_key=order_key,
            attempt=0,
        )
        self.runs[run.id] = run
        self.lineages[order_key].append(run.id)
        self.written.states[run.id] = State(due_at=self.clock.now())
        self.defer(run.id)
        return run.id

    def defer(self, run: str) -> None:
        job = Job(next(self._numbers), run, self.runs[run].order_key, self.clock.now())
        self.written.jobs[job.id] = job

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        return self.store(event_of(connection, record, source)).event

    @override
    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        for record in records:
            self.accept(connection, record, source)
        return []

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        return {key for key in event_keys if (connection, key) in self.written.events}

    @override
    def body_of(self, connection: str, event_key: str) -> Mapping[str, object] | None:
        found = self.written.events.get((connection, event_key))
        return found.body if found else None

    @override
    def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
        return [self.store(new_event_of(event)) for event in events]

    # Hints.

    def push(self, connection: str, transaction: TransactionId, source: str) -> None:
        name = next((name for name, each in self._waiting() if each.hint.transaction == transaction), None)
        if name is not None:
            self.written.hints[name].pushes += 1
            return
        hint = Hint(
            id=f"h{next(self._numbers)}",
            connection=connection,
            source=source,
            transaction=transaction,
            attempts=0,
        )
        self.written.hints[hint.id] = Pushed(hint, self.clock.now())

    def _waiting(self) -> Iterator[tuple[str, Pushed]]:
        return ((name, each) for name, each in self.written.hints.items() if not each.end)

    @override
    def due(self, connection: str, limit: int) -> Sequence[Hint]:
        """One at a time, so that nothing happens at once."""
        now = self.clock.now()
        due = [replace(each.hint, pushes=each.pushes) for _, each in self._waiting() if each.due_at <= now]
        return due[:1]

    @override
    def confirm(self, hint: Hint, event: str) -> None:
        self._end(hint, "confirmed")

    @override
    def refuse(self, hint: Hint, why: str) -> None:
        self._end(hint, "refused")

    def _end(self, hint: Hint, word: str) -> None:
        pushed = self.written.hints.get(hint.id)
        if pushed is not None and not pushed.end and pushed.pushes == hint.pushes:
            pushed.end = word

    @override
    def postpone(self, hint: Hint, due_at: datetime, why: str, *, looked: bool) -> None:
        pushed = self.written.hints.get(hint.id)
        if pushed is not None and not pushed.end:
            pushed.hint, pushed.due_at = replace(pushed.hint, attempts=pushed.hint.attempts + looked), due_at

    # Cursors.

    @override
    def read(self, connection: str, name: str) -> str | None:
        return self.written.cursors.get((connection, name))

    @override
    def write(self, connection: str, name: str, value: str) -> None:
        self.written.cursors[connection, name] = value

    # Runs.

    @override
    def close_run(
        self, run_id: str, result: RunResult, summary: Json, review: ReviewTask | None = None
    ) -> None:
        if run_id in self.closed:
            return
        self._note_order(run_id)
        super().close_run(run_id, result, summary, review)
        self.written.states[run_id] = replace(self.written.states[run_id], status=result.value, due_at=None)
        if review is not None:
            self.tasks.append(Answerable(review, self.runs[run_id].order_key))

    def _note_order(self, run_id: str) -> None:
        names = self.lineages[self.runs[run_id].order_key]
        elders = names[: names.index(run_id)]
        self.out_of_order += [f"{run_id} ended before {name}" for name in elders if name not in self.closed]

    @override
    def find_lineage(self, run: Run) -> Sequence[LineageEvent]:
        names = self.lineages[run.order_key]
        own = names.index(run.id)
        return [
            LineageEvent(
                kind=self.runs[name].event.kind,
                later=place > own,
                held=name in self.closed and self.closed[name][0] is RunResult.HELD,
            )
            for place, name in enumerate(names)
            if self.runs[name].event.id != run.event.id
        ]
