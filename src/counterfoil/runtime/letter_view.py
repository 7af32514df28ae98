"""A dead letter with everything that a person needs to decide, and no card data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from counterfoil.domain.dead_letters import HEADLINES, ErrorClass, Remedy, Stopped, remedies
from counterfoil.ports.run_store import Json
from counterfoil.runtime.letter_timeline import Moment, timeline
from counterfoil.security.card_guard import clean_object
from counterfoil.store.acts import ActRow
from counterfoil.store.dead_letters import ActedStep, LetterDetail, LetterRow

_RECEIVED = (".captured", ".settled")
"""Ends of kinds of event for which a receipt in the books may be all that there was to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """What is shown of a letter; everything in it is masked."""

    letter: LetterRow
    is_open: bool
    reason: str
    event: Json
    inputs: Json
    """What the failing node was given, where that is stored; else empty."""
    steps: Sequence[ActedStep]
    timeline: Sequence[Moment]
    remedies: Sequence[Remedy]
    acts: Sequence[ActRow]


def view(detail: LetterDetail, acts: Sequence[ActRow]) -> LetterView:
    """The letter as it is shown."""
    letter = detail.letter
    error_class = ErrorClass(letter.problem)
    stopped = Stopped(
        error_class=error_class,
        goes_on=letter.due_at is not None,
        open_step=letter.open_step,
        standing=detail.posted if letter.kind.endswith(_RECEIVED) else "",
    )
    return LetterView(
        letter=letter,
        is_open=detail.is_open,
        reason=f"{HEADLINES[error_class]}: {letter.why}",
        event=_masked(detail.body),
        inputs=_inputs(detail),
        steps=[_masked_step(step) for step in detail.steps],
        timeline=timeline(detail, acts),
        remedies=remedies(stopped) if detail.is_open else (),
        acts=acts,
    )


def _inputs(detail: LetterDetail) -> Json:
    """Of the newest step at the failing node that began to act."""
    begun = [step for step in detail.steps if step.intent and _node(step) == detail.letter.node]
    if not begun or begun[-1].intent is None:
        return {}
    return _masked(cast("Json", begun[-1].intent.get("inputs", {})))


def _node(step: ActedStep) -> str:
    return step.node.partition("#")[0]


def _masked(body: Json) -> Json:
    return clean_object(body)[0]


def _masked_step(step: ActedStep) -> ActedStep:
    return ActedStep(
        node=step.node,
        attempt=step.attempt,
        intent=None if step.intent is None else _masked(step.intent),
        intent_at=step.intent_at,
        result=None if step.result is None else _masked(step.result),
        finished_at=step.finished_at,
    )
