"""What happened to a run, moment by moment, from its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.store.acts import ActRow
from counterfoil.store.dead_letters import ActedStep, LetterDetail, TroubleRow

ENDED = {"waiting": "tried again after a short wait", "parked": "parked", "dead": "stopped for good"}
ACTED = {
    "retry": "retried",
    "correct": "retried with corrected data",
    "skip": "skipped",
    "resolve": "resolved by hand",
    "went_on": "went on by itself",
    "assign": "assigned",
    "due": "due",
    "note": "noted",
    "close": "closed",
    "answer": "answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened."""

    at: datetime
    what: str
    node: str = ""
    """The step that it is about."""


def timeline(detail: LetterDetail, acts: Sequence[ActRow]) -> list[Moment]:
    """Oldest first. An attempt of which nothing is written ended with its worker."""
    moments = [Moment(at=detail.received_at, what="the event came in"), *_attempts(detail.troubles)]
    for step in detail.steps:
        moments += _step(step)
    moments += [Moment(at=act.at, what=acted(act)) for act in acts]
    return sorted(moments, key=lambda moment: moment.at)


def _attempts(troubles: Sequence[TroubleRow]) -> Iterator[Moment]:
    before = 0
    for trouble in troubles:
        if trouble.first_attempt > before + 1:
            count = _numbers(before + 1, trouble.first_attempt - 1)
            yield Moment(
                at=trouble.first_at, what=f"before it, {count} left no word, or came to a step's end"
            )
        count = _numbers(trouble.first_attempt, trouble.last_attempt)
        what = f"{count} {ENDED[trouble.ended]}: {trouble.why}"
        yield Moment(at=trouble.last_at, what=what, node=trouble.node)
        before = trouble.last_attempt


def _numbers(first: int, last: int) -> str:
    return f"attempt {first}" if first == last else f"attempts {first} to {last}"


def _step(step: ActedStep) -> Iterator[Moment]:
    if step.intent_at is not None:
        yield Moment(at=step.intent_at, what=f"{step.node} began to act", node=step.node)
    if step.finished_at is not None and step.result is not None:
        ended = step.result.get("outcome", "")
        yield Moment(at=step.finished_at, what=f"{step.node} ended as {ended}", node=step.node)


def acted(act: ActRow) -> str:
    """One line of the log in a person's words."""
    who = f" by {act.by}" if act.by else ""
    return f"{ACTED.get(act.act, act.act)}{who}: {act.why}"
