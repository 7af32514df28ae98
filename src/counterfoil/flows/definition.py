"""A flow: a trigger and nodes, each of which ends in an outcome that decides where the run goes next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.names import read_name
from counterfoil.flows.nodes.kinds import read_node
from counterfoil.flows.nodes.node import ON_ERROR, Around, Called, Node
from counterfoil.flows.routes import Route
from counterfoil.flows.triggers.call import CallTrigger
from counterfoil.flows.triggers.event import patterns_of
from counterfoil.flows.triggers.kinds import read_trigger
from counterfoil.flows.triggers.trigger import Trigger
from counterfoil.flows.uses import CHARACTERS_MAX, ENTRY, Uses, read_uses
from counterfoil.ports.catalogue import Catalogue

TITLE_MAX = 200
NODES_MAX = 500
ORDER_KEYS = ("lineage",)

_CALLED_KEPT = 64
_ENTRIES = ("flow", "title", "trigger", "order_key", "start", "nodes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A designed process; immutable, named by the hash of its content."""

    name: str
    title: str
    trigger: Trigger
    order_key: str
    start: str
    nodes: Mapping[str, Node]
    uses: Uses = field(default_factory=Uses)

    def around(self, catalogue: Catalogue) -> Around:
        """What its nodes may know of it."""
        called = {name: _seen(parse_called(text)) for name, text in self.uses.texts.get("flows", {}).items()}
        return Around(
            catalogue=catalogue, nodes=self.nodes, uses=self.uses, trigger=self.trigger, called=called
        )

    @property
    def version(self) -> str:
        """SHA-256 of the content; comments, order of entries and layout do not change it."""
        return hashlib.sha256(_canonical(self).encode()).hexdigest()

    @property
    def event(self) -> str:
        """The kinds of event that start it: names, or beginnings with ``*``, with commas between them."""
        return self.trigger.events(self.name)

    def is_started_by(self, kind: str) -> bool:
        return starts(self.event, kind)


def starts(events: str, kind: str) -> bool:
    """Whether an event of the kind is one of those that start a flow."""
    return any(fnmatchcase(kind, pattern) for pattern in patterns_of(events))


def parse_flow(text: str) -> Flow:
    """A flow from its text, well-formed but not yet validated.

    Raises:
        FlowError: the text is not a flow; says the line.
    """
    fields = read_document(text, CHARACTERS_MAX).fields(_ENTRIES, (ENTRY,))
    nodes = [read_node(name, part) for name, part in fields["nodes"].entries()]
    if not nodes or len(nodes) > NODES_MAX:
        raise fields["nodes"].wrong(f"a flow has 1 to {NODES_MAX} nodes, not {len(nodes)}")
    return Flow(
        name=read_name(fields["flow"]),
        title=_title(fields["title"]),
        trigger=read_trigger(fields["trigger"]),
        order_key=_choice(fields["order_key"], ORDER_KEYS),
        start=read_name(fields["start"]),
        nodes={node.name: node for node in nodes},
        uses=read_uses(fields[ENTRY]) if ENTRY in fields else Uses(),
    )


@lru_cache(_CALLED_KEPT)
def parse_called(text: str) -> Flow:
    """The same for a flow that others use, whose text is met again and again."""
    return parse_flow(text)


def _seen(flow: Flow) -> Called:
    takes = flow.trigger.takes if isinstance(flow.trigger, CallTrigger) else None
    return Called(title=flow.title, takes=takes)


def _title(part: Part) -> str:
    title = part.text()
    if len(title) > TITLE_MAX or not title.isprintable():
        raise part.wrong(f"a title is one line of at most {TITLE_MAX} characters")
    return title


def _choice(part: Part, known: tuple[str, ...]) -> str:
    choice = part.text()
    if choice not in known:
        raise part.wrong(f"{quoted(choice)} is not known{nearest(choice, known)}")
    return choice


def _canonical(flow: Flow) -> str:
    content: dict[str, object] = {
        "flow": flow.name,
        "title": flow.title,
        "trigger": flow.trigger.content(),
        "order_key": flow.order_key,
        "start": flow.start,
        "nodes": {name: _canonical_node(node) for name, node in flow.nodes.items()},
    }
    if flow.uses.line:
        flows = {name: parse_called(text).version for name, text in flow.uses.texts.get("flows", {}).items()}
        content[ENTRY] = flow.uses.content | ({"flows": flows} if flows else {})
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _canonical_node(node: Node) -> dict[str, object]:
    content: dict[str, object] = {
        "with": dict(node.inputs),
        "then": {outcome: _canonical_route(route) for outcome, route in node.routes.items()},
    }
    if node.retry is not None:
        content["retry"] = node.retry.content()
    if node.on_error is not None:
        content[ON_ERROR] = _canonical_route(node.on_error)
    return node.deed.content() | content


def _canonical_route(route: Route) -> list[object]:
    return [route.to, route.at_most, route.otherwise]
