"""The hub's memory of runs without a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Outcome, Parked, RetryAfter
from counterfoil.ports.run_store import (
    Answer,
    Asked,
    Json,
    LineageEvent,
    ReviewTask,
    Run,
    RunResult,
    RunStore,
)


def through_json(value: Any) -> Any:
    """What a database would give back of it."""
    return json.loads(json.dumps(value))


class MemoryRunStore(RunStore):
    """Runs in memory, with the same promises as the database; runs are put in by hand."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.questions: dict[tuple[str, str], Asked] = {}
        self.closed_questions: set[tuple[str, str]] = set()
        self.runs: dict[str, Run] = {}
        self.flows: dict[str, str] = {}
        self.cross_references: dict[tuple[str, str, str], str] = {}
        self.intents: dict[tuple[str, str], Json] = {}
        self.results: dict[tuple[str, str], Json] = {}
        self.closed: dict[str, tuple[RunResult, Json]] = {}
        self.reviews: list[ReviewTask] = []

    def begin_attempt(self, run_id: str) -> None:
        self.runs[run_id] = replace(self.runs[run_id], attempt=self.runs[run_id].attempt + 1)

    def end_attempt(self, run_id: str, outcome: Outcome) -> None:
        """Keeps how many tries in a row failed, as the queue does at a turn's end."""
        failed = outcome.failed if isinstance(outcome, RetryAfter | Parked) else 0
        self.runs[run_id] = replace(self.runs[run_id], failed=failed)

    @override
    def read_run(self, run_id: str) -> Run:
        return self.runs[run_id]

    @override
    def read_flow_version(self, version: str) -> str:
        return self.flows[version]

    @override
    def find_result(self, run_id: str, step: str) -> Json | None:
        return self.results.get((run_id, step))

    @override
    def begin_step(self, run_id: str, step: str, intent: Json, results: Mapping[str, Json]) -> None:
        def write() -> None:
            self.intents[run_id, step] = through_json(intent)
            for name, result in results.items():
                self.results.setdefault((run_id, name), through_json(result))

        self.commit(f"begin {step}", write)

    @override
    def find_intent(self, run_id: str, step: str) -> Json | None:
        return self.intents.get((run_id, step))

    @override
    def finish_step(self, run_id: str, step: str, result: Json) -> None:
        self.commit(f"finish {step}", lambda: self.results.setdefault((run_id, step), through_json(result)))

    @override
    def close_run(
        self, run_id: str, result: RunResult, summary: Json, review: ReviewTask | None = None
    ) -> None:
        def write() -> None:
            if run_id not in self.closed:
                self.closed[run_id] = (result, through_json(summary))
                self.reviews += [review] if review else []
                self.closed_questions |= {key for key in self.questions if key[0] == run_id}

        self.commit(f"close {result.value}", write)

    @override
    def ask(self, run_id: str, step: str, task: ReviewTask) -> Asked:
        def write() -> None:
            if (run_id, step) not in self.questions:
                self.questions[run_id, step] = Asked(at=self.clock.now())
                self.reviews.append(task)

        self.commit(f"ask {step}", write)
        return self.questions[run_id, step]

    @override
    def find_asked(self, run_id: str, step: str) -> Asked | None:
        return self.questions.get((run_id, step))

    @override
    def close_question(self, run_id: str, step: str) -> Answer | None:
        answer = self.questions[run_id, step].answer
        if answer is None:
            self.commit(f"close question {step}", lambda: self.closed_questions.add((run_id, step)))
        return answer

    def open_question(self, run_id: str) -> str | None:
        """The step of the run that waits for an answer."""
        open_ = (key for key, asked in self.questions.items() if key[0] == run_id and asked.answer is None)
        return next((step for run, step in open_ if (run, step) not in self.closed_questions), None)

    def answer_open(self, run_id: str, answer: Answer) -> None:
        """A person answers what the run asked last; what is closed stays as it is."""
        for key in [key for key in self.questions if key[0] == run_id and key not in self.closed_questions]:
            asked = self.questions[key]
            if asked.answer is None:
                self.questions[key] = replace(asked, answer=answer)

    @override
    def find_lineage(self, run: Run) -> Sequence[LineageEvent]:
        runs = list(self.runs)
        return [
            LineageEvent(
                kind=other.event.kind,
                later=runs.index(other.id) > runs.index(run.id),
                held=other.id in self.closed and self.closed[other.id][0] is RunResult.HELD,
            )
            for other in self.runs.values()
            if other.event.id != run.event.id
            and (other.order_key, other.environment, other.company)
            == (run.order_key, run.environment, run.company)
        ]

    @override
    def find_cross_reference(self, connection: str, kind: str, external: str) -> str | None:
        return self.cross_references.get((connection, kind, external))

    def commit(self, _what: str, write: Callable[[], object]) -> None:
        """One commit; its name is for a store that interrupts here."""
        write()
