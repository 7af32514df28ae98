"""The hub's memory of runs, as the interpreter needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

Json = Mapping[str, object]
"""A JSON object; money, ids and dates in it are strings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """Something that happened, confirmed and stored once."""

    id: str
    key: str
    connection: str
    kind: str
    source: str
    occurred_at: datetime
    received_at: datetime
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One flow version working on one event."""

    id: str
    event: StoredEvent
    flow: str
    flow_version: str
    environment: str
    company: str
    order_key: str
    attempt: int
    failed: int = 0
    """Tries in a row that failed, or found nothing new, and brought the run no further."""
    corrections: Mapping[str, str] = field(default_factory=dict)
    """What a person corrected of the payment that the event tells of, by field; for this run alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageEvent:
    """Another event of the same lineage that a run of the same environment and company works or worked on."""

    kind: str
    later: bool
    """Whether it was stored after the run's own event."""
    held: bool
    """Whether its run ended with a question to a person."""
    dropped: bool = False
    """Whether a person closed its run, which had stopped before its end."""


class RunResult(Enum):
    """How a finished run ended."""

    DONE = "done"
    """What the event asked for stands in the books, or nothing had to be done."""
    HELD = "held"
    """Money or a status that a person must look at; a review task is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """A decision that only a person may take, with what is needed to take it."""

    run: str
    kind: str
    """A constant word, such as ``unidentified_receipt``."""
    title: str
    why: str
    details: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person chose, and who it was."""

    choice: str
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a step that goes on by its answer."""

    at: datetime
    answer: Answer | None = None


class RunStore(Protocol):
    """Reads and writes one run's rows; every write is committed when the call returns."""

    def read_run(self, run_id: str) -> Run: ...

    def read_flow_version(self, version: str) -> str:
        """The flow's text, as stored under the hash of its content."""
        ...

    def find_result(self, run_id: str, step: str) -> Json | None:
        """What the step's finished execution gave, or None."""
        ...

    def begin_step(self, run_id: str, step: str, intent: Json, results: Mapping[str, Json]) -> None:
        """Records that the step is about to act; a repeat overwrites the earlier intent.

        The results of the reading steps before it (step name to result) are kept in the same commit, so
        that a repeat acts on what was read then; a result that stands already is left as it is.
        """
        ...

    def find_intent(self, run_id: str, step: str) -> Json | None:
        """What was recorded when the step last was about to act, or None."""
        ...

    def finish_step(self, run_id: str, step: str, result: Json) -> None:
        """Records the step's result; the first one stands."""
        ...

    def close_run(
        self, run_id: str, result: RunResult, summary: Json, review: ReviewTask | None = None
    ) -> None:
        """Ends the run; with a review task, both in one transaction."""
        ...

    def ask(self, run_id: str, step: str, task: ReviewTask) -> Asked:
        """Opens the step's question unless it was asked before; gives the one that stands."""
        ...

    def find_asked(self, run_id: str, step: str) -> Asked | None:
        """The step's question as it stands, or None."""
        ...

    def close_question(self, run_id: str, step: str) -> Answer | None:
        """Closes the step's question without an answer; gives the answer where one came before."""
        ...

    def find_lineage(self, run: Run) -> Sequence[LineageEvent]:
        """What else was told of the run's lineage, in the order in which it was stored."""
        ...

    def find_cross_reference(self, connection: str, kind: str, external: str) -> str | None:
        """What an outside identifier means in the ERP, such as a vault customer's customer number."""
        ...
