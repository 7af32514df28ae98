"""A node that starts a run of its own for each item of a list that an earlier node found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.conditions.condition import LENGTH_MAX, Condition, ConditionError
from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
from counterfoil.flows.names import read_name
from counterfoil.flows.nodes.decide import Written
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.records import listed
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN, Schema, record
from counterfoil.flows.triggers.items import ITEMS, item_of
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

TOLD, NOTHING = "told", "nothing"
ITEMS_MAX = 10_000
ITEM = "item"
"""What a condition calls the item."""
_ENTRY, _WHEN = "each", "when"


@dataclass(frozen=True, slots=True)
class Each(Deed):
    """What one item is called; every item for which the condition holds is told as an event of that kind."""

    item: str
    when: Written | None = None

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
        elif self.when is not None:
            try:
                self.checked(node, around)
            except ConditionError as error:
                yield Finding(self.when.line, f"{node.name}: {_WHEN}: {error}")

    def checked(self, node: Node, around: Around) -> Condition | None:
        """The condition on an item, asked as ``item``; None: every item is told.

        Raises:
            ConditionError: it is none.
        """
        fields = dict(listed(item_of(around.specs_of_inputs(node).get(ITEMS))))
        return Condition(self.when.text, {ITEM: fields}) if self.when is not None else None

    @override
    def content(self) -> dict[str, object]:
        when = {_WHEN: self.when.text} if self.when else {}
        return {_ENTRY: self.item, **when}

    @override
    def lines(self) -> Iterator[str]:
        yield f"each item: {self.event}"
        if self.when is not None:
            yield f"{_WHEN} {self.when}"


def _read(entries: Mapping[str, Part]) -> Each:
    when = entries.get(_WHEN)
    written = Written(when.text(), when.line) if when is not None else None
    return Each(read_name(entries[_ENTRY]), written)


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    properties: dict[str, Schema] = {
        _ENTRY: NAME | {"description": "What one item is called; it starts flows on item.<name>."},
        _WHEN: {
            "type": "string",
            "minLength": 1,
            "maxLength": LENGTH_MAX,
            "description": "The condition on an item; without it every item is told.",
        },
        "with": record({ITEMS: TAKEN}),
        "then": record(dict.fromkeys((TOLD, NOTHING), ROUTE)),
    }
    yield {"description": "Start a run for each item"} | record(properties, required=(_ENTRY, "with", "then"))


EACH = Kind(entry=_ENTRY, beside=(_WHEN,), read=_read, schemas=_schemas)
