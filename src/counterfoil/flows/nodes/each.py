"""A node that starts a run of its own for each item of a list that an earlier node found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
from counterfoil.flows.names import read_name
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN, Schema, record
from counterfoil.flows.triggers.items import ITEMS
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

TOLD, NOTHING = "told", "nothing"
ITEMS_MAX = 10_000
_ENTRY = "each"


@dataclass(frozen=True, slots=True)
class Each(Deed):
    """What one item is called; every item is told as an event of that kind."""

    item: str

    @property
    def event(self) -> str:
        """The kind of event that starts a flow for one item."""
        return f"item.{self.item}"

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.item}"

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec:
        return OperationSpec(
            name=_ENTRY,
            label=f"Start a run for each {self.item}",
            nature=Nature.EFFECT,
            inputs=(ITEMS,),
            outcomes=(TOLD, NOTHING),
        )

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        source = around.specs_of_inputs(node).get(ITEMS)
        if source is not None and not source.item_key:
            text = f"{node.name}: {source.name} of {node.inputs[ITEMS]} gives no list of items"
            yield Finding(node.line, text)

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.item}

    @override
    def lines(self) -> Iterator[str]:
        yield f"each item: {self.event}"


def _read(entries: Mapping[str, Part]) -> Each:
    return Each(read_name(entries[_ENTRY]))


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    properties: dict[str, Schema] = {
        _ENTRY: NAME | {"description": "What one item is called; it starts flows on item.<name>."},
        "with": record({ITEMS: TAKEN}),
        "then": record(dict.fromkeys((TOLD, NOTHING), ROUTE)),
    }
    yield {"description": "Start a run for each item"} | record(properties)


EACH = Kind(entry=_ENTRY, read=_read, schemas=_schemas)
