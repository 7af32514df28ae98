"""Mapping results of earlier nodes, as the mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.domain.money import Money
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.plan import MappingPlan
from counterfoil.flows.mapping.types import Value
from counterfoil.flows.mapping.values import show
from counterfoil.flows.nodes.map_fields import MAPPED, REFUSED, MapFields
from counterfoil.flows.nodes.node import Node
from counterfoil.ports.run_store import Json
from counterfoil.runtime.nodes.means import Place
from counterfoil.runtime.step import Operation, Step, StepResult


def make_mapping(deed: MapFields, place: Place) -> Operation:
    plan = place.around.uses.mappings[deed.mapping]
    return Operation(spec=place.spec, act=lambda step: _map(place.node, plan, step))


def _map(node: Node, plan: MappingPlan, step: Step) -> StepResult:
    """All targets, or none: where one has no value, a person is told of every one."""
    mapped = map_record(plan, step.inputs)
    if mapped.problems:
        why = "; ".join(f"{each.target}: {each.text}" for each in mapped.problems)
        return StepResult(
            outcome=REFUSED,
            summary={"why": why},
            review=Hold(
                kind=ReviewKind.DECISION,
                title=f"Mapping {plan.name} has no value for {len(mapped.problems)} of its targets",
                why=f"node {node.name}: {why}",
            ),
        )
    return StepResult(outcome=MAPPED, value=_record(mapped.values))


def _record(values: Mapping[str, Value | None]) -> Json:
    """A target's points lead into records within the record."""
    record: dict[str, Any] = {}
    for name, value in values.items():
        *way, last = name.split(".")
        place = record
        for part in way:
            place = place.setdefault(part, {})
        place[last] = _json(value)
    return record


def _json(value: Value | None) -> object:
    """As results are stored: money in its two parts, a flag as it is, everything else as text."""
    match value:
        case None | bool():
            return value
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case _:
            return show(value)
