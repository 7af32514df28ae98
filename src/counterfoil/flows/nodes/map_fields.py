"""A node that maps fields: results of earlier nodes become a record in other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part as Entry
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.mapping.fields import record_of_types
from counterfoil.flows.names import read_name
from counterfoil.flows.nodes.fields import Asked, wrong_paths
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.paths import Part, path_of
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

MAPPED, REFUSED = "mapped", "refused"
_ENTRY = "map"


@dataclass(frozen=True, slots=True)
class MapFields(Deed):
    """The mapping by its name; its sources are paths such as ``payment.amount``."""

    mapping: str

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.mapping}"

    @override
    def uses(self) -> Iterator[tuple[Part, str]]:
        yield Part.MAPPINGS, self.mapping

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        plan = around.uses.mappings.get(self.mapping)
        if plan is None:
            return None
        types = {name: work.type for name, work in plan.targets.items()}
        return OperationSpec(
            name=_ENTRY,
            label=f"Map: {plan.title}",
            nature=Nature.PURE,
            inputs=tuple(node.inputs),
            outcomes=(MAPPED, REFUSED),
            gives={MAPPED: record_of_types(plan.name, plan.title, types)},
        )

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        close = nearest(self.mapping, around.uses.mappings)
        text = f"{node.name}: no mapping {quoted(self.mapping)}{close}; it lies in"
        return Finding(node.line, f"{text} {path_of(Part.MAPPINGS, self.mapping)} of the workspace")

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        sources = around.uses.mappings[self.mapping].types
        asked = (Asked(name, type_) for name, type_ in sources.items())
        for path, wrong in wrong_paths(asked, node, around):
            yield Finding(node.line, f"{node.name}: mapping {self.mapping}: {path}: {wrong}")

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.mapping}


def _read(entries: Mapping[str, Entry]) -> MapFields:
    return MapFields(read_name(entries[_ENTRY]))


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    properties: dict[str, Schema] = {
        _ENTRY: NAME | {"description": "The mapping's name."},
        "with": TAKEN_BY_NAME,
        "then": record(dict.fromkeys((MAPPED, REFUSED), ROUTE)),
    }
    yield {"description": "Map fields"} | record(properties)


MAP = Kind(entry=_ENTRY, names_inputs=True, read=_read, schemas=_schemas)
