"""A node that calls another flow, and goes on when that is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part as Entry
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.names import read_name
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.paths import Part, path_of
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec
from counterfoil.ports.field_types import RecordSpec

DONE = "done"
_ENTRY = "call"
_LABEL = "Call another flow"


@dataclass(frozen=True, slots=True)
class Call(Deed):
    """The flow by its name; its other ends are those of the run."""

    flow: str

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.flow}"

    @override
    def uses(self) -> Iterator[tuple[Part, str]]:
        yield Part.FLOWS, self.flow

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        called = around.called.get(self.flow)
        if called is None or called.takes is None:
            return None
        return OperationSpec(
            name=_ENTRY,
            label=f"Call: {called.title}",
            nature=Nature.PURE,
            inputs=tuple(called.takes),
            outcomes=(DONE,),
        )

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        if self.flow in around.called:
            text = f"flow {self.flow} is not called by others: give it the trigger {{call: ...}}"
            return Finding(node.line, f"{node.name}: {text}")
        close = nearest(self.flow, around.called)
        text = f"{node.name}: no flow {quoted(self.flow)}{close}; it lies in"
        return Finding(node.line, f"{text} {path_of(Part.FLOWS, self.flow)} of the workspace")

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        if DONE in node.routes and node.routes[DONE].at_most is not None:
            yield Finding(node.line, f"{node.name}: the way on from a call has no bound; bound one behind it")
        if node.retry is not None or node.on_error is not None:
            text = "the nodes of a called flow say how often they are tried, and where errors lead"
            yield Finding(node.line, f"{node.name}: {text}")
        wanted = around.called[self.flow].takes or {}
        for name, spec in around.specs_of_inputs(node).items():
            if name in wanted and spec.name != wanted[name]:
                text = f"{self.flow} takes {name} of {wanted[name]}, and {node.inputs[name]} is {spec.name}"
                yield Finding(node.line, f"{node.name}: {text}")

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.flow}


@dataclass(frozen=True, slots=True)
class Given(Deed):
    """What the calling flow hands over, where a flow is looked at by itself."""

    operation: str

    @property
    @override
    def words(self) -> str:
        return f"given {self.operation}"

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        of = around.catalogue.get(self.operation)
        if of is None:
            return None
        records = tuple(dict.fromkeys(of.gives.values()))
        one = records[0] if len(records) == 1 else RecordSpec(name=of.name, label=of.label, one_of=records)
        return OperationSpec(
            name=of.name,
            label=of.label,
            nature=Nature.PURE,
            outcomes=(DONE,),
            gives={DONE: one} if records else {},
        )

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        close = nearest(self.operation, around.catalogue)
        return Finding(node.line, f"trigger.call.{node.name}: no operation {quoted(self.operation)}{close}")

    @override
    def content(self) -> dict[str, object]:
        return {"given": self.operation}


def _read(entries: Mapping[str, Entry]) -> Call:
    return Call(read_name(entries[_ENTRY]))


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    properties: dict[str, Schema] = {
        _ENTRY: NAME | {"description": "The flow's name."},
        "with": TAKEN_BY_NAME,
        "then": record({DONE: ROUTE}),
    }
    yield {"description": _LABEL} | record(properties, required=(_ENTRY, "then"))


CALL = Kind(entry=_ENTRY, names_inputs=True, read=_read, schemas=_schemas)
