"""What the API answers, typed; money and ids are strings."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Every answer is immutable and built from a value with the same attribute names."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class RunAnswer(Answer):
    """One flow version working on one event, and how far it came."""

    id: str
    event_key: str
    transaction: str
    kind: str
    source: str
    occurred_at: datetime
    received_at: datetime
    flow: str
    flow_version: str
    company: str
    status: str
    attempts: int
    amount: str
    decision: str
    why: str
    document: str
    finished_at: datetime | None


class FieldAnswer(Answer):
    """One field of one row, before and after."""

    field: str
    before: str
    after: str


class RowAnswer(Answer):
    """One row that the posting added or changed."""

    table: str
    record: int
    added: bool
    fields: list[FieldAnswer]


class StepAnswer(Answer):
    """One node's execution in the run."""

    step: str
    status: str
    intent_at: datetime | None
    finished_at: datetime | None
    result: dict[str, object]


class RunDetailAnswer(RunAnswer):
    """The run with its steps and the rows that it wrote."""

    steps: list[StepAnswer]
    rows: list[RowAnswer]


class ReceiptAnswer(Answer):
    """Money that stands in the books, by the run that put it there."""

    run: str
    posting_key: str
    document: str
    company: str
    customer: str
    amount: str
    applied: str
    on_account: str
    why: str
    posted_at: datetime


class ReviewTaskAnswer(Answer):
    """A decision that only a person may take; without a run it is about an event of the books."""

    id: str
    run: str
    transaction: str
    amount: str
    kind: str
    title: str
    why: str
    opened_at: datetime
    count: int
    """How many events it is about; the last one is told."""
    assigned_to: str = ""
    due_at: datetime | None = None
    is_overdue: bool = False


class EventAnswer(Answer):
    """Something that happened, and how many runs work or worked on it."""

    id: str
    event_key: str
    kind: str
    source: str
    environment: str
    company: str
    summary: str
    runs: int
    occurred_at: datetime
    received_at: datetime


class ConnectionAnswer(Answer):
    """A connection without its secrets."""

    name: str
    kind: str
    environment: str
    company: str
    mode: str


class HealthAnswer(Answer):
    """Whether each part works; `ready` only when work is really being done."""

    ready: bool
    reasons: list[str] = []
    """Why it is not ready, where it is not."""
    parts: dict[str, str]
