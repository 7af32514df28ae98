"""Operations of installed connectors as flows carry them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing

from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.connectors import Call, Connector, OpenConnection
from counterfoil.ports.errors import DefectError
from counterfoil.ports.run_store import Run
from counterfoil.runtime.step import Operation, Step, StepResult

Connections = Callable[[Run, Connector, str], OpenConnection]
"""The run's connection of that name, opened; raises ConfigurationError where there is none."""


def connector_operations(
    connectors: Mapping[str, Connector], connections: Connections
) -> dict[str, Operation]:
    """The operations by name."""
    return {
        spec.name: _bound(connector, spec, connections)
        for connector in connectors.values()
        for spec in connector.spec.operations
    }


def _bound(connector: Connector, spec: OperationSpec, connections: Connections) -> Operation:
    def act(step: Step) -> StepResult:
        with closing(connections(step.run, connector, step.connection)) as opened:
            answered = opened.act(
                Call(operation=spec.name, key=effect_key(step), settings=step.settings, inputs=step.inputs)
            )
        if answered.outcome not in spec.outcomes:
            raise DefectError(f"{spec.name} ended as {answered.outcome!r}, which it never said it could")
        question = Hold(kind=ReviewKind.DECISION, title=f"{spec.label}: {answered.outcome}", why=answered.why)
        return StepResult(
            outcome=answered.outcome,
            value=answered.value,
            summary={"why": answered.why} if answered.why else {},
            review=question if answered.why else None,
        )

    return Operation(spec=spec, act=act)


def effect_key(step: Step) -> str:
    """By the event, the company and the effect's own word, never by run, attempt or node."""
    run = step.run
    words = (run.environment, run.company, step.connection, run.event.key, step.settings.get("effect", ""))
    return "/".join(words)
