"""Asking a person: a review task of the step, once; the run is parked until it is answered or late."""

from __future__ import annotations

from counterfoil.domain.review import ReviewKind
from counterfoil.flows.nodes.ask import LATE, Ask
from counterfoil.flows.nodes.ask import TEXT_MAX as TITLE_MAX
from counterfoil.ports.run_store import Answer, ReviewTask
from counterfoil.runtime.nodes.means import Bench, Place
from counterfoil.runtime.step import NotYetError, Operation, Step, StepResult


def make_asking(deed: Ask, place: Place) -> Operation:
    return Operation(spec=place.spec, act=lambda step: _ask(deed, place.bench, step))


def _ask(deed: Ask, bench: Bench, step: Step) -> StepResult:
    asked = bench.store.find_asked(step.run.id, step.name)
    if asked is None:
        asked = bench.store.ask(step.run.id, step.name, _task(deed, step))
    if asked.answer is not None:
        return _answered(deed, asked.answer)
    if deed.due is not None and bench.clock.now() >= asked.at + deed.due:
        late = bench.store.close_question(step.run.id, step.name)
        return StepResult(outcome=LATE) if late is None else _answered(deed, late)
    until = None if deed.due is None else asked.at + deed.due
    raise NotYetError(until, f"a person was asked: {_title(deed, step)}")


def _task(deed: Ask, step: Step) -> ReviewTask:
    choices = [{"choice": choice, "text": text} for choice, text in deed.choices.items()]
    words = ", ".join(f"{choice} ({text})" for choice, text in deed.choices.items())
    return ReviewTask(
        run=step.run.id,
        kind=ReviewKind.DECISION.value,
        title=_title(deed, step),
        why=f"flow {step.run.flow} waits for an answer: {words}",
        details={**step.summary, "choices": choices},
    )


def _title(deed: Ask, step: Step) -> str:
    return deed.title.filled(step.inputs, TITLE_MAX)


def _answered(deed: Ask, answer: Answer) -> StepResult:
    said = f"{answer.by}: {deed.choices[answer.choice]}" + (f" ({answer.note})" if answer.note else "")
    return StepResult(
        outcome=answer.choice,
        value={"choice": answer.choice, "by": answer.by, "note": answer.note},
        summary={"answer": said},
    )
