"""A node that does one operation of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.schema_parts import ROUTE, TAKEN, Schema, record
from counterfoil.ports.catalogue import Catalogue, OperationSpec

_ENTRY = "do"


@dataclass(frozen=True, slots=True)
class Do(Deed):
    """The operation by its name."""

    operation: str

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.operation}"

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        return around.catalogue.get(self.operation)

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        close = nearest(self.operation, around.catalogue)
        return Finding(node.line, f"{node.name}: no operation {quoted(self.operation)}{close}")

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.operation}


def _read(entries: Mapping[str, Part]) -> Do:
    return Do(entries[_ENTRY].text())


def _schemas(catalogue: Catalogue) -> Iterator[Schema]:
    yield from (_schema(catalogue[name]) for name in sorted(catalogue))


def _schema(spec: OperationSpec) -> Schema:
    properties: dict[str, Schema] = {
        _ENTRY: {"const": spec.name, "description": spec.label},
        "then": record(dict.fromkeys(spec.outcomes, ROUTE)),
    }
    if spec.inputs or spec.optional_inputs:
        taken = dict.fromkeys((*spec.inputs, *spec.optional_inputs), TAKEN)
        properties["with"] = record(taken, required=spec.inputs)
    required = (_ENTRY, "then", "with") if spec.inputs else (_ENTRY, "then")
    return {"description": spec.label} | record(properties, required=required)


DO = Kind(entry=_ENTRY, read=_read, schemas=_schemas)
