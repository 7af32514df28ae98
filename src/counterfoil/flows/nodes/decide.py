"""A node that decides by conditions: the first that holds gives the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.conditions.condition import LENGTH_MAX, Condition, ConditionError
from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.names import UNNAMEABLE, is_name
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

OTHERWISE = "otherwise"
"""The outcome where no condition holds."""
CONDITIONS_MAX = 20
_ENTRY = "decide"
_LABEL = "Decide by conditions"


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as it is written, not checked yet."""

    text: str
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Decide(Deed):
    """Conditions by outcome, in order."""

    conditions: Mapping[str, Written]

    @property
    @override
    def words(self) -> str:
        return _ENTRY

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec:
        return OperationSpec(
            name=_ENTRY,
            label=_LABEL,
            nature=Nature.PURE,
            inputs=tuple(node.inputs),
            outcomes=(*self.conditions, OTHERWISE),
        )

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        fields = around.fields(node)
        for outcome, each in self.conditions.items():
            try:
                Condition(each.text, fields)
            except ConditionError as error:
                yield Finding(each.line, f"{node.name}: {outcome}: {error}")

    @override
    def content(self) -> dict[str, object]:
        # Their order counts.
        return {_ENTRY: [[outcome, each.text] for outcome, each in self.conditions.items()]}

    @override
    def lines(self) -> Iterator[str]:
        return (f"{outcome}: {each.text}" for outcome, each in self.conditions.items())

    def checked(self, node: Node, around: Around) -> Mapping[str, Condition]:
        """The conditions by outcome, in order.

        Raises:
            ConditionError: one of them is none.
        """
        fields = around.fields(node)
        return {outcome: Condition(each.text, fields) for outcome, each in self.conditions.items()}


def _read(entries: Mapping[str, Part]) -> Decide:
    part = entries[_ENTRY]
    conditions = {}
    for outcome, each in part.entries():
        if not is_name(outcome) or outcome == OTHERWISE:
            raise each.wrong(f"{quoted(outcome)} cannot name an outcome of a condition")
        conditions[outcome] = Written(each.text(), each.line)
    if not conditions or len(conditions) > CONDITIONS_MAX:
        raise part.wrong(f"a node has 1 to {CONDITIONS_MAX} conditions, not {len(conditions)}")
    return Decide(conditions)


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    """Outcomes are the author's own names here, so that only the reader can hold them against the routes."""
    conditions: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": CONDITIONS_MAX,
        "propertyNames": NAME | {"not": {"enum": [OTHERWISE, *UNNAMEABLE]}},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LENGTH_MAX},
        "description": "Outcome and condition; the first that holds is taken.",
    }
    routes: Schema = {"type": "object", "required": [OTHERWISE], "additionalProperties": ROUTE}
    properties: dict[str, Schema] = {_ENTRY: conditions, "with": TAKEN_BY_NAME, "then": routes}
    yield {"description": _LABEL} | record(properties, required=(_ENTRY, "then"))


DECIDE = Kind(entry=_ENTRY, names_inputs=True, read=_read, schemas=_schemas)
