"""Deciding by a node's own conditions."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.conditions.condition import Condition, UndecidedError
from counterfoil.flows.nodes.decide import OTHERWISE, Decide
from counterfoil.flows.nodes.node import Node
from counterfoil.ports.errors import DecisionError
from counterfoil.runtime.nodes.means import Place
from counterfoil.runtime.step import Operation, Step, StepResult


class ConditionUndecidedError(DecisionError):
    """A condition of the flow has no answer for what the run found."""

    title = "A condition of the flow has no answer"


def make_deciding(deed: Decide, place: Place) -> Operation:
    conditions = deed.checked(place.node, place.around)
    return Operation(spec=place.spec, act=lambda step: _decide(place.node, conditions, step))


def _decide(node: Node, conditions: Mapping[str, Condition], step: Step) -> StepResult:
    """The first condition that holds names the outcome."""
    for outcome, condition in conditions.items():
        try:
            holds = condition.holds(step.inputs)
        except UndecidedError as error:
            raise ConditionUndecidedError(
                f"node {node.name}, {outcome}: {error}: {condition.text}"
            ) from error
        if holds:
            return _taken(node, outcome, condition.text)
    return _taken(node, OTHERWISE, "no condition holds")


def _taken(node: Node, outcome: str, why: str) -> StepResult:
    question = Hold(
        kind=ReviewKind.DECISION,
        title=f"The flow leaves this to a person: {outcome}",
        why=f"node {node.name}: {why}",
    )
    return StepResult(outcome=outcome, summary={"branch": f"{node.name}: {outcome}"}, review=question)
