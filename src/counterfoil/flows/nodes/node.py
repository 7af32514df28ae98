"""A node: what it does, whose results it takes, and where its outcomes lead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from counterfoil.flows.document import Part as Entry
from counterfoil.flows.errors import Finding
from counterfoil.flows.paths import Part
from counterfoil.flows.records import listed, merged
from counterfoil.flows.retry import Retry
from counterfoil.flows.routes import Route
from counterfoil.flows.schema_parts import Schema
from counterfoil.flows.triggers.trigger import TRIGGER, Trigger
from counterfoil.flows.uses import Uses
from counterfoil.flows.ways import Ways
from counterfoil.ports.catalogue import Catalogue, OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec

ON_ERROR = "on_error"
"""The outcome of a node whose error has a way of its own; no operation ends so by itself."""


class Deed(ABC):
    """What a node does, as written; each kind of node has its own."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What it does, in the words of the file: ``do payment.normalise``, ``decide``."""

    @abstractmethod
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        """What the node needs and how it may end; None where that is not known."""

    @abstractmethod
    def content(self) -> dict[str, object]:
        """What counts for the flow's version, as JSON."""

    def uses(self) -> Iterator[tuple[Part, str]]:
        """The mappings and tables of the workspace that it names."""
        return iter(())

    def unknown(self, node: Node, around: Around) -> Finding:
        """What is to be mended where there is no spec."""
        raise NotImplementedError(f"{node.name} always has a spec, among {len(around.nodes)} nodes")

    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        """What is to be mended beside names, inputs and outcomes."""
        del node, around
        return iter(())

    def lines(self) -> Iterator[str]:
        """What a picture says of it beside its label."""
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step of a flow."""

    name: str
    deed: Deed
    inputs: Mapping[str, str]
    """Input name to the node whose result it is, or to the trigger."""
    routes: Mapping[str, Route]
    retry: Retry | None = None
    """How often it is tried; None: as every run is."""
    on_error: Route | None = None
    """Where an error leads that proves that nothing was done."""
    line: int = field(default=0, compare=False)

    @property
    def ways(self) -> Mapping[str, Route]:
        """Its routes, and the way of its error under ``on_error``."""
        return self.routes if self.on_error is None else {**self.routes, ON_ERROR: self.on_error}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A flow that may be called, as its caller sees it."""

    title: str
    takes: Mapping[str, str] | None
    """What it is handed: by name, the operation whose result it is; None: it is not called by others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a node may know of the flow that it stands in."""

    catalogue: Catalogue
    nodes: Mapping[str, Node]
    uses: Uses
    trigger: Trigger
    called: Mapping[str, Called] = field(default_factory=dict)

    _memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of it already."""

    def spec_of(self, node: Node) -> OperationSpec | None:
        spec: OperationSpec | None = self._once(f"spec {node.name}", lambda: node.deed.spec(node, self))
        return spec

    def specs_of_inputs(self, node: Node) -> dict[str, OperationSpec]:
        """By input name, of nodes that are known."""
        sources = {name: self.nodes.get(source) for name, source in node.inputs.items()}
        specs = {name: self.spec_of(source) for name, source in sources.items() if source is not None}
        return {name: spec for name, spec in specs.items() if spec is not None}

    def given(self, node: Node, source: str) -> dict[str, RecordSpec | None]:
        """What the node may find of another, by the outcomes behind which it may come; None: nothing."""
        spec = self.spec_of(self.nodes[source])
        if spec is None:
            return {}
        ways: Ways = self._once("ways", lambda: _ways(self.nodes))
        return {each: spec.gives.get(each) for each in ways.before(node.name, source, spec.outcomes)}

    def held(self, node: Node) -> dict[str, RecordSpec | None]:
        """What may stand in each input, of sources that are known; None: nothing ever."""
        known = {name: source for name, source in node.inputs.items() if source in self.nodes}
        found = {name: self.given(node, source) for name, source in known.items()}
        held = {
            name: self._once(f"held {known[name]} {' '.join(given)}", partial(merged, [*given.values()]))
            for name, given in found.items()
            if given
        }
        started = self._once("started", lambda: self.trigger.carries(self.catalogue))
        return held | {name: started for name, source in node.inputs.items() if source == TRIGGER}

    def fields(self, node: Node) -> dict[str, Mapping[str, FieldSpec]]:
        """Every field of what stands in each input, by its path."""
        # What is held is remembered, so that no other record ever has its identity.
        return {
            name: self._once(f"fields {id(record)}", partial(_listed, record))
            for name, record in self.held(node).items()
        }

    def _once(self, key: str, work: Callable[[], Any]) -> Any:
        if key not in self._memory:
            self._memory[key] = work()
        return self._memory[key]


def _listed(record: RecordSpec | None) -> Mapping[str, FieldSpec]:
    return dict(listed(record))


def _ways(nodes: Mapping[str, Node]) -> Ways:
    return Ways(
        {name: node.routes for name, node in nodes.items()},
        {name: node.on_error for name, node in nodes.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of node in the language."""

    entry: str
    """The entry that makes a node one of this kind."""
    beside: tuple[str, ...] = ()
    """Entries of its own that may stand beside it."""
    retry: Retry | None = None
    """How often such a node is tried where it does not say so itself."""
    names_inputs: bool = False
    """Whether the author names what it takes, instead of an operation."""
    read: Callable[[Mapping[str, Entry]], Deed]
    """From the node's entries; raises FlowError."""
    schemas: Callable[[Catalogue], Iterator[Schema]]
    """How such a node looks in an editor's eyes."""
