"""What the API answers about dead letters, typed; ids are strings, and nothing holds card data."""

from __future__ import annotations

from datetime import datetime

from counterfoil.web.models import Answer


class CauseAnswer(Answer):
    """Dead letters with the same cause."""

    cause: str
    problem: str
    """What it asks of the operator: ``retry``, ``ask``, ``configure`` or ``bug``."""
    count: int
    why: str
    oldest_at: datetime
    newest_at: datetime


class DeadLetterAnswer(Answer):
    """A run that stopped until a person acts, or until what it lacks is set up."""

    run: str
    attempts: int
    flow: str
    environment: str
    company: str
    transaction: str
    status: str
    problem: str
    cause: str
    node: str
    why: str
    stopped_at: datetime
    due_at: datetime | None
    """When it is looked at again by itself."""
    event_key: str
    kind: str


class MomentAnswer(Answer):
    """One thing that happened to the run."""

    at: datetime
    what: str
    node: str


class RemedyAnswer(Answer):
    """One thing that may be done; `act` is the command's word, where one does it."""

    act: str | None
    words: str


class ActAnswer(Answer):
    """Who did what; `by` is empty where no person did it."""

    at: datetime
    act: str
    by: str
    why: str


class DeadLetterDetailAnswer(DeadLetterAnswer):
    """A dead letter, or what became of one, with everything that a person needs to decide."""

    is_open: bool
    reason: str
    event: dict[str, object]
    inputs: dict[str, object]
    timeline: list[MomentAnswer]
    remedies: list[RemedyAnswer]
    acts: list[ActAnswer]
